"""Profit sharing: a community's share goes to its own WeChat merchant, after receipt, at most 30 %, off by default."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from plugins.wechatpay.calling import Declined, call
from plugins.wechatpay.models import Sharing
from plugins.wechatpay.settings import pairs, settings
from shop.clock import now
from shop.db import db
from shop.ledger.models import Account, transfer
from shop.orders.models import Order, Share
from shop.payments.method import ProviderDown
from shop.payments.models import Payment

MOST_PERCENT = 30  # WeChat Pay's own limit for an ordinary merchant
AT_ONCE = 50


def will_share(order: Order) -> bool:
    """Whether a part of this order is to be shared out: WeChat must be told before it is paid."""
    return _part(order) is not None


def share_profits() -> int:
    """Share out what received orders owe their communities; returns how many were sent."""
    set_up = settings()
    if set_up is None or not set_up.shares_profit:
        return 0
    received = (
        select(Payment.id)
        .join(Order)
        .where(
            Payment.method == "wechatpay",
            Payment.state == "captured",
            Payment.refunded == 0,
            Payment.is_allocated,
            Order.state == "received",
            Payment.id.not_in(select(Sharing.payment_id)),
        )
        .order_by(Payment.id)
        .limit(AT_ONCE)
    )
    for payment_id in db.session.scalars(received).all():
        _intend(payment_id)
    db.session.commit()
    waiting = select(Sharing.id).where(Sharing.state == "asked").order_by(Sharing.id).limit(AT_ONCE)
    sent = 0
    for sharing_id in db.session.scalars(waiting).all():
        try:
            sent += _send(sharing_id)
        except ProviderDown:
            break
    return sent


def _part(order: Order) -> tuple[Share, str] | None:
    """The community's share and who receives it, when all of the rules allow it."""
    set_up = settings()
    if set_up is None or not set_up.shares_profit:
        return None
    receiver = dict(pairs("WECHATPAY_RECEIVERS")).get(order.community.slug)
    share = next((s for s in order.shares if s.party == "community"), None)
    if receiver is None or share is None or share.amount <= 0 or share.reversed:
        return None
    return (share, receiver) if share.amount * 100 <= order.total * MOST_PERCENT else None


def _intend(payment_id: int) -> None:
    payment = db.session.get_one(Payment, payment_id)
    part = _part(payment.order)
    if part is None:
        return
    share, receiver = part
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"payment_id": payment_id, "community_id": share.party_id, "receiver": receiver}
    db.session.execute(
        insert(Sharing)
        .values(**values, amount=share.amount, state="asked", note="", at=now())
        .on_conflict_do_nothing(index_elements=["payment_id"])
    )


def _send(sharing_id: int) -> bool:
    sharing = db.session.get_one(Sharing, sharing_id)
    trade, number = sharing.payment.note, f"share-{sharing.payment.key}"
    receiver = {
        "type": "MERCHANT_ID",
        "account": sharing.receiver,
        "amount": sharing.amount,
        "description": sharing.payment.order.number,
    }
    try:
        told = call(lambda api: api.profitsharing_order(trade, number, [receiver], True))
    except Declined as no:
        sharing = db.session.get_one(Sharing, sharing_id)
        sharing.move("failed", f"{no.code}: {no}"[:400])
        db.session.commit()
        return False
    results = [r["result"] for r in told.get("receivers", []) if r.get("account") == receiver["account"]]
    sharing = db.session.get_one(Sharing, sharing_id)
    if results == ["SUCCESS"] and sharing.move("done", told["order_id"]):
        _book(sharing)
    elif results == ["CLOSED"]:
        sharing.move("failed", str(told["receivers"])[:400])
    db.session.commit()
    return results == ["SUCCESS"]


def _book(sharing: Sharing) -> None:
    """The community has its money: out of its pending pot, and out of what WeChat Pay holds for us."""
    order = sharing.payment.order
    transfer(
        Account.of("community", order.currency, sharing.community_id, "pending"),
        Account.of("provider", order.currency, "wechatpay"),
        sharing.amount,
        "profit_sharing",
        key=f"wechatpay:share:{sharing.payment_id}",
        order_id=order.id,
    )
