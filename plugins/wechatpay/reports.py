"""What WeChat Pay says, in the shop's words."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from plugins.wechatpay.settings import Settings
from shop.db import db
from shop.payments.method import NotGenuine, Report
from shop.payments.models import Payment, Refund

KINDS = {"SUCCESS": "captured", "REFUND": "captured", "CLOSED": "failed", "REVOKED": "failed"}
REFUND_KINDS = {"SUCCESS": "refunded", "CLOSED": "refund_failed", "ABNORMAL": "refund_failed"}


def of_trade(told: Mapping[str, Any], ref: str, now: Settings) -> Report | None:
    """A trade that is paid or closed, of our account; anything else says nothing yet."""
    if (told["appid"], told["mchid"]) != (now.appid, now.mchid):
        raise NotGenuine("the trade is of another account")
    kind = KINDS.get(told["trade_state"])
    if kind is None:
        return None
    amount = told.get("amount") or {}
    return Report(
        ref,
        kind,
        told["out_trade_no"],
        amount.get("total", 0),
        amount.get("currency", "CNY"),
        charge=told.get("transaction_id"),
        key=told["out_trade_no"],
        order=told.get("attach", "") if kind == "captured" else None,
    )


def of_refund(told: Mapping[str, Any], ref: str) -> Report | None:
    """A refund that is done or refused; `told` is a notification's resource or an answer of the API."""
    kind = REFUND_KINDS.get(told.get("refund_status") or told["status"])
    if kind is None:
        return None
    amount = told["amount"]
    key = key_of(told["out_trade_no"], told["out_refund_no"])
    return Report(ref, kind, told["refund_id"], amount["refund"], amount.get("currency", "CNY"), key)


def number_of(refund_key: str) -> str:
    """The refund's number at WeChat Pay: 64 characters of its own alphabet, always the same for a key."""
    return hashlib.sha256(refund_key.encode()).hexdigest()


def key_of(trade: str, number: str) -> str | None:
    """The key of the refund that has this number there."""
    keys = db.session.scalars(
        select(Refund.key).join(Payment).where(Payment.method == "wechatpay", Payment.key == trade)
    )
    return next((key for key in keys if number_of(key) == number), None)
