"""What `shop check` verifies of reviews: every sum and every count is what the rows say."""

from collections.abc import Iterator

from sqlalchemy import func, select

from plugins.reviews.reviews import HelpfulVote, Review
from plugins.reviews.sums import STARS, StarSum
from shop.db import db


def sums_are_exact() -> Iterator[str]:
    """Counted anew, the reviews of each product have the stars that its sums say."""
    counted: dict[tuple[int, int, str], dict[int, int]] = {}
    keys = (Review.community_id, Review.product_id, Review.origin)
    rows = db.session.execute(select(*keys, Review.stars, func.count()).group_by(*keys, Review.stars))
    for community_id, product_id, origin, stars, n in rows:
        counted.setdefault((community_id, product_id, origin), {})[stars] = n
    kept = {
        (row.community_id, row.product_id, row.origin): {n: getattr(row, f"n{n}") for n in STARS}
        for row in db.session.scalars(select(StarSum))
    }
    for key in sorted(counted.keys() | kept.keys()):
        has = [kept.get(key, {}).get(n, 0) for n in STARS]
        should = [counted.get(key, {}).get(n, 0) for n in STARS]
        if has != should:
            community_id, product_id, origin = key
            yield (
                f"Reviews of product {product_id} in community {community_id} ({origin}): "
                f"the sums say {has}, the reviews {should}."
            )


def helpful_votes_are_exact() -> Iterator[str]:
    """Each review counts as many helpful votes as it has."""
    votes = select(func.count(HelpfulVote.id)).where(HelpfulVote.review_id == Review.id).scalar_subquery()
    wrong = select(Review.id, Review.helpful, votes).where(Review.helpful != votes)
    for review_id, has, should in db.session.execute(wrong):
        yield f"Review {review_id} counts {has} helpful votes and has {should}."
