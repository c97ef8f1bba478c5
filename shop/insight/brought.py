"""What links have brought: visits, members, paid orders and what was paid, less what went back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community, Membership
from shop.db import db
from shop.money import Money
from shop.orders.models import Credit, Order
from shop.payments.models import Payment

# An order counts from the moment it is paid until its money went back.
PAID = ("paid", "shipped", "received", "completed")


@dataclass(slots=True)
class Brought:
    """Visits, members and paid orders; `paid` in minor units by currency."""

    visits: int = 0
    members: int = 0
    orders: int = 0
    paid: dict[str, int] = field(default_factory=dict)

    @property
    def amounts(self) -> list[Money]:
        return [Money(amount, currency) for currency, amount in sorted(self.paid.items())]


def by_links(links: Iterable[GroupLink]) -> dict[int, Brought]:
    """What each of these links has brought; three statements for all."""
    found = {link.id: Brought() for link in links}
    visits = select(Visit.link_id, func.count()).where(Visit.link_id.in_(found)).group_by(Visit.link_id)
    for link_id, n in db.session.execute(visits):
        found[link_id].visits = n
    members = select(Membership.link_id, func.count()).where(Membership.link_id.in_(found))
    for led_by, n in db.session.execute(members.group_by(Membership.link_id)):
        found[int(led_by or 0)].members = n
    credited = Credit.link_id.in_(found), Credit.reason == "link"
    for link_id, currency, orders, paid in _orders(Credit.link_id, *credited):
        _count(found[link_id], currency, orders, paid)
    return found


def by_community(community: Community) -> Brought:
    """What all links of a community have brought together; three statements."""
    total = Brought()
    visits = select(func.count()).where(Visit.community_id == community.id)
    total.visits = db.session.scalar(visits) or 0
    members = select(func.count()).where(
        Membership.community_id == community.id, Membership.link_id.is_not(None)
    )
    total.members = db.session.scalar(members) or 0
    credited = Order.community_id == community.id, Credit.reason == "link"
    for _reason, currency, orders, paid in _orders(Credit.reason, *credited):
        _count(total, currency, orders, paid)
    return total


def unattributed_in(community: Community) -> dict[str, Brought]:
    """Paid orders that no link is credited with, by the reason; one statement."""
    found: dict[str, Brought] = {}
    without = Order.community_id == community.id, Credit.reason != "link"
    for reason, currency, orders, paid in _orders(Credit.reason, *without):
        _count(found.setdefault(reason, Brought()), currency, orders, paid)
    return found


def _orders(by: Any, *conditions: ColumnElement[bool]) -> Iterable[Any]:
    """Rows of (by, currency, orders, paid less refunded)."""
    paid = func.coalesce(
        func.sum(case((Payment.id.is_(None), 0), else_=Payment.captured - Payment.refunded)), 0
    )
    return db.session.execute(
        select(by, Order.currency, func.count(Order.id.distinct()), paid)
        .join(Order, Order.id == Credit.order_id)
        .outerjoin(Payment, Payment.order_id == Order.id)
        .where(Order.state.in_(PAID), *conditions)
        .group_by(by, Order.currency)
    )


def _count(brought: Brought, currency: str, orders: int, paid: Any) -> None:
    brought.orders += orders
    brought.paid[currency] = brought.paid.get(currency, 0) + int(paid)
