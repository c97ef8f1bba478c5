"""Pledge: a backer's order in a campaign. It is written when an order is placed and nowhere else; what it is worth is
what its order and payments say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Executable,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.rewards import Reward
from shop.clock import now
from shop.db import Base, Numbered, UtcDateTime, db
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.people.models import Person

PAID = ("paid", "shipped", "received", "completed")
CAMPAIGN = "{campaign}"


class Pledge(Numbered, Base):
    """One order in a campaign; `amount` (minor units) counts towards the goal: rewards and support without postage."""

    __tablename__ = "crowdfunding_pledge"
    __table_args__ = (
        Index("ix_crowdfunding_pledge_list", "campaign_id", "id"),
        Index("ix_crowdfunding_pledge_person", "person_id", "id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("crowdfunding_campaign.id", ondelete="CASCADE"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reward_id: Mapped[int | None] = mapped_column(ForeignKey("crowdfunding_reward.id", ondelete="SET NULL"))
    amount: Mapped[int]
    is_late: Mapped[bool] = mapped_column(default=False)
    needs_address: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(default=now)

    campaign: Mapped[Campaign] = relationship()
    order: Mapped[Order] = relationship()
    reward: Mapped[Reward | None] = relationship()

    @property
    def is_home(self) -> bool:
        """Whether it goes to the campaign's own country."""
        return self.order.delivery.get("to", "home") == "home"

    @classmethod
    def of_order(cls, order_id: int) -> "Pledge | None":
        return db.session.scalars(select(cls).where(cls.order_id == order_id)).first()

    @classmethod
    def of_number(cls, number: str) -> "Pledge | None":
        return db.session.scalars(select(cls).join(Order).where(Order.number == number)).first()


@dataclass(frozen=True, slots=True)
class Progress:
    """What real people have really given to a campaign; amounts in minor units, all of them sums over orders.

    `reserved` is set aside at a provider, `collected` is here, `unpaid` was ordered and may still be paid; `backers`
    are people with reserved or collected money. Late pledges count for themselves.
    """

    reserved: int = 0
    collected: int = 0
    unpaid: int = 0
    backers: int = 0
    late: int = 0
    late_backers: int = 0
    # Changes with every pledge, order and payment that these sums are of.
    trace: str = field(default="", compare=False, repr=False, kw_only=True)

    @property
    def pledged(self) -> int:
        return self.reserved + self.collected


def progress_of(campaigns: Sequence[Campaign]) -> dict[int, Progress]:
    """The progress of some campaigns, by id, in one statement."""
    ids = [campaign.id for campaign in campaigns]
    rows = db.session.execute(_progress(), {"ids": ids, "moment": now()})
    found = {row[0]: Progress(*map(int, row[1:-1]), trace=row[-1]) for row in rows}
    return {campaign_id: found.get(campaign_id, Progress()) for campaign_id in ids}


def trace_question(campaign: Campaign) -> str:
    """The question that `Progress.trace` answers, as SQL, for the pages that are kept."""
    return _trace_question(db.engine.dialect).replace(CAMPAIGN, str(int(campaign.id)))


@cache
def _progress() -> Executable:
    """Written once: to write it takes longer than to ask it."""
    mine = Pledge.campaign_id.in_(bindparam("ids", expanding=True))
    money = money_of(mine)
    return (
        select(Pledge.campaign_id, *_sums(money).values(), _trace(Pledge.campaign_id))
        .join(Order, Order.id == Pledge.order_id)
        .outerjoin(money, money.c.order_id == Pledge.order_id)
        .where(mine)
        .group_by(Pledge.campaign_id)
    )


