"""Budgets: paid in by ordinary orders, settled bit by bit to those who earned them, and what is left goes back."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Select, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.ads.campaigns import Campaign, Flight
from plugins.ads.counts import Showing
from shop import settings
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.ledger.deposits import use_deposit
from shop.limits import LARGEST_TAKE, Limit
from shop.merchants.models import Merchant
from shop.money import Money, share_out
from shop.orders.billing import bill
from shop.orders.models import Order
from shop.payments.models import Refund
from shop.payments.settling import refund_order
from shop.people.models import Person
from shop.switches import PluginSwitch


class Deposit(Numbered, Base):
    """A part of a budget, with the order by which it was paid in; how much of it was earned and how much went back."""

    __tablename__ = "ads_deposit"
    __table_args__ = (CheckConstraint("used >= 0 AND used + back <= amount", name="used_within_amount"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), unique=True)
    amount: Mapped[int]
    paid_at: Mapped[datetime | None]
    used: Mapped[int] = mapped_column(default=0)
    back: Mapped[int] = mapped_column(default=0)

    campaign: Mapped[Campaign] = relationship()
    order: Mapped[Order] = relationship()

    @property
    def left(self) -> int:
        return self.amount - self.used - self.back


class Settlement(Numbered, Base):
    """What a community earned of a deposit at once: `amount` in all, `given` of it the community's."""

    __tablename__ = "ads_settlement"

    deposit_id: Mapped[int] = mapped_column(ForeignKey("ads_deposit.id", ondelete="CASCADE"), index=True)
    flight_id: Mapped[int] = mapped_column(ForeignKey("ads_flight.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    amount: Mapped[int]
    given: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)

    flight: Mapped[Flight] = relationship()


def ask_for(campaign: Campaign, amount: int, buyer: Person, key: str) -> Order:
    """An order for so much of a budget; what is paid in is added to it when the payment has been verified."""
    if not campaign.is_paid or campaign.ended_at is not None:
        raise Refused(_("This campaign has ended already."))
    if not 0 < amount <= LARGEST_TAKE - campaign.size:
        raise NotValid(_("This budget cannot be had."), field="amount")
    seller = _seller(campaign.currency)
    if seller is None:
        raise Refused(_("Nobody sells ads in %(currency)s here yet.", currency=campaign.currency))
    order = bill(
        "ads",
        _community_of(campaign),
        seller,
        Money(amount, campaign.currency),
        _("Ad budget: %(name)s", name=campaign.name),
        buyer=buyer,
        key=key,
        detail=campaign.advertiser.name,
        inputs={"campaign": campaign.id},
    )
    if db.session.scalar(select(Deposit.id).where(Deposit.order_id == order.id)) is None:
        db.session.add(Deposit(campaign_id=campaign.id, order_id=order.id, amount=amount))
    return order


def credit(number: str) -> None:
    """An order was paid: its amount is added to the budget, once."""
    order = db.session.scalars(select(Order).where(Order.number == number)).first()
    if order is None:
        return
    paid = db.session.execute(
        update(Deposit)
        .where(Deposit.order_id == order.id, Deposit.paid_at.is_(None))
        .values(paid_at=now())
        .returning(Deposit.campaign_id, Deposit.amount)
    ).first()
    if paid is None:
        return
    _resize(locked(paid.campaign_id), paid.amount)
    if order.state == "paid":
        order.receive(None)  # there is nothing to send


def settle(campaign: Campaign) -> int:
    """Book what the communities of a campaign have earned since the last time; returns how much in all."""
    deposits = _deposits(campaign)
    showings = db.session.scalars(
        select(Showing)
        .join(Flight)
        .where(Flight.campaign_id == campaign.id, Showing.spent != Showing.settled)
        .order_by(Showing.id)
        .with_for_update(of=Showing)
        .execution_options(populate_existing=True)
    ).all()
    return sum(_settle(showing, deposits) for showing in showings)


def give_back(campaign: Campaign, by: Person | None) -> int:
    """What is left of an ended campaign goes back the way it came; returns how much."""
    if campaign.ended_at is None:
        raise Refused(_("Please end the campaign first."))
    budget = locked(campaign.id)
    settle(campaign)
    left = budget.left
    if not left:
        return 0
    _resize(budget, -left)
    rest = left
    for deposit in reversed(_deposits(campaign)):
        part = min(rest, deposit.left)
        if part:
            deposit.back += part
            refund_order(
                deposit.order,
                part,
                _("What was left of the ad budget"),
                f"ads:{deposit.id}:{deposit.back}",
                by,
            )
            rest -= part
    if rest:
        raise Refused(_("The budget and what was paid in do not agree. Nothing was sent."))
    return left


def took_back(refund_id: int) -> None:
    """Money of a budget went back without us (a dispute): so much less can be spent, as far as it is still there."""
    refund = db.session.get(Refund, refund_id)
    if refund is None or refund.key.startswith("ads:"):
        return
    order_id = refund.payment.order_id
    deposit = db.session.scalars(select(Deposit).where(Deposit.order_id == order_id)).first()
    if deposit is None:
        return
    budget = locked(deposit.campaign_id)
    less = min(refund.amount, budget.left, deposit.left)
    deposit.back += less
    _resize(budget, -less)


def locked(campaign_id: int) -> Limit:
    """The budget, as it is now; nobody else changes its size before this transaction ends."""
    mine = select(Limit).join(Campaign, Campaign.budget_id == Limit.id).where(Campaign.id == campaign_id)
    return db.session.scalars(mine.with_for_update(of=Limit).execution_options(populate_existing=True)).one()


def sellers() -> list[Merchant]:
    """The merchants to whom advertisers pay."""
    slugs = [slug.strip() for slug in settings.site("ads").sellers.replace("，", ",").split(",")]
    return list(db.session.scalars(select(Merchant).where(Merchant.slug.in_(slugs)).order_by(Merchant.id)))


def where_on() -> Select[Community]:
    """The open communities that have ads switched on."""
    return (
        select(Community)
        .join(PluginSwitch, PluginSwitch.community_id == Community.id)
        .where(PluginSwitch.name == "ads", PluginSwitch.is_on, Community.closed_at.is_(None))
        .order_by(Community.id)
    )


def zone_of_desk() -> ZoneInfo:
    """The clock of an advertiser's pages: that of the first community that has ads."""
    first = db.session.scalars(where_on().limit(1)).first()
    return first.zone if first else ZoneInfo("Asia/Shanghai")


def _settle(showing: Showing, deposits: Sequence[Deposit]) -> int:
    """The community's part is rounded over everything it has earned, so that many small settlements lose nothing."""
    due = showing.spent - showing.settled
    booked = 0
    for deposit in deposits if due > 0 else reversed(deposits):
        part = min(due, deposit.left) if due > 0 else max(due, -_used_of(deposit, showing))
        if not part:
            continue
        total = showing.settled + part
        given = share_out(total, [showing.share, 100 - showing.share])[0] - showing.given
        row = Settlement(
            deposit_id=deposit.id,
            flight_id=showing.flight_id,
            community_id=showing.community_id,
            amount=part,
            given=given,
        )
        db.session.add(row)
        db.session.flush()
        parts = {("community", showing.community_id): given, ("site", 0): part - given}
        use_deposit(deposit.order, {party: n for party, n in parts.items() if n}, f"ads:{row.id}")
        deposit.used += part
        showing.settled, showing.given = total, showing.given + given
        booked, due = booked + part, due - part
    return booked


def _used_of(deposit: Deposit, showing: Showing) -> int:
    """How much of a deposit this flight has cost in this community."""
    booked = select(func.coalesce(func.sum(Settlement.amount), 0)).where(
        Settlement.deposit_id == deposit.id,
        Settlement.flight_id == showing.flight_id,
        Settlement.community_id == showing.community_id,
    )
    return int(db.session.scalar(booked) or 0)


def _deposits(campaign: Campaign) -> list[Deposit]:
    """What was paid in, the oldest first; nobody else uses it before this transaction ends."""
    mine = select(Deposit).where(Deposit.campaign_id == campaign.id, Deposit.paid_at.is_not(None))
    locked_rows = mine.order_by(Deposit.id).with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(locked_rows))


def _resize(budget: Limit, by: int) -> None:
    budget.resize(budget.size + by)
    db.session.refresh(budget)


def _seller(currency: str) -> Merchant | None:
    return next((merchant for merchant in sellers() if merchant.currency == currency), None)


def _community_of(campaign: Campaign) -> Community:
    """Where the order stands: one of the communities that the campaign names, or the first that has ads."""
    named = {p.community_id for flight in campaign.flights for p in flight.places if not p.is_excluded}
    there = db.session.scalars(where_on()).all()
    found = next((c for c in there if c.id in named), there[0] if there else None)
    if found is None:
        raise Refused(_("No community has ads yet."))
    return found
