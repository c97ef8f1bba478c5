"""Completing: when the return window closes, an order is completed and its shares become payable, in one deed."""

from datetime import timedelta

from sqlalchemy import select

from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.ledger.books import release_shares
from shop.orders.models import Order, OrderChange, Share

AT_ONCE = 100


def complete(order: Order) -> None:
    """The return window has closed: what everybody earned becomes payable. Raises Refused when the order moved on."""
    release_shares(order)  # first: a refund, too, locks the shares before it moves the order
    order.move("completed")
    record("order.completed", order.community_id, order=order.number)


def complete_received(return_days: int) -> int:
    """Complete the orders whose return window has closed, each in its own transaction; returns how many."""
    closed = now() - timedelta(days=return_days)
    ready = (
        select(Order.id)
        .join(OrderChange, OrderChange.order_id == Order.id)
        .where(
            Order.state == "received",
            OrderChange.to_state == "received",
            OrderChange.at < closed,
            Order.id.not_in(select(Share.order_id).where(Share.frozen_at.is_not(None))),
        )
        .order_by(Order.id)
        .limit(AT_ONCE)
    )
    count = 0
    for order_id in db.session.scalars(ready).all():
        try:
            complete(db.session.get_one(Order, order_id))
        except Refused:  # refunded at this very moment
            db.session.rollback()
            continue
        db.session.commit()
        count += 1
    return count