@cache
def _trace_question(dialect: Dialect) -> str:
    trace = _trace(literal_column(CAMPAIGN))
    return str(select(trace).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _trace(campaign_id: SQLColumnExpression[int]) -> ScalarSelect[str]:
    """All that the sums of a campaign stand on, as one text: cheaper to ask for than the sums."""
    one, paid = aliased(Pledge), aliased(Payment)
    moved = paid.state + cast(paid.captured - paid.refunded, String) + cast(paid.is_allocated, String)
    money = select(func.aggregate_strings(moved, ";")).where(paid.order_id == one.order_id).scalar_subquery()
    whose = cast(one.id, String) + "/" + cast(func.coalesce(one.person_id, 0), String)
    all_of_it = func.aggregate_strings(whose + Order.state + func.coalesce(money, ""), ",")
    return (
        select(func.coalesce(all_of_it, ""))
        .join_from(one, Order, Order.id == one.order_id)
        .where(one.campaign_id == campaign_id)
        .scalar_subquery()
    )


def money_of(which: ColumnElement[bool]) -> Subquery:
    """Per order of these pledges: what is here (net of refunds), and whether something is reserved."""
    here = case(
        (and_(Payment.is_allocated, Payment.state == "captured"), Payment.captured - Payment.refunded)
    )
    return (
        select(
            Payment.order_id,
            func.coalesce(func.sum(here), 0).label("net"),
            func.max(case((Payment.state == "authorized", 1), else_=0)).label("reserved"),
        )
        .join(Pledge, Pledge.order_id == Payment.order_id)
        .where(which)
        .group_by(Payment.order_id)
        .subquery()
    )


def pledges_of(campaign: Campaign, *states: str) -> Select[Pledge]:
    """The pledges whose orders are in one of these states."""
    mine = select(Pledge).join(Order, Order.id == Pledge.order_id).where(Pledge.campaign_id == campaign.id)
    return mine.where(Order.state.in_(states)).order_by(Pledge.id)


def reserved_orders(campaign: Campaign) -> list[Order]:
    """Orders of which the money is only reserved."""
    mine = (
        select(Order)
        .join(Pledge, Pledge.order_id == Order.id)
        .where(
            Pledge.campaign_id == campaign.id,
            Order.state == "pending",
            select(Payment.id).where(Payment.order_id == Order.id, Payment.state == "authorized").exists(),
        )
        .order_by(Order.id)
    )
    return list(db.session.scalars(mine))


def is_backer(person: Person | None, campaign: Campaign) -> bool:
    """Whether this person has reserved or paid a pledge of the campaign."""
    if person is None:
        return False
    money = money_of(and_(Pledge.campaign_id == campaign.id, Pledge.person_id == person.id))
    mine = (
        select(Pledge.id)
        .join(Order, Order.id == Pledge.order_id)
        .join(money, money.c.order_id == Pledge.order_id)
        .where(
            or_(
                and_(Order.state == "pending", money.c.reserved == 1),
                and_(Order.state.in_(PAID), money.c.net > 0),
            )
        )
    )
    return db.session.scalar(mine.limit(1)) is not None


def _sums(money: Subquery) -> dict[str, ColumnElement[int]]:
    """The fields of `Progress`, in their order, as sums over pledges with their orders and this `money`."""
    net = func.coalesce(money.c.net, 0)
    reserved = and_(Order.state == "pending", func.coalesce(money.c.reserved, 0) == 1)
    taken = case((Order.state.in_(PAID), case((net < Pledge.amount, net), else_=Pledge.amount)), else_=0)
    unpaid = and_(
        Order.state == "pending",
        func.coalesce(money.c.reserved, 0) == 0,
        or_(Order.hold_until.is_(None), Order.hold_until > bindparam("moment", type_=UtcDateTime())),
    )
    real = or_(reserved, and_(Order.state.in_(PAID), net > 0))
    who = func.coalesce(Pledge.person_id, -Pledge.order_id)
    in_time = Pledge.is_late.is_(False)
    return {
        "reserved": _sum(Pledge.amount, and_(in_time, reserved)),
        "collected": _sum(taken, in_time),
        "unpaid": _sum(Pledge.amount, and_(in_time, unpaid)),
        "backers": func.count(case((and_(in_time, real), who)).distinct()),
        "late": _sum(taken, Pledge.is_late),
        "late_backers": func.count(case((and_(Pledge.is_late, real), who)).distinct()),
    }


def _sum(what: SQLColumnExpression[int], where: SQLColumnExpression[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, what), else_=0)), 0)
