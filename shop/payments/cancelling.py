"""Cancelling an order before shipping: limits are given back, paid money goes back, reserved money is let go."""

from shop.events import record
from shop.orders.asking import refuse_if_spoken_against
from shop.orders.models import Order
from shop.payments.deferring import ask_to_void
from shop.payments.settling import refund_order
from shop.people.models import Person


def cancel_order(order: Order, reason: str, by: Person | None) -> None:
    """Cancel a pending or paid order, once; raises Refused when it has been shipped."""
    was_paid = order.state == "paid"
    if was_paid:
        refuse_if_spoken_against("order.refund", order)
    order.move("cancelled", by, reason)
    order.give_back_holds()
    ask_to_void(order)
    if was_paid:
        refund_order(order, order.total, reason, f"cancel:{order.id}", by)
    record("order.cancelled", order.community_id, order=order.number)
