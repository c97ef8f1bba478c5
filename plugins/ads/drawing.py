"""How an ad looks on a page: words, picture, where it leads, and the address that tells that it was seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from plugins.ads.campaigns import Advertiser
from plugins.ads.choosing import Candidate
from plugins.ads.creatives import Creative
from shop.communities.models import Community
from shop.money import Money


@dataclass(frozen=True, slots=True)
class Look:
    """One ad, ready to be drawn."""

    shape: str
    title: str
    text: str
    by: str
    picture: dict[str, Any] | None
    price: Money | None
    go: str
    seen: str
    why: str


def look_of(ad: Candidate, token: str, community: Community) -> Look:
    """A candidate with its token, as the page shows it."""
    creative, product = ad.creative, ad.product
    return Look(
        shape=creative.shape,
        title=creative.title,
        text=creative.text,
        by=ad.advertiser.name,
        picture=(product.cover if product else None) if creative.shape == "product" else creative.picture,
        price=Money(product.price_from, product.currency) if product else None,
        go=url_for("ads.follow", community=community.slug, token=token),
        seen=url_for("ads.see", community=community.slug, token=token),
        why=url_for("ads.show", community=community.slug, creative_id=creative.id),
    )


def previews_of(creatives: Iterable[Creative]) -> dict[int, Look]:
    """Creatives as they would look, by number; their campaigns and products are loaded."""
    return {c.id: preview_of(c, c.flight.campaign.advertiser) for c in creatives}


def preview_of(creative: Creative, advertiser: Advertiser) -> Look:
    """A creative as it would look, for who makes it or looks it over; it leads nowhere and counts nothing."""
    product = creative.product
    return Look(
        shape=creative.shape,
        title=creative.title,
        text=creative.text,
        by=advertiser.name,
        picture=(product.cover if product else None) if creative.shape == "product" else creative.picture,
        price=Money(product.price_from, product.currency) if product else None,
        go="",
        seen="",
        why="",
    )
