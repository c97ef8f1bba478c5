"""The mall's doorbells; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.mall import dates, giving_out, pricing, shipping, telling
from plugins.mall.addresses import Address
from shop.communities.models import Community
from shop.errors import Refused
from shop.hooks import asked_here
from shop.hookspecs import Change, Happening, NavItem, Panel, Piece, Price, hookimpl
from shop.listings.models import Offer
from shop.orders.models import Order, OrderLine
from shop.orders.quoting import Quote, Wish
from shop.people.models import Person


@hookimpl
def offer_panels(offers: Sequence[Offer]) -> dict[int, Panel]:
    return pricing.panels_of(offers)


@hookimpl
def line_pricing(wishes: Sequence[Wish]) -> list[Price]:
    return pricing.prices_of(wishes)


@hookimpl
def offer_saving(settings: dict[str, Any]) -> dict[str, Any]:
    return pricing.cleaned(settings)


@hookimpl
def quote_adjusting(quote: Quote) -> list[Change]:
    return shipping.shipping_changes(quote)


@hookimpl
def order_placing(order: Order, lines: Sequence[OrderLine]) -> None:
    """Goods that are sent need to know where they go."""
    if not order.delivery and any(line.variant is not None and line.variant.needs_shipping for line in lines):
        raise Refused(_("Please say where the goods shall go."), status=422)


@hookimpl
def happenings(community: Community, since: datetime, until: datetime) -> list[Happening]:
    return dates.running_in(community, since, until)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "merchant":
        return [
            NavItem(_("Shipping"), url_for("mall_shipping.index", merchant=subject.slug), "truck", weight=20)
        ]
    if area in ("community", "cart"):
        return [NavItem(_("Cart"), url_for("mall_carts.show", community=subject.slug), "cart", weight=10)]
    if area == "account":
        return [NavItem(_("Addresses"), url_for("mall_addresses.index"), "pin", weight=40)]
    return []


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any]) -> list[Piece]:
    """An order of the mall can be bought again while the mall is on."""
    if slot != "order.below" or "mall" not in asked_here():
        return []
    return [
        Piece("mall/_again.html", {"order": order}, weight=60, subject_id=order.id)
        for order in subjects
        if any(line.plugin == "mall" for line in order.lines)
    ]


@hookimpl
def plugin_switched(community: Community, on: bool) -> None:
    telling.tell_merchants(community, on)


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person, Address.of(person))
