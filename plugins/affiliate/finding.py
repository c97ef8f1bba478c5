"""Finding things of the present community, merchant or person; what is another's is not there (404)."""

from flask import abort, g
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from plugins.affiliate.articles import Article, Card
from plugins.affiliate.programmes import Programme
from shop.access import me
from shop.catalog.models import Product
from shop.db import db
from shop.listings.models import Listing

LARGEST_ID = 2**53
MOST_CHOICES = 200
# Everything that an article shows, in a fixed number of statements.
SHOWN = (
    joinedload(Article.author),
    selectinload(Article.cards).joinedload(Card.programme),
    selectinload(Article.cards).joinedload(Card.listing).joinedload(Listing.product),
)


def published(article_id: int) -> Article:
    """An article that everybody may read."""
    found = _article(article_id)
    return found if found.state == "published" else abort(404)


def mine_or_managed(article_id: int) -> Article:
    """An article that I wrote, or any of the community when I am a manager."""
    found = _article(article_id)
    if found.author_id == me().id or g.community.role_of(me()) in ("manager", "owner"):
        return found
    return abort(404)


def own(article_id: int) -> Article:
    """An article that I wrote."""
    found = _article(article_id)
    return found if found.author_id == me().id else abort(404)


def card_of(article: Article, card_id: int) -> Card:
    return next((card for card in article.cards if card.id == card_id), None) or abort(404)


def programmes_here() -> list[Programme]:
    """Partners' programmes that cards of this community may lead to: the operator's, and of merchants who are here."""
    here = (
        select(Product.merchant_id)
        .join(Listing, Listing.product_id == Product.id)
        .where(Listing.community_id == g.community.id, Listing.state == "accepted")
    )
    wanted = (
        select(Programme)
        .where(
            Programme.ended_at.is_(None),
            Programme.kind == "partner",
            or_(Programme.merchant_id.is_(None), Programme.merchant_id.in_(here)),
        )
        .order_by(Programme.name, Programme.id)
        .limit(MOST_CHOICES)
    )
    return list(db.session.scalars(wanted))


def listings_here() -> list[Listing]:
    """What a card can lead to inside the community."""
    shelf = Listing.shelf(g.community).options(joinedload(Listing.product)).limit(MOST_CHOICES)
    return [row[0] for row in db.session.execute(shelf)]


def _article(article_id: int) -> Article:
    if article_id >= LARGEST_ID:
        abort(404)
    wanted = select(Article).where(Article.id == article_id, Article.community_id == g.community.id)
    return db.session.scalars(wanted.options(*SHOWN)).unique().first() or abort(404)
