"""What people did here: articles that came out."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.affiliate.articles import Article
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed


def done_in(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """Whatever they have earned with them."""
    wrote = db.session.execute(
        select(Article.author_id, func.count(), func.max(Article.published_at))
        .where(Article.community_id == community.id, Article.author_id.in_(people))
        .where(Article.state == "published", Article.published_at >= since)
        .group_by(Article.author_id)
    )
    return [Deed(int(who or 0), "word", _("articles"), n, last) for who, n, last in wrote]
