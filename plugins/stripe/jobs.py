"""What the worker does for Stripe: pages and reservations of dead orders are closed."""

import structlog
from sqlalchemy import select

from plugins.stripe.provider import Stripe
from plugins.stripe.settings import settings
from shop.db import db
from shop.errors import NotValid
from shop.orders.models import Order
from shop.payments.method import ProviderDown
from shop.payments.models import Payment
from shop.payments.settling import remember, settle

log = structlog.get_logger(__name__)

AT_ONCE = 50


def close_dead() -> int:
    """Close Stripe's page of each dead order, so that nobody pays for nothing; returns how many were closed."""
    if settings() is None:
        return 0
    dead = (
        select(Payment.id)
        .join(Order)
        .where(
            Payment.method == Stripe.code,
            Payment.state.in_(("intent", "started", "authorized")),
            Order.state.in_(("expired", "cancelled")),
        )
        .order_by(Payment.id)
        .limit(AT_ONCE)
    )
    closed = 0
    for payment_id in db.session.scalars(dead).all():
        try:
            closed += _close(payment_id)
        except ProviderDown:
            break
        except NotValid as strange:
            db.session.rollback()
            log.error("stripe and shop disagree", payment=payment_id, why=str(strange))
    return closed


def _close(payment_id: int) -> bool:
    payment = db.session.get_one(Payment, payment_id)
    method = Stripe()
    if payment.state == "authorized":
        method.void(payment)
        done = payment.move("voided")
    else:
        report = method.close(payment)
        if report is None:
            done = payment.move("failed", note="closed")
        else:
            done = remember(Stripe.code, report) and bool(settle(Stripe.code, report))
    db.session.commit()
    return done
