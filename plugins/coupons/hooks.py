"""Doorbells of coupons; the work is inside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.coupons import dates, done, giving_out, happening, online, pieces, vouchers
from shop.communities.models import Community
from shop.hookspecs import Change, Deed, Happening, NavItem, Panel, Piece, Price, Problem, hookimpl
from shop.listings.models import Listing, Offer
from shop.orders.models import Order, OrderLine
from shop.orders.quoting import Quote, Wish
from shop.people.models import Person


@hookimpl
def offer_panels(offers: Sequence[Offer]) -> dict[int, Panel]:
    return vouchers.panels_of(offers)


@hookimpl
def offer_saving(listing: Listing, settings: dict[str, Any]) -> dict[str, Any]:
    return vouchers.cleaned(listing, settings)


@hookimpl
def line_pricing(wishes: Sequence[Wish], buyer: Person | None) -> list[Price]:
    return vouchers.prices_of(wishes, buyer)


@hookimpl
def order_placing(order: Order, lines: Sequence[OrderLine]) -> None:
    vouchers.hold_turns(order, lines)


@hookimpl
def quote_adjusting(quote: Quote) -> list[Change]:
    return online.best_change(quote)


@hookimpl
def action_checking(action: str, subject: Any) -> list[Problem]:
    checks: dict[str, Callable[[Any], list[Problem]]] = {
        "order.place": online.reserve,
        "order.cancel": vouchers.against_money_back,
        "order.refund": vouchers.against_money_back,
    }
    return checks[action](subject) if action in checks else []


@hookimpl
def event_happened(event: Any) -> None:
    happening.hear(event)


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], community: Any) -> list[Piece]:
    return pieces.pieces_for(slot, subjects, community)


@hookimpl
def happenings(community: Community, since: datetime, until: datetime) -> list[Happening]:
    return dates.running_in(community, since, until)


@hookimpl
def deeds(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    return done.done_in(community, people, since)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "merchant":
        return [
            NavItem(
                _("Coupons"), url_for("coupons_campaigns.index", merchant=subject.slug), "coupon", weight=30
            ),
            NavItem(_("Counter"), url_for("coupons_counter.show", merchant=subject.slug), "qr", weight=31),
        ]
    if area == "manage":
        return [NavItem(_("Coupons"), url_for("coupons_manage.index", community=subject.slug), "coupon")]
    if area == "community":
        return [NavItem(_("Coupons"), url_for("coupons_shelf.index", community=subject.slug), "coupon")]
    if area == "account":
        return [NavItem(_("My coupons"), url_for("coupons_wallet.index"), "coupon", weight=20)]
    return []


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
