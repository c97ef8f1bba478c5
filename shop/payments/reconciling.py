"""What the worker does about money: asks providers about payments that got no answer, and sends refunds.

Each step reads and commits, then calls the provider outside any transaction with the row's own key, then settles.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import select

from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.events import Event
from shop.hooks import door
from shop.payments.method import NotGenuine, PaymentMethod, ProviderDown, Report
from shop.payments.models import Payment, Refund
from shop.payments.settling import remember, settle

log = structlog.get_logger(__name__)

# A provider normally calls back within seconds; after this silence we ask. After a month we stop asking.
SILENCE = timedelta(seconds=90)
LONGEST = timedelta(days=30)


def ask_about_silent() -> int:
    """Ask the provider about every payment and refund that was silent for a while; returns how many were settled."""
    instant = now()
    open_payments = select(Payment.id).where(
        Payment.state.in_(("intent", "started")),
        Payment.at < instant - SILENCE,
        Payment.at > instant - LONGEST,
    )
    settled = 0
    for payment_id in db.session.scalars(open_payments.order_by(Payment.id)).all():
        settled += _ask(payment_id)
    stuck = select(Refund.payment_id).where(Refund.state == "asked", Refund.at < instant - SILENCE).distinct()
    for payment_id in db.session.scalars(stuck).all():
        send_refunds_of(payment_id)
    return settled


def send_refunds(event: Event) -> None:
    """A refund was asked for: send it now."""
    send_refunds_of(int(event.payload["payment"]))


def send_refunds_of(payment_id: int) -> None:
    """Send the refunds of a payment that have not gone out; raises ProviderDown so that the worker tries again."""
    payment = db.session.get_one(Payment, payment_id)
    method = _method_of(payment)
    for refund in [refund for refund in payment.refunds if refund.state == "asked"]:
        db.session.commit()  # the provider is never called inside a transaction
        if method is None:
            log.warning("refund waits for its payment plugin", refund=refund.id, method=payment.method)
            continue
        report = _call(method.refund, refund)
        if report is not None:
            settle(payment.method, report)
            db.session.commit()


def _ask(payment_id: int) -> int:
    payment = db.session.get_one(Payment, payment_id)
    method = _method_of(payment)
    if method is None:
        return 0
    db.session.commit()
    try:
        report = _call(method.ask, payment)
    except ProviderDown:
        return 0
    except NotGenuine as strange:
        log.error("the provider speaks of another account", payment=payment_id, why=str(strange))
        return 0
    if report is None or not remember(payment.method, report):
        db.session.rollback()
        return 0
    try:
        settle(payment.method, report)
    except NotValid as strange:
        db.session.rollback()
        log.error("provider and shop disagree", payment=payment_id, why=str(strange))
        return 0
    db.session.commit()
    return 1


def _method_of(payment: Payment) -> PaymentMethod | None:
    method: PaymentMethod | None = door().methods.get(payment.method)
    return method


def _call(verb: Callable[..., Report | None], subject: Payment | Refund) -> Report | None:
    """Call the provider; what it read is let go before, so that no transaction is open meanwhile."""
    try:
        return verb(subject)
    finally:
        db.session.commit()
