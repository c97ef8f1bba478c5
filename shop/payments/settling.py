"""Settling: what a verified report or a staff act does to payment, order, limits and books, once, in one transaction.

Webhook, reconciling job and staff may all come at once: the guarded move of the payment's state elects the one who
writes. Provider calls happen before or after these functions, never inside their transaction.
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from shop.clock import now
from shop.db import db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.hooks import door
from shop.ledger.books import book_payment, book_refund, book_unallocated
from shop.limits import Hold, Limit
from shop.orders.models import Order
from shop.payments.method import Report
from shop.payments.models import Payment, ProviderEvent, Refund
from shop.people.models import Person

TOLD: Any = ProviderEvent.__table__


def intend(order: Order, method: str, by: Person | None = None) -> Payment:
    """Write down that this order is to be paid by a method; the same open intent is used again."""
    if not order.is_payable:
        raise Refused(_("This order cannot be paid any more."))
    open_one = db.session.scalars(
        select(Payment).where(
            Payment.order_id == order.id, Payment.method == method, Payment.state.in_(("intent", "started"))
        )
    ).first()
    if open_one is not None:
        return open_one
    reserved = select(Payment.id).where(Payment.order_id == order.id, Payment.state == "authorized")
    if db.session.scalar(reserved.limit(1)) is not None:
        raise Refused(_("The money for this order is reserved already."))
    way = door().methods.get(method)
    payment = Payment(
        order=order,
        method=method,
        amount=order.total,
        currency=order.currency,
        is_with_merchant=way is not None and way.merchant_collects,
        by_id=by.id if by else None,
    )
    db.session.add(payment)
    return payment


def remember(method: str, report: Report) -> bool:
    """Remember a provider's event for ever; False when it was told before."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    new = db.session.execute(
        insert(TOLD)
        .values(method=method, event_ref=report.event_ref, kind=report.kind, outcome="", at=now())
        .on_conflict_do_nothing(index_elements=["method", "event_ref"])
        .returning(TOLD.c.id)
    ).scalar_one_or_none()
    return new is not None


def settle(method: str, report: Report) -> str:
    """Do what a verified report says; returns the outcome in a word. Raises NotValid when it does not fit our books."""
    if report.kind in ("refunded", "refund_failed"):
        return _settle_refund(method, report)
    payment = payment_of(method, report)
    if report.order is not None and report.order != payment.order.number:
        raise NotValid(_("The order is not the one that this payment is for."))
    if report.kind == "failed":
        return _fail(payment, report.note)
    if (report.amount, report.currency) != (payment.amount, payment.currency):
        raise NotValid(_("The amount or currency is not what was asked."))
    if report.kind == "authorized":
        return _reserve(payment)
    if report.kind == "captured":
        return capture(payment, note=report.note, charge=report.charge)
    raise NotValid(_("This kind of report is not known."))


def payment_of(method: str, report: Report) -> Payment:
    """The payment a report is about, by its reference, or by its key when its start got no answer."""
    mine = select(Payment).where(Payment.method == method).options(joinedload(Payment.order, innerjoin=True))
    payment = db.session.scalars(mine.where(Payment.reference == report.reference)).first()
    if payment is None and report.key is not None:
        payment = db.session.scalars(mine.where(Payment.key == report.key)).first()
        if payment is not None and payment.reference is None:
            payment.reference = report.reference
    if payment is None:
        raise NotValid(_("No payment has this reference."))
    return payment


def capture(payment: Payment, *, by: Person | None = None, note: str = "", charge: str | None = None) -> str:
    """The money is here: the order is paid, or, when it is dead, the money waits for its way back. Once."""
    if not payment.move("captured", captured=payment.amount, settled_at=now(), note=note, charge=charge):
        return "late"
    order, hands = payment.order, payment.is_with_merchant
    if _bring_to_paid(order, by):
        book_payment(order, payment.method, payment.id, payment.amount, with_merchant=hands)
        record("order.paid", order.community_id, order=order.number, payment=payment.id)
        return "paid"
    payment.is_allocated = False
    book_unallocated(order, payment.method, payment.id, payment.amount, with_merchant=hands)
    payment.ask_refund(
        payment.amount, _("The order was no longer open when the money came."), f"unallocated:{payment.id}"
    )
    record("refund.asked", order.community_id, payment=payment.id)
    return "unallocated"


