"""Panels: how campaigns look on a shelf, on a listing's page and below an order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import g, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.pledges import Pledge, Progress, progress_of, trace_question
from plugins.crowdfunding.pricing import campaigns_of
from plugins.crowdfunding.rewards import Reward
from shop import kept
from shop.db import db
from shop.hookspecs import Panel, Piece
from shop.listings.models import Offer
from shop.orders.models import Order


@dataclass(frozen=True, slots=True)
class Look:
    """A campaign as people see it: numbers of real people and real money, pledged and collected apart."""

    campaign: Campaign
    progress: Progress
    from_price: int | None = None
    slug: str = field(default="")

    @property
    def url(self) -> str:
        return url_for(
            "crowdfunding_campaigns.show",
            community=self.slug or g.community.slug,
            campaign_id=self.campaign.id,
        )

    @property
    def pledged(self) -> int:
        """What stood there at the deadline, once it has passed: later failures are told by `collected`."""
        at_end = self.campaign.pledged_at_end
        return self.progress.pledged if at_end is None else at_end

    @property
    def backers(self) -> int:
        at_end = self.campaign.backers_at_end
        return self.progress.backers if at_end is None else at_end

    @property
    def aim(self) -> int:
        """What the bar is measured against: the minimum until it is reached, then the optimum if there is one."""
        campaign = self.campaign
        return campaign.optimum if campaign.optimum and self.pledged >= campaign.goal else campaign.goal

    @property
    def percent(self) -> int:
        return self.pledged * 100 // self.campaign.goal

    @property
    def label(self) -> str:
        """A few words for a card."""
        campaign = self.campaign
        if campaign.is_running:
            return _("Crowdfunding · %(percent)s %%", percent=self.percent)
        if campaign.takes_votes:
            return _("Vote now")
        words = {"succeeded": _("Funded"), "failed": _("Not funded"), "waiting": _("Counting the money")}
        return words.get(campaign.state, _("Crowdfunding"))


def looks_of(campaigns: Sequence[Campaign]) -> dict[int, Look]:
    """How campaigns look, by id; two statements for any number."""
    told = progress_of(campaigns)
    lowest = select(Reward.campaign_id, func.min(Reward.price)).where(
        Reward.campaign_id.in_([c.id for c in campaigns]),
        Reward.is_addon.is_(False),
        Reward.is_closed.is_(False),
    )
    prices = dict(db.session.execute(lowest.group_by(Reward.campaign_id)).all())
    return {c.id: Look(c, told[c.id], prices.get(c.id)) for c in campaigns}


def panels_of(offers: Sequence[Offer]) -> dict[int, Panel]:
    """The panels of some offers; a campaign that is not public yet has none."""
    campaigns = {o: c for o, c in campaigns_of({offer.id for offer in offers}).items() if c.is_public}
    looks = looks_of(list(campaigns.values())) if campaigns else {}
    for look in looks.values():  # every pledge, payment and refund moves the bar
        kept.reads(trace_question(look.campaign), look.progress.trace)
        kept.until((look.campaign.votes_until, look.campaign.deadline, look.campaign.late_until))
    return {offer_id: _panel(looks[campaign.id]) for offer_id, campaign in campaigns.items()}


def pieces_of_orders(orders: Sequence[Order]) -> list[Piece]:
    """What an order's page says of the campaign that it backs."""
    mine = select(Pledge).where(Pledge.order_id.in_([order.id for order in orders]))
    return [
        Piece("crowdfunding/_order.html", {"pledge": pledge}, weight=40, subject_id=pledge.order_id)
        for pledge in db.session.scalars(mine)
    ]


def _panel(look: Look) -> Panel:
    campaign = look.campaign
    verb = (
        _("Vote")
        if campaign.takes_votes
        else _("Back it")
        if campaign.takes_pledges
        else _("To the campaign")
    )
    return Panel(
        template="crowdfunding/_panel.html",
        data={"look": look},
        label=look.label,
        price=look.from_price,
        is_open=True,
        action=(verb, look.url),
        why=_(
            "What the smallest reward costs. Delivery, if any, comes on top; you see it before you pledge."
        ),
    )
