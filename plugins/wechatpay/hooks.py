"""Doorbells of wechatpay."""

from typing import Any

from plugins.wechatpay.provider import WechatPay
from shop.hookspecs import hookimpl


@hookimpl
def payment_methods() -> list[Any]:
    return [WechatPay()]
