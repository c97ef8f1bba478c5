"""Pledging: from what a backer chose to a quote, and from the quote to an ordinary order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.pricing import TO
from plugins.crowdfunding.rewards import Reward
from shop.communities.visits import current_visit, is_unknown_link
from shop.db import db
from shop.errors import Refused
from shop.orders.models import Order, OrderLine
from shop.orders.placing import Placing, place
from shop.orders.quoting import Quote, Wish, make_quote
from shop.people.models import Person

MOST_ADDONS = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What a backer chose: a reward or none, add-ons by number, free support in minor units, home or abroad."""

    reward: Reward | None = None
    addons: Mapping[int, int] = field(default_factory=dict)
    support: int = 0
    to: str = "home"


def quote_of(campaign: Campaign, choice: Choice, buyer: Person) -> Quote:
    """What the choice costs; raises Refused as every quote does."""
    wishes = []
    if choice.reward is not None:
        wishes.append(Wish(campaign.offer, 1, inputs={"reward": choice.reward.id}))
    wishes += [Wish(campaign.offer, n, inputs={"reward": i}) for i, n in choice.addons.items() if n]
    if choice.support:
        wishes.append(Wish(campaign.offer, 1, inputs={"support": choice.support}))
    return make_quote(campaign.community, wishes, buyer=buyer, inputs={TO: choice.to})


def pledge(quote: Quote, choice: Choice, contact: Mapping[str, Any], *, key: str, seen: str | None) -> Order:
    """Place the order once for this key; it is paid like every other order."""
    placing = Placing(
        contact={**contact, "locale": str(get_locale())},
        delivery=_delivery(quote, choice.to),
        visit=current_visit(),
        unknown_link=is_unknown_link(),
    )
    return place(quote, placing, key=key, seen=seen)


def write_pledge(order: Order, lines: Sequence[OrderLine]) -> None:
    """Beside the order, in its transaction: the one place where a pledge is made.

    The campaign's row is held meanwhile, so that nobody closes it between the price and the order.
    """
    offer_id = lines[0].offer_id
    found = select(Campaign).where(Campaign.offer_id == offer_id).with_for_update(read=True)
    campaign = db.session.scalars(found.execution_options(populate_existing=True)).one()
    if any(line.offer_id != offer_id for line in lines):
        raise Refused(_("A pledge backs one campaign."))
    if not campaign.takes_pledges:
        raise Refused(_("This campaign takes no pledges any more."))
    ids = [line.inputs["reward"] for line in lines if line.inputs.get("reward")]
    rewards = {r.id: r for r in db.session.scalars(select(Reward).where(Reward.id.in_(ids)))}
    main = next((rewards[i] for i in ids if i in rewards and not rewards[i].is_addon), None)
    db.session.add(
        Pledge(
            campaign_id=campaign.id,
            order_id=order.id,
            person_id=order.buyer_id,
            reward_id=main.id if main else None,
            amount=sum(line.amount for line in lines),
            is_late=campaign.takes_late_pledges,
            needs_address=any(reward.needs_shipping for reward in rewards.values()),
        )
    )


def _delivery(quote: Quote, to: str) -> dict[str, Any]:
    """Goods are sent when the campaign has succeeded; the address is asked for then."""
    ids = [line.price.inputs["reward"] for line in quote.lines if line.price.inputs.get("reward")]
    ships = select(Reward.id).where(Reward.id.in_(ids), Reward.needs_shipping).limit(1)
    if not ids or db.session.scalar(ships) is None:
        return {"way": "none", "title": "", "text": ""}
    return {
        "way": "post",
        "title": _("After the campaign"),
        "text": _("You are asked for the address when the campaign has succeeded."),
        "to": to,
    }
