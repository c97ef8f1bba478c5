"""Profit sharing: a community's payout goes by WeChat Pay once an order is completed; at most 30 %, off by default."""

from sqlalchemy import select

from plugins.wechatpay.calling import Declined, call
from plugins.wechatpay.models import Sharing
from plugins.wechatpay.settings import pairs, settings
from shop.db import db
from shop.ledger.books import pot_of
from shop.ledger.models import Account, transfer
from shop.ledger.payouts import Payout, PayoutBatch
from shop.orders.models import Order, Share
from shop.payments.method import ProviderDown
from shop.payments.models import Payment
from shop.people.models import Person

MOST_PERCENT = 30  # WeChat Pay's own limit for an ordinary merchant
AT_ONCE = 50


def will_share(order: Order) -> bool:
    """Whether a part of this order is to be shared out: WeChat must be told before it is paid."""
    return _part(order) is not None


def share_profits() -> int:
    """Send the communities of completed orders their shares; returns how many went out."""
    set_up = settings()
    operator = db.session.scalars(select(Person).where(Person.is_operator).order_by(Person.id)).first()
    if set_up is None or not set_up.shares_profit or operator is None:
        return 0
    completed = (
        select(Payment.id)
        .join(Order)
        .where(
            Payment.method == "wechatpay",
            Payment.state == "captured",
            Payment.refunded == 0,
            Payment.is_allocated,
            Order.state == "completed",
            Payment.id.not_in(select(Sharing.payment_id)),
        )
        .order_by(Payment.id)
        .limit(AT_ONCE)
    )
    for payment_id in db.session.scalars(completed).all():
        _promise(db.session.get_one(Payment, payment_id), operator)
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


def _promise(payment: Payment, operator: Person) -> None:
    """A payout of its own, from what is payable and nobody has promised; the unique payment elects one."""
    part = _part(payment.order)
    if part is None:
        return
    share, receiver = part
    pot = pot_of(share, payment.currency)
    if share.payable_at is None or not pot.promise(share.amount):
        return
    payout = Payout(account_id=pot.id, amount=share.amount)
    db.session.add(PayoutBatch(currency=payment.currency, by_id=operator.id, payouts=[payout]))
    db.session.flush()
    db.session.add(
        Sharing(payment_id=payment.id, payout_id=payout.id, receiver=receiver, amount=share.amount)
    )
    db.session.flush()


def _send(sharing_id: int) -> bool:
    sharing = db.session.get_one(Sharing, sharing_id)
    trade, number = sharing.payment.charge, f"share-{sharing.payment.key}"
    receiver = {
        "type": "MERCHANT_ID",
        "account": sharing.receiver,
        "amount": sharing.amount,
        "description": sharing.payment.order.number,
    }
    try:
        told = call(lambda api: api.profitsharing_order(trade, number, [receiver], True))
    except Declined as no:
        return _settle(sharing_id, "failed", f"{no.code}: {no}")
    results = [r["result"] for r in told.get("receivers", []) if r.get("account") == receiver["account"]]
    if results == ["SUCCESS"]:
        return _settle(sharing_id, "done", str(told["order_id"]))
    return results == ["CLOSED"] and _settle(sharing_id, "failed", "CLOSED")


def _settle(sharing_id: int, state: str, note: str) -> bool:
    """Done: the payout is sent, and WeChat Pay holds so much less for us. Failed: it stays payable."""
    sharing = db.session.get_one(Sharing, sharing_id)
    if sharing.move(state, note[:400]):
        payout, order = sharing.payout, sharing.payment.order
        if state == "done":
            payout.send(note, payout.batch.by)
            transfer(
                Account.of(
                    "outside", order.currency, f"{payout.account.owner}:{payout.account.owner_ref}", "paid"
                ),
                Account.of("provider", order.currency, "wechatpay"),
                sharing.amount,
                "profit_sharing",
                key=f"wechatpay:share:{sharing.payment_id}",
                order_id=order.id,
            )
        else:
            payout.cancel(note[:400], payout.batch.by)
    db.session.commit()
    return state == "done"
