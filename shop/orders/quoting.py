"""The one function that makes every quote: page, checkout and placing alike."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from shop.catalog.models import Product, Variant
from shop.communities.models import Community
from shop.db import db
from shop.errors import NotValid, Refused
from shop.hooks import door
from shop.hookspecs import Change, Price
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.money import LARGEST, Money
from shop.people.models import Person

MOST_OF_ONE = 999
# Written once, for every cart and every checkout asks them.
OFFERS = (
    select(Offer)
    .where(Offer.id.in_(bindparam("offers", expanding=True)), Offer.community_id == bindparam("community"))
    .options(joinedload(Offer.listing).joinedload(Listing.product).joinedload(Product.merchant))
)
VARIANTS = select(Variant).where(Variant.id.in_(bindparam("variants", expanding=True)))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: so many of a variant (or none) by an offer, with the inputs of the offer's own form."""

    offer: Offer
    quantity: int
    variant: Variant | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of a quote, priced by the offer's plugin; amounts in minor units."""

    wish: Wish
    price: Price

    @property
    def offer(self) -> Offer:
        return self.wish.offer

    @property
    def quantity(self) -> int:
        return self.wish.quantity

    @property
    def amount(self) -> int:
        return self.price.unit * self.wish.quantity

    def limits(self) -> list[tuple[int, int]]:
        """Every limit (id, n) that the line takes: the stock, the offer's own, and what the plugin named."""
        found = list(self.price.limits)
        if self.wish.variant is not None and self.wish.variant.stock_id is not None:
            found.append((self.wish.variant.stock_id, self.quantity))
        if self.offer.limit_id is not None:
            found.append((self.offer.limit_id, self.quantity))
        return found


@dataclass(slots=True)
class Quote:
    """What a person would pay a merchant in a community, line by line and change by change."""

    community: Community
    merchant: Merchant
    lines: list[QuoteLine]
    buyer: Person | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    changes: list[tuple[str, Change]] = field(default_factory=list)
    # What was answered in the sections that plugins put into the checkout, by "<plugin>.<section>".
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return self.merchant.currency

    @property
    def lines_total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def total(self) -> int:
        """Lines and changes together; never below nothing."""
        return max(0, self.lines_total + sum(change.amount for _plugin, change in self.changes))

    @property
    def money(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def fingerprint(self) -> str:
        """Changes when any amount or quantity of the quote does: placing compares it with what the person saw."""
        told = [
            [
                (
                    line.offer.id,
                    line.wish.variant.id if line.wish.variant else 0,
                    line.quantity,
                    line.price.unit,
                )
                for line in self.lines
            ],
            [(plugin, c.kind, c.amount) for plugin, c in self.changes],
            self.total,
            self.currency,
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


def make_quote(
    community: Community,
    wishes: Sequence[Wish],
    *,
    buyer: Person | None,
    inputs: Mapping[str, Any] | None = None,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> Quote:
    """Quote these wishes, all of one merchant; raises Refused, and PluginRefused when a plugin fails."""
    if not wishes:
        raise Refused(_("There is nothing to order."))
    merchant = _merchant_of(community, wishes)
    for wish in wishes:
        _check(wish)
    with door().together():
        quote = Quote(community, merchant, _priced(wishes, buyer), buyer, inputs or {})
        return with_answers(quote, answers or {})


def with_answers(quote: Quote, answers: Mapping[str, Mapping[str, Any]]) -> Quote:
    """The quote with what the checkout was answered: each line keeps its price, what is added is asked about anew."""
    quote = replace(quote, answers=answers, changes=[])
    asked = door().asked_in(quote.community.id)
    with door().together():
        for plugin, changes in door().ask_all("quote_adjusting", asked, quote=quote):
            quote.changes += [(plugin, change) for change in changes if change.amount]
    if quote.total > LARGEST:
        raise NotValid(_("An order this large cannot be placed here."))
    return quote


def find_wish(community: Community, offer_id: int, variant_id: int | None, quantity: int) -> Wish:
    """The wish that a form's numbers mean in this community; another community's offer is not found (Refused 404)."""
    return find_wishes(community, [(offer_id, variant_id, quantity)])[0]


def find_wishes(community: Community, asked: Sequence[tuple[int, int | None, int]]) -> list[Wish]:
    """The wishes that (offer id, variant id, quantity) mean here, in their order; two statements for any number."""
    offers = {
        offer.id: offer
        for offer in db.session.scalars(
            OFFERS, {"offers": list({offer_id for offer_id, _v, _n in asked}), "community": community.id}
        )
    }
    wanted = {variant_id for _o, variant_id, _n in asked if variant_id is not None}
    variants: dict[int, Variant] = {}
    if wanted:
        found = db.session.scalars(VARIANTS, {"variants": list(wanted)})
        variants = {variant.id: variant for variant in found}
    return [_wish(offers.get(o), v, variants.get(v or 0), quantity) for o, v, quantity in asked]


def _wish(offer: Offer | None, variant_id: int | None, variant: Variant | None, quantity: int) -> Wish:
    if offer is None:
        raise Refused(_("This offer is not here."), status=404)
    if variant_id is not None and (variant is None or variant.product_id != offer.listing.product_id):
        raise Refused(_("This choice does not belong to the product."), status=404)
    return Wish(offer, quantity, variant)


def _merchant_of(community: Community, wishes: Sequence[Wish]) -> Merchant:
    if community.is_closed:
        raise Refused(_("This community is closed."))
    merchants = {
        wish.offer.listing.product.merchant_id: wish.offer.listing.product.merchant for wish in wishes
    }
    if len(merchants) > 1 or any(wish.offer.community_id != community.id for wish in wishes):
        raise NotValid(_("An order has one merchant and one community."))
    return next(iter(merchants.values()))


def _check(wish: Wish) -> None:
    if type(wish.quantity) is not int or not 1 <= wish.quantity <= MOST_OF_ONE:
        raise NotValid(
            _("How many must be a whole number from 1 to %(most)s.", most=MOST_OF_ONE), field="quantity"
        )
    if not wish.offer.is_live or not wish.offer.listing.is_shown:
        raise Refused(_("“%(name)s” is not offered any more.", name=wish.offer.listing.product.name))
    if wish.variant is not None and wish.variant.is_archived:
        raise Refused(_("This choice is not sold any more."))
    if wish.offer.plugin not in door().asked_in(wish.offer.community_id):
        raise Refused(_("“%(name)s” is not offered any more.", name=wish.offer.listing.product.name))


def _priced(wishes: Sequence[Wish], buyer: Person | None) -> list[QuoteLine]:
    """Each plugin prices its own wishes, all at once; the order of the wishes is kept."""
    prices: dict[int, Price] = {}
    for plugin in {wish.offer.plugin for wish in wishes}:
        mine = [i for i, wish in enumerate(wishes) if wish.offer.plugin == plugin]
        answered = door().ask_owner(plugin, "line_pricing", wishes=[wishes[i] for i in mine], buyer=buyer)
        if answered is None or len(answered) != len(mine):
            raise Refused(_("The price cannot be told now."), status=503)
        prices.update(zip(mine, answered, strict=True))
    return [QuoteLine(wish, prices[i]) for i, wish in enumerate(wishes)]
