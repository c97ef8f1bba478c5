"""Reward: what a backer gets for a pledge, or beside it (an add-on); StretchGoal: what more money makes possible."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.crowdfunding.campaigns import Campaign
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.limits import Limit

MOST_REWARDS = 40
# Only these may still change once people could pledge: nobody's promise becomes smaller.
ALWAYS = ("limit",)


class Reward(Numbered, Base):
    """A reward or add-on: its price, how many there are (a Limit), when it is delivered and what its postage is.

    Amounts in minor units of the campaign's currency.
    """

    __tablename__ = "crowdfunding_reward"
    __table_args__ = (
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("postage >= 0", name="postage_not_negative"),
        Index("ix_crowdfunding_reward_campaign", "campaign_id", "position", "id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    is_addon: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(120))
    story: Mapped[str] = mapped_column(String(1000), default="")
    price: Mapped[int]
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))
    delivery_month: Mapped[date | None] = mapped_column(Date)
    needs_shipping: Mapped[bool] = mapped_column(default=True)
    postage: Mapped[int] = mapped_column(default=0)
    postage_abroad: Mapped[int | None]  # None: it is not sent abroad
    is_closed: Mapped[bool] = mapped_column(default=False)

    campaign: Mapped[Campaign] = relationship()
    limit: Mapped[Limit | None] = relationship(lazy="joined")

    @classmethod
    def of(cls, campaign: Campaign) -> list["Reward"]:
        """Rewards, then add-ons, each in their order of price."""
        mine = select(cls).where(cls.campaign_id == campaign.id)
        return list(db.session.scalars(mine.order_by(cls.is_addon, cls.position, cls.price, cls.id)))

    @classmethod
    def add(cls, campaign: Campaign, values: Mapping[str, Any]) -> "Reward":
        """One more; also while the campaign runs, for a new reward takes nothing from anybody."""
        if campaign.state not in ("draft", "review", "voting", "live"):
            raise Refused(_("The campaign is over."))
        if len(cls.of(campaign)) >= MOST_REWARDS:
            raise Refused(_("A campaign has at most %(most)s rewards.", most=MOST_REWARDS))
        reward = cls(campaign=campaign, campaign_id=campaign.id, title="", price=1)
        reward._write(values)
        db.session.add(reward)
        return reward

    @property
    def delivered(self) -> datetime | None:
        """The first instant of the month of delivery."""
        month = self.delivery_month
        return datetime(month.year, month.month, 1, tzinfo=UTC) if month else None

    @property
    def left(self) -> int | None:
        """How many can still be had; None without end."""
        return self.limit.left if self.limit else None

    @property
    def is_sold_out(self) -> bool:
        return self.left == 0

    @property
    def can_be_had(self) -> bool:
        return not self.is_closed and not self.is_sold_out

    def postage_to(self, is_home: bool) -> int:
        """What sending it costs; Refused when it is not sent there."""
        if not self.needs_shipping:
            return 0
        if is_home:
            return self.postage
        if self.postage_abroad is None:
            raise Refused(_("“%(title)s” is not sent abroad.", title=self.title))
        return self.postage_abroad

    def change(self, values: Mapping[str, Any]) -> None:
        """Everything while it is a draft; afterwards only how many there are."""
        if self.campaign.is_draft:
            self._write(values)
            return
        frozen = [name for name in values if name not in ALWAYS and values[name] != getattr(self, name)]
        if frozen:
            raise Refused(
                _(
                    "People may have pledged for this as it stands. Only how many there are can be changed now."
                )
            )
        self._limit(values["limit"])

    def remove(self) -> None:
        """Only while the campaign is a draft: what people could choose is closed, never removed."""
        self.campaign.must_be_draft()
        db.session.delete(self)

    def _write(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if name != "limit":
                setattr(self, name, value)
        self._limit(values.get("limit"))

    def _limit(self, size: int | None) -> None:
        if size is None:
            if self.limit is not None and not self.campaign.is_draft:
                raise NotValid(_("How many are there? It cannot become endless any more."), field="limit")
            self.limit = None
        elif self.limit is None:
            self.limit = Limit.of(size, "reward")
        elif size != self.limit.size:
            self.limit.resize(size)


class StretchGoal(Numbered, Base):
    """What becomes possible when more is pledged than the goal."""

    __tablename__ = "crowdfunding_stretch_goal"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"), index=True
    )
    amount: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    story: Mapped[str] = mapped_column(String(400), default="")

    @classmethod
    def of(cls, campaign: Campaign) -> list["StretchGoal"]:
        mine = select(cls).where(cls.campaign_id == campaign.id).order_by(cls.amount, cls.id)
        return list(db.session.scalars(mine))

    @classmethod
    def add(cls, campaign: Campaign, amount: int, title: str, story: str) -> "StretchGoal":
        """One more, above the goal; also while the campaign runs."""
        if campaign.state not in ("draft", "review", "voting", "live"):
            raise Refused(_("The campaign is over."))
        if amount <= campaign.goal:
            raise NotValid(_("A stretch goal is more than the goal."), field="amount")
        goal = cls(campaign_id=campaign.id, amount=amount, title=title, story=story)
        db.session.add(goal)
        return goal


def first_of_month(text: str) -> date | None:
    """The first day of a month written as `2027-03`; None for nothing; NotValid for a month that is over."""
    if not text.strip():
        return None
    try:
        year, month = text.strip().split("-")[:2]
        found = date(int(year), int(month), 1)
    except ValueError:
        raise NotValid(_("Please write a month like 2027-03."), field="delivery_month") from None
    if found < now().date().replace(day=1):
        raise NotValid(_("This month is over."), field="delivery_month")
    return found
