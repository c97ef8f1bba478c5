"""Showing: how reviews look on cards, on a product's page, below an order, and to a search engine."""

from collections.abc import Sequence
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from plugins.reviews.finding import CARD, of_product
from plugins.reviews.reviews import Review
from plugins.reviews.rights import rights_of
from plugins.reviews.sums import Ratings, ratings_of
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Piece
from shop.listings.models import Listing
from shop.orders.models import Order
from shop.people.models import Person

# So many reviews stand on the product's own page; the others are one step away.
FIRST = 3


def on_tiles(listings: Sequence[Listing], community: Community) -> list[Piece]:
    """The ratings on the cards of a shelf, in one statement for all."""
    found = ratings_of(community.id, [listing.product_id for listing in listings])
    return [
        Piece("reviews/_tile.html", {"ratings": found[one.product_id]}, subject_id=one.id)
        for one in listings
        if one.product_id in found
    ]


def below_price(listings: Sequence[Listing], community: Community) -> list[Piece]:
    return [
        Piece("reviews/_line.html", {"ratings": ratings, "more": _index(one)}, weight=20)
        for one in listings
        if (ratings := ratings_here(one, community)).many
    ]


def below_story(listings: Sequence[Listing], community: Community) -> list[Piece]:
    """Both ratings, the most helpful reviews and the way to write one: the same for everybody."""
    return [_section(one, community) for one in listings]


def below_orders(orders: Sequence[Order], viewer: Person | None) -> list[Piece]:
    """For who bought it: what can be reviewed of an order that was received."""
    return [
        Piece(
            "reviews/_order.html",
            {"order": order, "reviewable": _reviewable(order)},
            weight=30,
            subject_id=order.id,
        )
        for order in orders
        if viewer is not None
        and order.buyer_id == viewer.id
        and order.state in ("received", "completed")
        and _reviewable(order)
    ]


def ratings_here(listing: Listing, community: Community) -> Ratings:
    """A product's ratings; asked for once for a page, though two of its places show them."""
    known: dict[int, Ratings] = g.setdefault("reviews_ratings", {})
    if listing.product_id not in known:
        known |= {listing.product_id: Ratings()} | ratings_of(community.id, [listing.product_id])
    return known[listing.product_id]


def _reviewable(order: Order) -> list[tuple[int, str]]:
    """What was bought in it, each thing once."""
    bought = {line.product_id: line.title for line in order.lines if line.product_id and line.amount > 0}
    return list(bought.items())


def _section(listing: Listing, community: Community) -> Piece:
    ratings = ratings_here(listing, community)
    reviews: list[Review] = []
    if ratings.many:
        best = of_product(community.id, listing.product_id).where(Review.is_hidden.is_(False)).options(*CARD)
        reviews = list(
            db.session.scalars(best.order_by(Review.helpful.desc(), Review.id.desc()).limit(FIRST))
        )
    return Piece(
        "reviews/_section.html",
        {
            "ratings": ratings,
            "reviews": reviews,
            "product": listing.product,
            "alike": True,
            "more": _index(listing),
            "schema": schema_of(listing, ratings, reviews) if ratings.purchase.many else None,
        },
        weight=50,
    )


def to_write(viewer: Person, community: Community, listing: Listing) -> list[tuple[Any, str, str]]:
    """What this person may write or change here: kind of review, words of the button, address."""
    found: list[tuple[Any, str, str]] = []
    if listing.product.merchant.role_of(viewer) is not None:
        return found
    for right in rights_of(viewer, community, listing.product):
        words = _("Review what you bought") if right.origin == "purchase" else _("Review your trial")
        url = url_for(
            "reviews_writing.new",
            community=community.slug,
            product_id=listing.product_id,
            origin=right.origin,
        )
        found.append((right, words, url))
    return found


def schema_of(listing: Listing, ratings: Ratings, reviews: Sequence[Review]) -> dict[str, Any]:
    """What a search engine reads: the rating of those who paid, of the thing that the page itself tells of."""
    product = listing.product
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": url_for("listings.show", listing_id=listing.id, handle=product.handle, _external=True),
        "name": product.name,
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": ratings.purchase.words,
            "reviewCount": ratings.purchase.many,
            "bestRating": 5,
            "worstRating": 1,
        },
        "review": [schema_of_one(review) for review in reviews if review.origin == "purchase"],
    }


def schema_of_one(review: Review) -> dict[str, Any]:
    """What a search engine reads of one review."""
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.by},
        "datePublished": review.at.date().isoformat(),
        "reviewBody": review.text,
        "reviewRating": {"@type": "Rating", "ratingValue": review.stars, "bestRating": 5, "worstRating": 1},
    }


def _index(listing: Listing) -> str:
    return url_for("reviews.index", product_id=listing.product_id)
