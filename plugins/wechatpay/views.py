"""Inside WeChat: who the shopper is there (an openid), then back to the order with a button."""

import hmac
import secrets
from urllib.parse import urlencode

import httpx
from flask import Blueprint, abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.wechatpay.provider import WechatPay, prepare
from plugins.wechatpay.settings import settings
from shop.access import public
from shop.db import db, let_go, set_writing
from shop.orders.access import order_for_reading
from shop.payments.method import ProviderDown
from shop.payments.models import Payment

bp = Blueprint("wechatpay", __name__)


@bp.get("/<number>/authorize")
@public
def authorize(number: str) -> ResponseReturnValue:
    """WeChat's own page tells who is there, without a question to the person (snsapi_base)."""
    order = order_for_reading(number)
    set_up = settings() or abort(404)
    session["wechat_state"] = secrets.token_urlsafe(16)
    asked = {
        "appid": set_up.appid,
        "redirect_uri": url_for("wechatpay.identify", number=order.number, _external=True),
        "response_type": "code",
        "scope": "snsapi_base",
        "state": session["wechat_state"],
    }
    return redirect(
        f"{current_app.config['WECHATPAY_AUTHORIZE_URL']}?{urlencode(asked)}#wechat_redirect", 303
    )


@bp.get("/<number>/identity")
@public
def identify(number: str) -> ResponseReturnValue:
    """WeChat sends the person back with a code: it becomes an openid, and the payment gets its button."""
    order = order_for_reading(number)
    back, order_id = url_for("orders.show", number=order.number), order.id
    state = session.pop("wechat_state", "")
    if not state or not hmac.compare_digest(state.encode(), request.args.get("state", "").encode()):
        abort(400)
    try:
        session["wechat_openid"] = _openid(request.args.get("code", ""))
        set_writing(True)
        payment = _open_payment(order_id) or abort(404)
        prepare(payment, "jsapi")
    except ProviderDown:
        flash(
            _(
                "WeChat does not answer just now. We are checking your payment; you may try again, "
                "and will not pay twice."
            ),
            "warn",
        )
    return redirect(back, 303)


def _open_payment(order_id: int) -> Payment | None:
    return db.session.scalars(
        select(Payment).where(
            Payment.order_id == order_id,
            Payment.method == WechatPay.code,
            Payment.state.in_(("intent", "started")),
        )
    ).first()


def _openid(code: str) -> str:
    """Who this code stands for; raises ProviderDown."""
    set_up = settings() or abort(404)
    asked = {
        "appid": set_up.appid,
        "secret": set_up.app_secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    let_go()
    try:
        with httpx.Client(timeout=set_up.timeout) as client:
            base = current_app.config["WECHATPAY_OPEN_BASE"]
            told = client.get(f"{base}/sns/oauth2/access_token", params=asked).raise_for_status().json()
        return str(told["openid"])
    except (httpx.HTTPError, ValueError, KeyError) as down:
        raise ProviderDown("WeChat did not tell who is there") from down
