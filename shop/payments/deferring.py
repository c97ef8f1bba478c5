"""Reserved money: taken or let go later, when a mode asks for it; the provider is called by the worker."""

from sqlalchemy import select

from shop.db import db
from shop.events import Event, record
from shop.hooks import door
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.payments.settling import settle


def ask_to_capture(order: Order) -> None:
    """Take the money that was reserved for an order; the worker tells the provider after the commit."""
    _ask(order, "capture.asked")


def ask_to_void(order: Order) -> None:
    """Let go of the money that was reserved for an order; the worker tells the provider after the commit."""
    _ask(order, "void.asked")


def capture_reserved(event: Event) -> None:
    """Tell the provider to take what it reserved; raises ProviderDown so that the worker tries again."""
    payment = db.session.get_one(Payment, int(event.payload["payment"]))
    if payment.state != "authorized":
        return
    report = door().methods[payment.method].capture(payment)
    if report is not None:
        settle(payment.method, report)
        db.session.commit()


def void_reserved(event: Event) -> None:
    """Tell the provider to let go of what it reserved; raises ProviderDown so that the worker tries again."""
    payment = db.session.get_one(Payment, int(event.payload["payment"]))
    if payment.state != "authorized":
        return
    door().methods[payment.method].void(payment)
    payment.move("voided")
    db.session.commit()


def _ask(order: Order, name: str) -> None:
    reserved = select(Payment.id).where(Payment.order_id == order.id, Payment.state == "authorized")
    for payment_id in db.session.scalars(reserved):
        record(name, order.community_id, payment=payment_id)
