"""Checking out: one quote of one merchant in one community, the ways it can come, and the order that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_babel import get_locale
from flask_babel import gettext as _

from plugins.mall.addresses import Address, written
from plugins.mall.carts import CartLine, lines_of
from plugins.mall.choosing import Choice, read_choices, write_choice
from plugins.mall.forms import CheckoutForm
from plugins.mall.shipping import INPUT, ShippingWay, choose
from plugins.mall.shopping import shopper
from shop.access import current_person
from shop.communities.visits import current_visit, is_unknown_link
from shop.money import Money
from shop.orders.models import Order
from shop.orders.placing import Placing, place
from shop.orders.quoting import Quote, find_wishes
from shop.orders.sections import Asked, are_complete, quote_and_ask


@dataclass(frozen=True, slots=True)
class Checkout:
    """What the one screen shows: the quote, the ways and the chosen one (None when nothing is sent), addresses."""

    quote: Quote
    ways: Sequence[ShippingWay]
    way: ShippingWay | None
    addresses: Sequence[Address]
    sections: Sequence[Asked] = ()

    @property
    def choices(self) -> list[str]:
        """The lines as hidden fields, without any price."""
        return [
            write_choice(line.offer.id, line.wish.variant.id if line.wish.variant else 0, line.quantity)
            for line in self.quote.lines
        ]

    @property
    def needs_address(self) -> bool:
        return self.way is not None and not self.way.is_pickup

    def sums(self) -> list[dict[str, Any]]:
        """What is added to the lines and taken off, in words; free delivery is told too."""
        currency = self.quote.currency
        goods = self.quote.lines_total
        told = [_sum(_("Goods"), goods, currency)]
        if self.way is not None and not any(plugin == "mall" for plugin, _change in self.quote.changes):
            told.append(_sum(self.way.title, 0, currency, self.way.explain(goods, currency)))
        for plugin, change in self.quote.changes:
            why = self.way.explain(goods, currency) if self.way is not None and plugin == "mall" else ""
            told.append(_sum(change.title, change.amount, currency, why))
        return told

    def way_words(self, way: ShippingWay) -> tuple[str, str]:
        """What a way costs for these goods, and why."""
        goods, currency = self.quote.lines_total, self.quote.currency
        cost = way.cost_of(goods)
        return str(Money(cost, currency)) if cost else _("free"), way.explain(goods, currency)

    def address(self, asked: str | None) -> Address | None:
        """The kept address that was chosen."""
        return next((address for address in self.addresses if str(address.id) == asked), None)


def look(choices: Sequence[Choice], way_id: str | None) -> Checkout:
    """The checkout of these choices with this way; raises Refused as a quote does."""
    person = current_person()
    wishes = find_wishes(g.community, choices)
    ways: Sequence[ShippingWay] = ()
    way = None
    if any(wish.variant is None or wish.variant.needs_shipping for wish in wishes):
        ways = ShippingWay.offered_by(wishes[0].offer.listing.product.merchant)
        way = choose(ways, way_id)
    inputs = {INPUT: way.id if way else 0}
    quote, sections = quote_and_ask(g.community, wishes, buyer=person, inputs=inputs)
    return Checkout(quote, ways, way, Address.of(person) if way else (), sections)


def asked_choices() -> list[Choice]:
    """What is checked out: named lines, or what can be ordered of a merchant's cart; none for an empty cart."""
    lines = request.values.getlist("line")
    if lines:
        return read_choices(lines)
    return [
        (line.offer_id, line.variant_id, line.quantity)
        for line in cart_lines(request.args.get("merchant", ""))
    ]


def cart_lines(merchant: str) -> list[CartLine]:
    """The lines of the shopper's cart for a merchant that can be ordered as they stand."""
    return [
        line
        for line in lines_of(shopper(), g.community)
        if line.product.merchant.slug == merchant and line.trouble is None
    ]


def fill(form: CheckoutForm, checkout: Checkout) -> None:
    """Offer the ways and kept addresses in the form, and what is known of a signed-in person."""
    form.way.choices = [(str(way.id), way.title) for way in checkout.ways]
    form.way.data = str(checkout.way.id) if checkout.way else None
    form.address.choices = [(str(a.id), " ".join(a.lines)) for a in checkout.addresses]
    if request.method == "GET":
        person = current_person()
        if person is not None:
            form.name.data, form.reach.data = person.name, person.email
        form.address.data = str(checkout.addresses[0].id) if checkout.addresses else "new"


def is_complete(form: CheckoutForm, checkout: Checkout) -> bool:
    """Whether nothing is missing for this way of delivery."""
    good = bool(form.validate()) & are_complete(checkout.sections)
    if not checkout.needs_address or checkout.address(form.address.data) is not None:
        return good
    if not form.phone.data and "phone" in form.contact:
        form.phone.data = form.contact["phone"]
    return form.check_address() and good


def order_from(form: CheckoutForm, checkout: Checkout, *, key: str, seen: str) -> Order:
    """Place the order once for this key; the same key answers with the same order."""
    person = current_person()
    parts = _parts(form, checkout)
    placing = Placing(
        contact={**form.contact, "locale": str(get_locale())},
        delivery=_delivery(checkout.way, parts),
        note=(form.note.data or "").strip(),
        visit=current_visit(),
        unknown_link=is_unknown_link(),
    )
    order = place(checkout.quote, placing, key=key, seen=seen)
    if person is not None and parts and form.keep.data:
        Address.keep(person, parts)
    return order


def _sum(label: str, amount: int, currency: str, why: str = "") -> dict[str, Any]:
    return {"label": label, "amount": Money(amount, currency), "why": why, "minus": amount < 0}


def _parts(form: CheckoutForm, checkout: Checkout) -> dict[str, str] | None:
    if not checkout.needs_address:
        return None
    kept = checkout.address(form.address.data)
    return kept.parts if kept else form.parts(form.contact["name"])


def _delivery(way: ShippingWay | None, parts: Mapping[str, str] | None) -> dict[str, Any]:
    """What the order keeps of its delivery, as plain values."""
    if way is None:
        return {"way": "none", "title": "", "text": ""}
    if parts is None:
        return {"way": "pickup", "title": way.title, "place": way.place, "text": way.place}
    return {"way": "post", "title": way.title, "address": dict(parts), "text": ", ".join(written(parts))}