def refund_order(order: Order, amount: int, reason: str, key: str, by: Person | None) -> list[Refund]:
    """Set aside money to go back for an order, from its captured payments; the provider is called after the commit."""
    if order.is_frozen:
        raise Refused(_("A bank disputes this payment: its money waits until that is decided."))
    payments = db.session.scalars(
        select(Payment).where(
            Payment.order_id == order.id, Payment.is_allocated, Payment.captured > Payment.refunded
        )
    ).all()
    refunds, left = [], amount
    for payment in payments:
        part = min(left, payment.refundable)
        if part:
            refunds.append(payment.ask_refund(part, reason, f"{key}:{payment.id}", by))
            record("refund.asked", order.community_id, payment=payment.id)
            left -= part
    if left:
        raise Refused(_("That is more than is left to refund."))
    return refunds


def refund_done(refund: Refund, reference: str | None = None) -> bool:
    """A refund has gone out: book it, and move an order of which everything went back; True once."""
    if not refund.move("done", done_at=now(), reference=reference):
        return False
    payment = refund.payment
    order = payment.order
    book_refund(
        order,
        payment.method,
        refund.id,
        refund.amount,
        unallocated=not payment.is_allocated,
        with_merchant=payment.is_with_merchant,
    )
    if (
        payment.is_allocated
        and payment.refunded == payment.captured
        and order.state in ("paid", "shipped", "received", "completed")
    ):
        order.move("refunded", reason=refund.reason)
    record("refund.done", order.community_id, order=order.number, refund=refund.id)
    return True


def _reserve(payment: Payment) -> str:
    """The money is set aside: what is ordered is kept without an end, until its mode takes the money or lets it go."""
    if not payment.move("authorized"):
        return "late"
    order = payment.order
    try:
        with db.session.begin_nested():
            if order.state != "pending":
                raise Refused(_("The order was no longer open when the money came."))
            _keep_or_take_again(order)
    except Refused:
        record("void.asked", order.community_id, payment=payment.id)
        return "unwanted"
    order.hold_until = None
    record("payment.reserved", order.community_id, order=order.number, payment=payment.id)
    return "authorized"


def _fail(payment: Payment, note: str) -> str:
    was_reserved = payment.state == "authorized"
    if not payment.move("failed", note=note):
        return "late"
    if was_reserved:
        order = payment.order
        record("payment.lapsed", order.community_id, order=order.number, payment=payment.id)
    return "failed"


def _settle_refund(method: str, report: Report) -> str:
    refund = db.session.scalars(
        select(Refund).join(Payment).where(Payment.method == method, Refund.key == report.refund_key)
    ).first()
    if refund is None:
        raise NotValid(_("No refund has this key."))
    if report.kind == "refund_failed":
        return "refund_failed" if refund.move("failed", note=report.note) else "late"
    if (report.amount, report.currency) != (refund.amount, refund.payment.currency):
        raise NotValid(_("The amount or currency is not what was asked."))
    return "refunded" if refund_done(refund, report.reference) else "late"


def _bring_to_paid(order: Order, by: Person | None) -> bool:
    """Pending: keep what is held. Expired: take it again if it is still there. Anything else is dead."""
    try:
        with db.session.begin_nested():
            order.move("paid", by)
            _keep_or_take_again(order)
    except Refused:
        db.session.refresh(order, ["state"])
        return False
    return True


def _keep_or_take_again(order: Order) -> None:
    """Each hold is made to last; one that was given back is taken again, or SoldOut is raised."""
    for hold in Hold.keep_all(order.purpose):
        db.session.get_one(Limit, hold.limit_id).hold(hold.n, order.purpose, None)
