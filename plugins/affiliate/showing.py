"""Articles on other pages: the newest on the shelf, and those about a thing below it."""

from collections.abc import Sequence
from typing import Any

from flask import session
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.affiliate.articles import KINDS, Article, Card
from plugins.affiliate.sharing import levels_in, programme_of
from shop import settings
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Piece
from shop.listings.models import Listing

NEWEST = 2
MOST_BELOW = 4


def on_shelf(community: Community) -> list[Piece]:
    """The newest articles, if this community wants them on its shelf."""
    if not settings.here("affiliate", community.id).on_shelf:
        return []
    newest = Article.published_in(community).options(joinedload(Article.author))
    found = db.session.scalars(newest.order_by(Article.id.desc()).limit(NEWEST)).all()
    return [Piece("affiliate/_shelf.html", {"articles": found, "kinds": KINDS}, weight=40)] if found else []


def who_earns(community: Community, listings: Sequence[Listing]) -> list[Piece]:
    """Whoever came by a link is told that its sharer earns, where the merchant pays for that."""
    visit = session.get("visit") or {}
    if visit.get("community") != community.slug or not visit.get("credited") or not levels_in(community.id):
        return []
    if not any(programme_of(listing.product.merchant_id) for listing in listings):
        return []
    return [Piece("affiliate/_shared.html", {"sharer": visit.get("sharer", "")}, weight=20)]


def below_listings(community: Community, listings: Sequence[Listing]) -> list[Piece]:
    """Articles whose cards lead to a thing, below it."""
    wanted = (
        select(Article, Card.listing_id)
        .join(Card, Card.article_id == Article.id)
        .where(
            Card.listing_id.in_([listing.id for listing in listings]),
            Article.community_id == community.id,
            Article.state == "published",
        )
        .options(joinedload(Article.author))
        .order_by(Article.id.desc())
        .limit(MOST_BELOW)
    )
    rows: list[Any] = list(db.session.execute(wanted).unique())
    found = list({article.id: article for article, _listing_id in rows}.values())
    return [Piece("affiliate/_below.html", {"articles": found, "kinds": KINDS}, weight=50)] if found else []
