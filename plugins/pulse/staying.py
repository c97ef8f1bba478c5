"""Who stays and who passes it on: cohorts by the week of joining, links of links, and what each mode brought."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, select

from plugins.pulse.deeds import SEEN, Deed
from plugins.pulse.funnel import OF_THE_SHELF, since
from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Community, Membership
from shop.db import db
from shop.insight.brought import PAID
from shop.money import Money
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment

WEEKS = 8


@dataclass(slots=True)
class Cohort:
    """Members who came in one week (or before, without one): who was seen lately, who bought, and who bought again."""

    week: date | None
    joined: int = 0
    seen: int = 0
    bought: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """A member, when they came, and whose link led them here."""

    person_id: int
    day: date
    sharer_id: int | None


@dataclass(frozen=True, slots=True)
class Passing:
    """How far it was passed on: members by the number of links between them and whoever runs the group."""

    depths: Mapping[int, int]  # 0 came without a link that is known
    brought: int  # members who came by a link in eight weeks
    sharers: int  # by how many people's links

    @property
    def deepest(self) -> int:
        return max(self.depths, default=0)

    @property
    def each(self) -> float | None:
        """New members for each whose link brought any."""
        return round(self.brought / self.sharers, 1) if self.sharers else None


@dataclass(slots=True)
class Revenue:
    """What a mode brought in four weeks, by currency in minor units: paid, and of it back."""

    plugin: str
    orders: int = 0
    paid: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> list[Money]:
        """Paid less what went back."""
        return [Money(paid - self.back[currency], currency) for currency, paid in sorted(self.paid.items())]

    @property
    def refunds(self) -> list[Money]:
        return [Money(back, currency) for currency, back in sorted(self.back.items()) if back]


def seats_of(community: Community) -> list[Seat]:
    """The members of now; who has left is in no row, and so in no cohort."""
    rows = db.session.execute(
        select(Membership.person_id, Membership.at, GroupLink.sharer_id)
        .outerjoin(GroupLink, GroupLink.id == Membership.link_id)
        .where(Membership.community_id == community.id)
    )
    return [Seat(person, at.astimezone(community.zone).date(), sharer) for person, at, sharer in rows]


def cohorts_of(community: Community, seats: Iterable[Seat], deeds: Iterable[Deed]) -> list[Cohort]:
    """The last eight weeks of joining, the newest first, and everybody from before; one statement."""
    bought = (
        select(Order.buyer_id, func.count(Order.id))
        .where(Order.community_id == community.id, Order.state.in_(PAID), OF_THE_SHELF)
        .where(Order.buyer_id.is_not(None))
        .group_by(Order.buyer_id)
    )
    orders = {person: int(n) for person, n in db.session.execute(bought)}
    seen = {deed.person_id for deed in deeds if deed.what in SEEN - {"joined"}}
    today = now().astimezone(community.zone).date()
    first = today - timedelta(days=today.weekday())
    cohorts = {first - timedelta(weeks=n): Cohort(first - timedelta(weeks=n)) for n in range(WEEKS)}
    before = Cohort(None)
    for seat in seats:
        cohort = cohorts.get(seat.day - timedelta(days=seat.day.weekday()), before)
        cohort.joined += 1
        cohort.seen += seat.person_id in seen
        cohort.bought += orders.get(seat.person_id, 0) > 0
        cohort.again += orders.get(seat.person_id, 0) > 1
    return [*cohorts.values(), before]


def passing_of(community: Community, seats: Iterable[Seat]) -> Passing:
    """Follow each member's link back to somebody who came without one, or who is no member any more."""
    led = {seat.person_id: seat.sharer_id for seat in seats}
    depths = Counter(_depth(person, led) for person in led)
    lately = now().astimezone(community.zone).date() - timedelta(weeks=WEEKS)
    brought = [seat.sharer_id for seat in seats if seat.sharer_id is not None and seat.day > lately]
    return Passing(dict(sorted(depths.items())), len(brought), len(set(brought)))


def revenue_of(community: Community) -> list[Revenue]:
    """Each mode's, in the last four weeks; an order with lines of several counts with its first. One statement."""
    first = (
        select(OrderLine.order_id, func.min(OrderLine.id).label("line"))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.community_id == community.id, Order.placed_at >= since())
        .where(OrderLine.offer_id.is_not(None))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    paid, back = func.sum(Payment.captured), func.sum(Payment.refunded)
    rows = db.session.execute(
        select(OrderLine.plugin, Payment.currency, func.count(Payment.order_id.distinct()), paid, back)
        .join(first, first.c.line == OrderLine.id)
        .join(Payment, Payment.order_id == first.c.order_id)
        .where(Payment.captured > 0)
        .group_by(OrderLine.plugin, Payment.currency)
        .order_by(paid.desc())
    )
    found: dict[str, Revenue] = {}
    for plugin, currency, orders, captured, refunded in rows:
        one = found.setdefault(plugin, Revenue(plugin))
        one.orders += int(orders)
        one.paid[currency], one.back[currency] = int(captured), int(refunded)
    return list(found.values())


def _depth(person: int, led: Mapping[int, int | None]) -> int:
    depth, seen = 0, {person}
    while (sharer := led.get(person)) is not None:
        depth += 1
        if sharer in seen:  # two who brought each other, one of them again
            break
        seen.add(sharer)
        person = sharer
    return depth
