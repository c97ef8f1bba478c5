"""Doorbells of offlinepay."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.offlinepay.provider import OfflinePay
from shop.hookspecs import NavItem, hookimpl


@hookimpl
def payment_methods() -> list[Any]:
    return [OfflinePay()]


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area != "merchant":
        return []
    return [NavItem(_("Cash or transfer"), url_for("offlinepay.index", merchant=subject.slug), "money")]
