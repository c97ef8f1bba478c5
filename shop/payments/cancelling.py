"""Cancelling an order before shipping: limits are given back, paid money is set aside to go back."""

from shop.events import record
from shop.orders.models import Order
from shop.payments.settling import refund_order
from shop.people.models import Person


def cancel_order(order: Order, reason: str, by: Person | None) -> None:
    """Cancel a pending or paid order, once; raises Refused when it has been shipped."""
    was_paid = order.state == "paid"
    order.move("cancelled", by, reason)
    order.give_back_holds()
    if was_paid:
        refund_order(order, order.total, reason, f"cancel:{order.id}", by)
    record("order.cancelled", order.community_id, order=order.number)
