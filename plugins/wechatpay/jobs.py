"""What the worker does for WeChat Pay: trades of dead orders are closed, so that nobody pays for nothing."""

from sqlalchemy import select

from plugins.wechatpay.provider import WechatPay
from plugins.wechatpay.settings import settings
from shop.db import db
from shop.orders.models import Order
from shop.payments.method import ProviderDown
from shop.payments.models import Payment
from shop.payments.settling import remember, settle

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
        payment = db.session.get_one(Payment, payment_id)
        try:
            report = WechatPay().close(payment)
        except ProviderDown:
            break
        if report is None:
            closed += payment.move("failed", note="closed")
        elif remember(WechatPay.code, report):
            settle(WechatPay.code, report)
        db.session.commit()
    return closed
