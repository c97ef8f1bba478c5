"""Doorbells of stripe."""

from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _

from plugins.stripe.provider import Stripe
from plugins.stripe.settings import SETTINGS, settings
from shop import config
from shop.hookspecs import NavItem, hookimpl


@hookimpl
def setup(app: Flask) -> None:
    config.add(app.config, SETTINGS)


@hookimpl
def payment_methods() -> list[Any]:
    return [Stripe()]


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area != "merchant" or settings() is None:
        return []
    return [NavItem(_("Disputes"), url_for("stripe.index", merchant=subject.slug), "warning")]
