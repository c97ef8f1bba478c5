"""Wrapping: what is asked at the checkout, what it costs, and what the merchant reads of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from plugins.gifts.forms import WrapForm
from shop import settings
from shop.hookspecs import Change, Piece, Problem, Section
from shop.listings.models import Listing
from shop.money import Money, precision
from shop.orders.models import Order
from shop.orders.quoting import Quote

SECTION = "wrap"
ANSWER = f"gifts.{SECTION}"


def sections_for(quote: Quote) -> list[Section]:
    """Asked where something is sent or handed over; a thing without weight cannot be wrapped."""
    if not _can_be_wrapped(quote):
        return []
    data = {"price": Money(price_of(quote), quote.currency)}
    return [Section(SECTION, _("A gift?"), WrapForm, "gifts/section.html", data)]


def fee_of(quote: Quote) -> list[Change]:
    """The wrapping, once for the order."""
    if not _is_wished(quote.answers) or not _can_be_wrapped(quote):
        return []
    return [Change("fee", _("Gift wrap"), price_of(quote))]


def problems_of(quote: Quote) -> list[Problem]:
    """Words for a card that nobody asked to be wrapped: the shopper meant one or the other."""
    answer = quote.answers.get(ANSWER, {})
    if (answer.get("card") or "").strip() and not answer.get("wrap"):
        return [Problem(_("There are words for a card: please tick the gift wrap too, or take them out."))]
    return []


def hints_of(slot: str, listings: Sequence[Listing]) -> list[Piece]:
    """That it can be wrapped: to the shopper before the checkout, and to the merchant with what they get for it."""
    wrapped = [one for one in listings if any(v.needs_shipping for v in one.product.live_variants)]
    if slot != "desk.listing":
        return [Piece("gifts/can.html") for _one in wrapped]
    return [
        Piece("gifts/can.html", {"price": Money(_price(one.community_id, currency), currency)})
        for one in wrapped
        for currency in [one.product.currency]
    ]


def price_of(quote: Quote) -> int:
    """In minor units of the quote's currency."""
    return _price(quote.community.id, quote.currency)


def pieces_of(orders: Sequence[Order]) -> list[Piece]:
    """What an order's page says, for the shopper and for whoever packs it."""
    return [
        Piece(
            "gifts/order.html",
            {"card": (order.answers[ANSWER].get("card") or "").strip()},
            subject_id=order.id,
        )
        for order in orders
        if _is_wished(order.answers)
    ]


def _price(community_id: int, currency: str) -> int:
    price: int = settings.here("gifts", community_id).price
    return price * 10 ** precision(currency)


def _is_wished(answers: Mapping[str, Mapping[str, Any]]) -> bool:
    return bool(answers.get(ANSWER, {}).get("wrap"))


def _can_be_wrapped(quote: Quote) -> bool:
    return any(line.wish.variant is not None and line.wish.variant.needs_shipping for line in quote.lines)
