"""What people did here: their reviews, and which of others they found helpful."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.reviews.reviews import HelpfulVote, Review
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed


def done_in(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """Whatever their stars; what a manager has hidden is left out. Nobody keeps when a vote was given."""
    wrote = db.session.execute(
        select(Review.person_id, func.count(), func.max(Review.at), func.sum(Review.helpful))
        .where(Review.community_id == community.id, Review.person_id.in_(people))
        .where(Review.at >= since, Review.is_hidden.is_(False))
        .group_by(Review.person_id)
    )
    voted = db.session.execute(
        select(HelpfulVote.person_id, func.count())
        .join(Review, Review.id == HelpfulVote.review_id)
        .where(Review.community_id == community.id, HelpfulVote.person_id.in_(people))
        .group_by(HelpfulVote.person_id)
    )
    return [
        *(
            Deed(int(who or 0), "word", _("reviews"), n, last, int(voices or 0))
            for who, n, last, voices in wrote
        ),
        *(Deed(int(who or 0), "vote", _("found something helpful"), n) for who, n in voted),
    ]
