"""What stands in the managers' calendar: an article, on the day on which it came out."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select

from plugins.affiliate.articles import Article, Card
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening
from shop.listings.models import Listing

MOST = 200
# An article is read for some days after it has come out, and leads to its products as long.
READ_FOR = timedelta(days=3)


def running_in(community: Community, since: datetime, until: datetime) -> list[Happening]:
    """With the products of this group that its cards show."""
    found = db.session.scalars(
        Article.published_in(community)
        .where(Article.published_at < until, Article.published_at > since - READ_FOR)
        .order_by(Article.published_at.desc())
        .limit(MOST)
    ).all()
    shown: dict[int, list[int]] = {}
    cards = (
        select(Card.article_id, Listing.product_id)
        .join(Listing, Listing.id == Card.listing_id)
        .where(Card.article_id.in_([article.id for article in found]))
    )
    for article_id, product in db.session.execute(cards):
        shown.setdefault(article_id, []).append(product)
    return [
        Happening(
            title=article.title,
            url=url_for("affiliate.show", community=community.slug, article_id=article.id),
            starts=article.published_at,
            ends=article.published_at + READ_FOR,
            products=tuple(dict.fromkeys(shown.get(article.id, ()))),
            leads=True,
        )
        for article in found
        if article.published_at is not None
    ]
