"""What a search engine reads of a listing: schema.org's Product."""

from typing import Any
from urllib.parse import urljoin

from flask import request, url_for

from shop.listings.models import Listing
from shop.money import plain
from shop.pictures import StoredPicture, address


def schema_of(listing: Listing, words: str) -> dict[str, Any]:
    """A listing as JSON-LD; prices and availability are those of this moment."""
    product = listing.product
    here = url_for("listings.show", listing_id=listing.id, handle=product.handle, _external=True)
    known: dict[str, Any] = {
        "name": product.name,
        "description": words,
        "url": here,
        "image": _pictures(listing),
    }
    skus = [v.sku for v in product.live_variants if v.sku]
    if len(skus) == 1:
        known["sku"] = skus[0]
    if product.vendor:
        known["brand"] = {"@type": "Brand", "name": product.vendor}
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": here,  # so that a plugin can say more of the same thing
        **{key: value for key, value in known.items() if value},
        "offers": _offers(listing, here),
    }


def _offers(listing: Listing, here: str) -> dict[str, Any]:
    product = listing.product
    known: dict[str, Any] = {
        "priceCurrency": product.currency,
        "url": here,
        "availability": f"https://schema.org/{'OutOfStock' if product.is_sold_out else 'InStock'}",
        "seller": {"@type": "Organization", "name": product.merchant.name},
    }
    low = plain(product.price_from, product.currency)
    if product.price_from == product.price_to:
        return {"@type": "Offer", "price": low} | known
    return {
        "@type": "AggregateOffer",
        "lowPrice": low,
        "highPrice": plain(product.price_to, product.currency),
        "offerCount": len(product.live_variants),
    } | known


def _pictures(listing: Listing) -> list[str]:
    kept = [
        StoredPicture(p["key"], p["width"], p["height"], p["colour"] or "") for p in listing.product.gallery
    ]
    return [urljoin(request.host_url, address(picture, 960)) for picture in kept]
