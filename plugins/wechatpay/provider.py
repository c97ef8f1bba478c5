"""WeChat Pay as a way to pay; the payment's key is the trade's number, so that nothing is ever charged twice."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Request, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from wechatpayv3 import WeChatPayType

from plugins.wechatpay.calling import Declined, call, clients
from plugins.wechatpay.models import Prepared
from plugins.wechatpay.reports import number_of, of_refund, of_trade
from plugins.wechatpay.settings import settings
from plugins.wechatpay.sharing import MOST_PERCENT, will_share
from plugins.wechatpay.signing import genuine_notice
from shop.db import db
from shop.errors import Refused
from shop.hookspecs import Piece
from shop.orders.models import Order
from shop.payments.method import NotGenuine, PaymentMethod, Report, Started, insists_on_deferred_capture
from shop.payments.models import Payment, Refund
from shop.qr import qr_svg

TYPES = {"native": WeChatPayType.NATIVE, "h5": WeChatPayType.H5, "jsapi": WeChatPayType.JSAPI}
VALUES = {"native": "code_url", "h5": "h5_url", "jsapi": "prepay_id"}
LARGEST = 100_000_000_00  # fen; a sane bound below WeChat's own


class WechatPay(PaymentMethod):
    """Yuan only; money counts only when a signed notification or our own question says so."""

    code = "wechatpay"
    title: Any = _l("WeChat Pay")

    def is_offered(self, order: Order) -> bool:
        return (
            settings() is not None
            and order.currency == "CNY"
            and 0 < order.total <= LARGEST
            and not insists_on_deferred_capture(order)
        )

    @property
    def most_shared(self) -> int | None:
        """WeChat Pay's own limit of profit sharing, where it is on."""
        set_up = settings()
        return MOST_PERCENT if set_up is not None and set_up.shares_profit else None

    def start(self, payment: Payment, return_url: str) -> Started:
        """Inside WeChat, in a phone's browser, or by a code to scan: what fits where the shopper is."""
        way = _way()
        if way == "jsapi" and "wechat_openid" not in session:
            return Started(payment.key, url_for("wechatpay.authorize", number=payment.order.number))
        value, key = prepare(payment, way), payment.key
        if way == "h5":
            return Started(key, f"{value}&redirect_url={quote(return_url, safe='')}")
        return Started(key)

    def waiting(self, payment: Payment) -> Piece | None:
        """The code to scan, or the button inside WeChat."""
        found = {p.way: p.value for p in _prepared(payment.id)}
        if "jsapi" in found and _is_wechat():
            return Piece("wechatpay/button.html", {"bridge": _bridge(found["jsapi"]), "payment": payment})
        if "native" in found:
            code = Markup(qr_svg(found["native"]))  # noqa: S704 (a drawing of ours, its words escaped)
            return Piece("wechatpay/code.html", {"code": code, "payment": payment})
        return None

    def ask(self, payment: Payment) -> Report | None:
        key, now = payment.key, settings()
        try:
            told = call(lambda api: api.query(out_trade_no=key))
        except Declined:
            return None  # WeChat does not know it: nobody has begun to pay
        return of_trade(told, f"ask:{key}:{told['trade_state']}", now) if now else None

    def refund(self, refund: Refund) -> Report | None:
        """Send money back: WeChat knows a refund's number for ever, so asking twice sends once."""
        payment, key, plain = refund.payment, refund.key, refund.amount
        trade, reason = payment.key, refund.reason[:80]
        amount = {"refund": plain, "total": payment.amount, "currency": payment.currency}
        try:
            told = call(
                lambda api: api.refund(number_of(key), amount, out_trade_no=trade, reason=reason or None)
            )
        except Declined as no:
            return Report(f"refused:{key}", "refund_failed", key, plain, "CNY", key, f"{no.code}: {no}"[:400])
        return of_refund(told, f"ask:{told['refund_id']}:{told['status']}")

    def close(self, payment: Payment) -> Report | None:
        """Close the trade of an order that is dead; one that was paid meanwhile is told instead."""
        key = payment.key
        report = self.ask(payment)
        if report is None:
            try:
                call(lambda api: api.close(key))
            except Declined:
                return self.ask(payment)
        return report

    def verify(self, request: Request) -> Sequence[Report]:
        now = settings()
        if now is None:
            raise NotGenuine("WeChat Pay is not set up")
        notice = genuine_notice(request)
        try:
            kind, told = notice["event_type"], notice["resource"]
            if kind.startswith("TRANSACTION."):
                report = of_trade(told, notice["id"], now)
            elif kind.startswith("REFUND."):
                if told["mchid"] != now.mchid:
                    raise NotGenuine("the refund is of another account")
                report = of_refund(told, notice["id"])
            else:
                report = None
        except (KeyError, TypeError, AttributeError) as strange:
            raise NotGenuine(f"the notification cannot be read: {strange}") from strange
        return [report] if report else []


@dataclass(frozen=True, slots=True)
class _Trade:
    """What WeChat Pay is told of a payment: plain values, read before it is called."""

    key: str
    amount: int
    currency: str
    order: str
    title: str
    until: str | None
    is_shared: bool


def prepare(payment: Payment, way: str) -> str:
    """Tell WeChat Pay of a payment, once for each way; returns what the shopper needs."""
    known = {p.way: p.value for p in _prepared(payment.id)}
    if way in known and way != "h5":  # an H5 address lives five minutes
        return known[way]
    payment_id, order = payment.id, payment.order
    trade = _Trade(
        payment.key,
        payment.amount,
        payment.currency,
        order.number,
        f"{order.merchant.name[:80]} · {order.number}",
        order.hold_until.isoformat(timespec="seconds") if order.hold_until else None,
        will_share(order),
    )
    where = {"payer_client_ip": request.remote_addr or "127.0.0.1", "h5_info": {"type": "Wap"}}
    payer = {"openid": session["wechat_openid"]} if way == "jsapi" else None
    try:
        told = call(
            lambda api: api.pay(
                trade.title,
                trade.key,
                {"total": trade.amount, "currency": trade.currency},
                payer=payer,
                time_expire=trade.until,
                attach=trade.order,
                scene_info=where if way == "h5" else None,
                settle_info={"profit_sharing": True} if trade.is_shared else None,
                pay_type=TYPES[way],
            )
        )
    except Declined as no:
        raise Refused(_("WeChat Pay does not take this payment: %(why)s", why=str(no))) from no
    value = str(told[VALUES[way]])
    if way not in known:
        db.session.add(Prepared(payment_id=payment_id, way=way, value=value))
        db.session.commit()
    return value


def _prepared(payment_id: int) -> Sequence[Prepared]:
    return db.session.scalars(select(Prepared).where(Prepared.payment_id == payment_id)).all()


def _way() -> str:
    now = settings()
    if now is not None and now.app_secret and _is_wechat():
        return "jsapi"
    is_phone = any(word in request.user_agent.string for word in ("iPhone", "Android", "Mobile"))
    return "h5" if now is not None and now.has_h5 and is_phone and not _is_wechat() else "native"


def _is_wechat() -> bool:
    return "MicroMessenger" in request.user_agent.string


def _bridge(prepay_id: str) -> dict[str, str]:
    """What the page hands to WeChat's own bridge, signed with the merchant's key."""
    now = settings()
    if now is None:
        return {}
    at, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay_id}"
    return {
        "appId": now.appid,
        "timeStamp": at,
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": clients()[0].sign([now.appid, at, nonce, package]),
    }
