"""Pricing: what a choice costs, who may have it, and how the offer looks on a page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.mall.choosing import write_choice
from shop.catalog.models import Product, Variant
from shop.errors import NotValid, Refused
from shop.hookspecs import Panel, Price
from shop.listings.models import Offer
from shop.orders.quoting import MOST_OF_ONE, Wish


def prices_of(wishes: Sequence[Wish]) -> list[Price]:
    """The price of each wish: its variant's, and nobody's else; refuses what may not be had."""
    together = Counter[int]()
    for wish in wishes:
        together[wish.offer.id] += wish.quantity
    return [_price_of(wish, together[wish.offer.id]) for wish in wishes]


def panels_of(offers: Sequence[Offer]) -> dict[int, Panel]:
    """How each offer looks. Asks the database nothing: a shelf needs no variants, a listing's page has loaded them."""
    return {offer.id: _panel_of(offer) for offer in offers}


def cleaned(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of an offer as they are kept."""
    most = settings.get("most")
    if most is not None and (type(most) is not int or not 1 <= most <= MOST_OF_ONE):
        raise NotValid(
            _("At most in one order: a whole number from 1 to %(most)s, or nothing.", most=MOST_OF_ONE),
            field="most",
        )
    return {"most": most, "note": str(settings.get("note") or "").strip()[:160]}


def _price_of(wish: Wish, together: int) -> Price:
    product, variant = wish.offer.listing.product, wish.variant
    if wish.offer.kind != "buy":
        raise Refused(_("“%(name)s” is not offered any more.", name=product.name))
    if variant is None:
        raise NotValid(
            _("Please choose which “%(name)s” you would like.", name=product.name), field="variant"
        )
    if variant.product_id != product.id:
        raise Refused(_("This choice does not belong to the product."), status=404)
    if variant.is_archived:
        raise Refused(_("This choice is not sold any more."))
    most = wish.offer.settings.get("most")
    if most and together > most:
        raise Refused(_("At most %(most)s of “%(name)s” in one order.", most=most, name=product.name))
    return Price(unit=variant.price, title=product.name, detail=variant.title)


@dataclass(frozen=True, slots=True)
class Look:
    """What the panel on a listing's page shows; reads the variants only when it is drawn."""

    offer: Offer

    @property
    def product(self) -> Product:
        return self.offer.listing.product

    @property
    def form_id(self) -> str:
        return f"mall-{self.offer.id}"

    @property
    def choices(self) -> list[tuple[Variant, int | None]]:
        """Every variant that is sold, with how many can be had (None: without end)."""
        return [(variant, left_of(self.offer, variant)) for variant in self.product.live_variants]

    @property
    def chosen(self) -> Variant | None:
        """The first that can be had."""
        return next((variant for variant, left in self.choices if left != 0), None)

    @property
    def has_one_price(self) -> bool:
        return self.product.price_from == self.product.price_to

    @property
    def most(self) -> int:
        return max((most_of(self.offer, left) for _variant, left in self.choices if left != 0), default=1)


def left_of(offer: Offer, variant: Variant) -> int | None:
    """How many can be had, of the stock and of the offer; None without end."""
    limits = (variant.stock, offer.limit)
    return min((limit.left for limit in limits if limit is not None), default=None)


def most_of(offer: Offer, left: int | None) -> int:
    """The largest quantity that makes sense now."""
    most = offer.settings.get("most") or MOST_OF_ONE
    return max(1, min(MOST_OF_ONE, most, MOST_OF_ONE if left is None else left))


def _panel_of(offer: Offer) -> Panel:
    product, look = offer.listing.product, Look(offer)
    label, action, is_open = "", None, True  # what can be bought needs no word on its card: the price says it
    why = ""
    if "variants" in product.__dict__:  # a listing's page has loaded them; a shelf asks for none
        chosen = look.chosen
        is_sent = any(variant.needs_shipping for variant in product.live_variants)
        why = (
            _("For one. Delivery comes on top; you see all of it before you order.")
            if is_sent
            else _("For one. Nothing has to be sent.")
        )
        is_open = chosen is not None
        if chosen is None:
            label = _("Sold out")
        else:
            choice = write_choice(offer.id, chosen.id, 1)
            action = (_("Buy now"), url_for("mall_checkouts.new", line=choice))
    return Panel(
        template="mall/_panel.html",
        data={"look": look},
        label=label,
        price=product.price_from,
        is_open=is_open,
        action=action,
        form=look.form_id if action else None,
        why=why,
    )
