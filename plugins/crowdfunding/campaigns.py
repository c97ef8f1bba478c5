"""Campaign: something that is made when enough people back it, and the one table of its states."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.listings.models import Offer
from shop.merchants.models import Merchant
from shop.people.models import Person

# The one transition table: from -> to. `voting` is there only for campaigns with open options.
MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"review"}),
    "review": frozenset({"draft", "voting", "live"}),
    "voting": frozenset({"live", "failed"}),
    "live": frozenset({"waiting", "failed"}),
    "waiting": frozenset({"succeeded", "failed"}),
    "succeeded": frozenset(),
    "failed": frozenset(),
}
KINDS = ("all_or_nothing", "flexible")
PUBLIC = ("voting", "live", "waiting", "succeeded", "failed")
# Kickstarter's longest campaign, and Goteo's rounds.
LONGEST_DAYS, LONGEST_ROUND = 60, 40


class Campaign(Numbered, Base):
    """One campaign on one offer; amounts in minor units of `currency`, instants in UTC and set by this server."""

    __tablename__ = "crowdfunding_campaign"
    __table_args__ = (
        CheckConstraint("goal > 0", name="goal_positive"),
        CheckConstraint("optimum IS NULL OR optimum > goal", name="optimum_above_goal"),
        Index("ix_crowdfunding_campaign_state", "state", "deadline"),
        Index("ix_crowdfunding_campaign_merchant", "merchant_id", "id"),
        Index("ix_crowdfunding_campaign_community", "community_id", "state", "id"),
    )

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    pitch: Mapped[str] = mapped_column(String(200), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    risks: Mapped[str] = mapped_column(Text, default="")
    collective_return: Mapped[str] = mapped_column(String(1000), default="")
    currency: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(16), default="all_or_nothing")
    goal: Mapped[int] = mapped_column(default=100)
    optimum: Mapped[int | None]
    country: Mapped[str] = mapped_column(String(2), default="CN")  # where postage is that of home
    vote_days: Mapped[int] = mapped_column(default=7)
    days: Mapped[int] = mapped_column(default=30)
    second_days: Mapped[int] = mapped_column(default=0)  # a second round, towards the optimum
    grace_days: Mapped[int] = mapped_column(default=7)  # for payments that fail after the deadline
    late_days: Mapped[int] = mapped_column(default=0)  # late pledges after success

    state: Mapped[str] = mapped_column(String(16), default="draft")
    round: Mapped[int] = mapped_column(default=1)
    votes_until: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    grace_until: Mapped[datetime | None]
    taking_since: Mapped[datetime | None]  # when reserved money was asked for
    late_until: Mapped[datetime | None]
    # What stood there at the deadline; it is never reduced afterwards.
    pledged_at_end: Mapped[int | None]
    backers_at_end: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(default=now)

    offer: Mapped[Offer] = relationship()
    community: Mapped[Community] = relationship()
    merchant: Mapped[Merchant] = relationship()
    changes: Mapped[list["CampaignChange"]] = relationship(order_by="CampaignChange.id")

    @classmethod
    def begin(cls, offer: Offer, title: str = "") -> "Campaign":
        """The draft of an offer's campaign; the same one when it was begun before."""
        known = db.session.scalars(select(cls).where(cls.offer_id == offer.id)).first()
        if known is not None:
            return known
        merchant = offer.listing.product.merchant
        campaign = cls(
            offer=offer,
            offer_id=offer.id,
            community_id=offer.community_id,
            merchant_id=merchant.id,
            title=title or offer.listing.product.name[:120],
            currency=merchant.currency,
        )
        db.session.add(campaign)
        return campaign

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def takes_votes(self) -> bool:
        return self.state == "voting" and self.votes_until is not None and now() < self.votes_until

    @property
    def is_running(self) -> bool:
        """Open for pledges by the server's clock, whatever a job has or has not done yet."""
        return self.state == "live" and self.deadline is not None and now() < self.deadline

    @property
    def takes_late_pledges(self) -> bool:
        return self.state == "succeeded" and self.late_until is not None and now() < self.late_until

    @property
    def takes_pledges(self) -> bool:
        return self.is_running or self.takes_late_pledges

    @property
    def needed(self) -> int:
        """What must be collected for it to succeed: the minimum, or with a flexible goal anything at all."""
        return self.goal if self.kind == "all_or_nothing" else 1

    def reserves(self, days: int) -> bool:
        """Whether pledges made now are only reserved: all or nothing, and decided while a reservation still stands."""
        return (
            self.kind == "all_or_nothing"
            and self.is_running
            and self.round == 1
            and self.deadline is not None
            and self.deadline + timedelta(hours=12) <= now() + timedelta(days=days)
        )

    def move(self, to: str, by: Person | None = None, reason: str = "", **values: Any) -> None:
        """Move to a state of the table, exactly once however many try; raises Refused when it cannot."""
        allowed = [state for state, targets in MOVES.items() if to in targets]
        was = self.state
        won = db.session.execute(
            update(Campaign)
            .where(Campaign.id == self.id, Campaign.state.in_(allowed))
            .values(state=to, **values)
            .returning(Campaign.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This campaign has moved on; please look at it again."))
        db.session.refresh(self)
        db.session.add(
            CampaignChange(
                campaign_id=self.id, from_state=was, to_state=to, by_id=by.id if by else None, reason=reason
            )
        )

    def must_be_draft(self) -> None:
        if not self.is_draft:
            raise Refused(_("This can only be changed while the campaign is a draft."))


class CampaignChange(Numbered, Base):
    """A campaign moved from a state to another: when, by whom, why."""

    __tablename__ = "crowdfunding_change"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"), index=True
    )
    from_state: Mapped[str] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)
