"""Doorbells of stripe."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.stripe.provider import Stripe
from plugins.stripe.settings import settings
from shop.hookspecs import NavItem, hookimpl


@hookimpl
def payment_methods() -> list[Any]:
    return [Stripe()]


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area != "merchant" or settings() is None:
        return []
    return [NavItem(_("Disputes"), url_for("stripe.index", merchant=subject.slug), "warning")]
