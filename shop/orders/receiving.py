"""What the clock does to shipped orders: who says nothing for long has received them, so that the merchant is paid."""

from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.orders.models import Order, OrderChange

AT_ONCE = 100


def receive_shipped(days: int) -> int:
    """Receive the orders that were shipped so many days ago, each in its own transaction; returns how many.

    The window to ask for the money back opens only then, so nobody loses it by being silent. An order whose payment
    a bank disputes is received too; its money stays frozen all the same.
    """
    silent = (
        select(Order.id)
        .join(OrderChange, OrderChange.order_id == Order.id)
        .where(
            Order.state == "shipped",
            OrderChange.to_state == "shipped",
            OrderChange.at < now() - timedelta(days=days),
        )
        .order_by(Order.id)
        .limit(AT_ONCE)
    )
    count = 0
    for order_id in db.session.scalars(silent).all():
        order = db.session.get_one(Order, order_id)
        try:
            order.receive(None, _("Nothing was heard for %(days)s days after shipping.", days=days))
        except Refused:  # received or refunded at this very moment
            db.session.rollback()
            continue
        record("order.received", order.community_id, order=order.number)
        db.session.commit()
        count += 1
    return count
