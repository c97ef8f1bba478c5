"""Who may see an order: its buyer, a guest who holds its private link, and nobody else (404)."""

from flask import abort, g, session
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from shop.access import current_person
from shop.db import db
from shop.orders.models import Credit, Order

# How many guest orders a browser remembers; older ones are found again by their private link.
MOST_REMEMBERED = 20


def order_for_reading(number: str) -> Order:
    """The order, if the present person or browser may see it."""
    order = db.session.scalars(_whole().where(Order.number == number)).first()
    if order is None or not may_read(order):
        abort(404)
    g.community = order.community
    return order


def order_of_merchant(number: str) -> Order:
    """An order of the merchant in the address."""
    order = db.session.scalars(
        _whole().where(Order.number == number, Order.merchant_id == g.merchant.id)
    ).first()
    return order if order is not None else abort(404)


def may_read(order: Order) -> bool:
    """Whether the present person or browser may see the order."""
    person = current_person()
    if person is not None and order.buyer_id == person.id:
        return True
    return order.secret in session.get("orders", [])


def remember_here(order: Order) -> None:
    """This browser may see the order from now on."""
    remember_secret(order.secret)


def remember_secret(secret: str) -> None:
    """This browser may see the order with this secret from now on."""
    known = [one for one in session.get("orders", []) if one != secret]
    session["orders"] = [secret, *known][:MOST_REMEMBERED]


def _whole() -> Select[Order]:
    return select(Order).options(
        joinedload(Order.community),
        joinedload(Order.merchant),
        selectinload(Order.lines),
        selectinload(Order.adjustments),
        selectinload(Order.changes),
        selectinload(Order.shipments),
        joinedload(Order.credit).joinedload(Credit.link),
        joinedload(Order.credit).joinedload(Credit.sharer),
    )
