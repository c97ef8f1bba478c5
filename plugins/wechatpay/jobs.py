"""What the worker does for WeChat Pay: trades of dead orders are closed, so that nobody pays for nothing."""

import structlog
from sqlalchemy import select

from plugins.wechatpay.provider import WechatPay
from plugins.wechatpay.settings import settings
from shop.db import db
from shop.errors import NotValid
from shop.orders.models import Order
from shop.payments.method import NotGenuine, ProviderDown
from shop.payments.models import Payment
from shop.payments.settling import remember, settle

log = structlog.get_logger(__name__)

AT_ONCE = 50


def close_dead() -> int:
    """Close the trade of each dead order; returns how many were closed."""
    if settings() is None:
        return 0
    dead = (
        select(Payment.id)
        .join(Order)
        .where(
            Payment.method == WechatPay.code,
            Payment.state.in_(("intent", "started")),
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
        except (NotValid, NotGenuine) as strange:
            db.session.rollback()
            log.error("wechatpay and shop disagree", payment=payment_id, why=str(strange))
    return closed


def _close(payment_id: int) -> bool:
    payment = db.session.get_one(Payment, payment_id)
    report = WechatPay().close(payment)
    if report is None:
        done = payment.move("failed", note="closed")
    else:
        done = remember(WechatPay.code, report) and bool(settle(WechatPay.code, report))
    db.session.commit()
    return done
