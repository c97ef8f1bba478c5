"""Pricing: what each line of a pledge costs, what its postage is, and who may pledge at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.rewards import Reward
from shop import settings
from shop.db import db
from shop.errors import NotValid, Refused
from shop.hookspecs import Change, Price
from shop.money import LARGEST
from shop.orders.quoting import Quote, Wish
from shop.people.models import Person
from shop.templating import month_of

# What a quote's inputs call where it shall go: home or abroad.
TO = "crowdfunding_to"
MOST_SUPPORT = LARGEST // 1000


def prices_of(wishes: Sequence[Wish], buyer: Person | None) -> list[Price]:
    """The price of each wish: a reward or add-on by `reward`, free support by `support` (minor units)."""
    if buyer is None:
        raise Refused(_("Please sign in to back a campaign: a pledge belongs to a person."))
    campaigns = campaigns_of({wish.offer.id for wish in wishes})
    rewards = _rewards_of(campaigns.values())
    return [_price_of(wish, campaigns.get(wish.offer.id), rewards) for wish in wishes]


def campaigns_of(offer_ids: set[int]) -> dict[int, Campaign]:
    """The campaigns of some offers, by offer."""
    found = db.session.scalars(select(Campaign).where(Campaign.offer_id.in_(offer_ids)))
    return {campaign.offer_id: campaign for campaign in found}


def postage(quote: Quote) -> list[Change]:
    """What sending the rewards of a quote costs; nothing for quotes without any."""
    ids = [line.price.inputs["reward"] for line in quote.lines if line.price.inputs.get("reward")]
    if not ids or all(line.offer.plugin != "crowdfunding" for line in quote.lines):
        return []
    rewards = {r.id: r for r in db.session.scalars(select(Reward).where(Reward.id.in_(ids)))}
    is_home = quote.inputs.get(TO, "home") == "home"
    amount = sum(
        rewards[line.price.inputs["reward"]].postage_to(is_home) * line.quantity
        for line in quote.lines
        if line.offer.plugin == "crowdfunding" and line.price.inputs.get("reward") in rewards
    )
    return [Change("shipping", _("Postage"), amount, ref="home" if is_home else "abroad")] if amount else []


def _rewards_of(campaigns: Any) -> dict[int, Reward]:
    ids = [campaign.id for campaign in campaigns]
    order = (Reward.is_addon, Reward.position, Reward.price, Reward.id)
    found = db.session.scalars(select(Reward).where(Reward.campaign_id.in_(ids)).order_by(*order))
    return {reward.id: reward for reward in found}


def _price_of(wish: Wish, campaign: Campaign | None, rewards: Mapping[int, Reward]) -> Price:
    if campaign is None or not campaign.is_public:
        raise Refused(_("This campaign is not open yet."))
    if not campaign.takes_pledges:
        raise Refused(_("This campaign takes no pledges any more."))
    told: dict[str, Any] = {"campaign": campaign.id, "late": campaign.takes_late_pledges}
    if campaign.reserves(settings.site("crowdfunding").reserve_days):
        told["deferred_capture"] = "where possible"
    if "support" in wish.inputs:
        return _support(wish, campaign, told)
    reward = _reward(wish, campaign, rewards)
    return Price(
        unit=reward.price,
        title=reward.title,
        detail=_("delivered in %(month)s", month=month_of(reward.delivered)) if reward.delivered else "",
        limits=((reward.limit_id, wish.quantity),) if reward.limit_id else (),
        inputs={**told, "reward": reward.id, "addon": reward.is_addon},
    )


def _reward(wish: Wish, campaign: Campaign, rewards: Mapping[int, Reward]) -> Reward:
    """The reward that is named; none means the first that can be had."""
    mine = [reward for reward in rewards.values() if reward.campaign_id == campaign.id]
    asked = wish.inputs.get("reward")
    reward = next((r for r in mine if (r.id == asked if asked else r.can_be_had and not r.is_addon)), None)
    if reward is None or reward.is_closed:
        raise Refused(_("This reward is not offered any more."))
    if wish.quantity > 1 and not reward.is_addon:
        raise NotValid(_("A pledge has one reward. Pledge again for another."), field="quantity")
    return reward


def _support(wish: Wish, campaign: Campaign, told: dict[str, Any]) -> Price:
    amount = wish.inputs["support"]
    if type(amount) is not int or not 1 <= amount <= MOST_SUPPORT or wish.quantity != 1:
        raise NotValid(_("Please write how much you give."), field="support")
    return Price(unit=amount, title=_("Support for “%(title)s”", title=campaign.title), inputs=told)
