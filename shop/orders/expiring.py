"""What the clock does to unpaid orders: they expire."""

from sqlalchemy import select

from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.limits import give_back_expired
from shop.orders.models import Order

AT_ONCE = 100


def expire_overdue() -> int:
    """Expire pending orders whose time is over, each in its own transaction; returns how many."""
    overdue = (
        select(Order.id)
        .where(Order.state == "pending", Order.hold_until < now())
        .order_by(Order.id)
        .limit(AT_ONCE)
    )
    count = 0
    for order_id in db.session.scalars(overdue).all():
        order = db.session.get_one(Order, order_id)
        try:
            order.expire()
        except Refused:  # paid at this very moment
            db.session.rollback()
            continue
        record("order.expired", order.community_id, order=order.number)
        db.session.commit()
        count += 1
    give_back_expired()
    db.session.commit()
    return count
