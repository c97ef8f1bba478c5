"""Finds listings and offers of the merchant in the address; another merchant's are not found."""

from flask import abort, g
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from shop.catalog.models import Product
from shop.db import db
from shop.listings.models import Listing, Offer


def find_listing(listing_id: int) -> Listing:
    """A listing of one of this merchant's products, with community, product and offers, or 404."""
    wanted = (
        select(Listing)
        .join(Listing.product)
        .where(Listing.id == listing_id, Product.merchant_id == g.merchant.id)
        .options(contains_eager(Listing.product), joinedload(Listing.community), selectinload(Listing.offers))
    )
    return db.session.scalars(wanted).first() or abort(404)


def find_offer(offer_id: int) -> Offer:
    """An offer on a listing of this merchant, or 404."""
    wanted = (
        select(Offer)
        .join(Offer.listing)
        .join(Listing.product)
        .where(Offer.id == offer_id, Product.merchant_id == g.merchant.id)
        .options(
            contains_eager(Offer.listing).contains_eager(Listing.product),
            contains_eager(Offer.listing).joinedload(Listing.community),
        )
    )
    return db.session.scalars(wanted).first() or abort(404)
