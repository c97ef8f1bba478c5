"""Run-off: what of a plugin is still open, so that nobody takes it away from under a paying person."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select

from shop.db import db
from shop.errors import Refused
from shop.orders.models import Adjustment, Order, OrderLine
from shop.payments.models import Payment, Refund

OPEN_ORDERS = ("pending", "paid", "shipped", "received")
OPEN_PAYMENTS = ("intent", "started", "authorized")


def open_of(plugin: str, codes: Iterable[str]) -> dict[str, int]:
    """How many orders, payments and refunds of a plugin still need it; empty when it may go."""
    codes = list(codes)
    lines = or_(
        select(OrderLine.id).where(OrderLine.order_id == Order.id, OrderLine.plugin == plugin).exists(),
        select(Adjustment.id).where(Adjustment.order_id == Order.id, Adjustment.plugin == plugin).exists(),
    )
    orders = select(func.count()).where(Order.state.in_(OPEN_ORDERS), lines)
    payments = (
        select(func.count(Payment.id))
        .join(Order)
        .where(
            Payment.method.in_(codes),
            or_(
                Payment.state.in_(OPEN_PAYMENTS),
                and_(Payment.captured > Payment.refunded, Order.state.in_(OPEN_ORDERS)),
            ),
        )
    )
    refunds = (
        select(func.count(Refund.id))
        .join(Payment)
        .where(Payment.method.in_(codes), Refund.state.in_(("asked", "failed")))
    )
    counted = {
        "orders": db.session.scalar(orders) or 0,
        "payments": db.session.scalar(payments) or 0,
        "refunds": db.session.scalar(refunds) or 0,
    }
    return {what: n for what, n in counted.items() if n}


def refuse_while_open(plugin: str, codes: Iterable[str]) -> None:
    """Raise Refused, with what is open, while a plugin is still needed."""
    still = open_of(plugin, codes)
    if still:
        raise Refused(
            _(
                "“%(plugin)s” is still needed: %(orders)s orders, %(payments)s payments and %(refunds)s refunds of it "
                "are open. Switch it off in the communities and wait until they are done.",
                plugin=plugin,
                orders=still.get("orders", 0),
                payments=still.get("payments", 0),
                refunds=still.get("refunds", 0),
            )
        )
