"""Watching: how long an ad stood in sight, and that one was never come to; told once by the page, and never money."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update

from plugins.ads import counting, summing
from plugins.ads.campaigns import inserting
from plugins.ads.choosing import day_of
from plugins.ads.counts import Impression, Passing
from plugins.ads.tokens import LIFE, Token
from plugins.ads.visitors import Visitor
from shop.clock import now
from shop.communities.models import Community
from shop.db import db

# Who leaves a page open does not look at it for ever.
LONGEST = timedelta(minutes=10)


def tell(token: Token, milliseconds: int, visitor: Visitor, community: Community) -> bool:
    """Add to the report what a page said of one ad as it was left, once; whether that was news."""
    if token.community != community.id or token.is_old:
        return False
    if milliseconds > 0:
        return _watched(token, milliseconds, visitor)
    return _passed(token, visitor, community)


def came_after_all(token: Token) -> None:
    """The page was left, come back to, and the ad was seen: it was not passed by."""
    gone = delete(Passing).where(Passing.token == token.nonce).returning(Passing.day, Passing.country)
    if (told := db.session.execute(gone).first()) is not None:
        summing.add(_where(token, told.day, told.country), passed=-1)


def forget_old() -> None:
    """A token that is dead cannot be told of again."""
    db.session.execute(delete(Passing).where(Passing.at < now() - LIFE))


def _watched(token: Token, milliseconds: int, visitor: Visitor) -> bool:
    mine = (Impression.token == token.nonce, Impression.visitor == visitor.name)
    seen_at = db.session.scalar(select(Impression.at).where(*mine))
    if seen_at is None:
        return False
    # It was told as seen when it had stood there for a second; nobody looks longer than the time that went by.
    most = min(LONGEST, now() - seen_at + timedelta(seconds=1))
    watched = min(milliseconds, int(most / timedelta(milliseconds=1)))
    told = db.session.execute(
        update(Impression)
        .where(*mine, Impression.watched.is_(None), Impression.void_at.is_(None))
        .values(watched=watched)
        .returning(Impression.day, Impression.country)
    ).first()
    if told is None:
        return False
    summing.add(_where(token, told.day, told.country), timed=1, watched=watched)
    return True


def _passed(token: Token, visitor: Visitor, community: Community) -> bool:
    """An ad that stood on a page and never came into sight; held to all that a view is held to."""
    name = visitor.name or token.visitor
    if not counting.would_count(token, visitor, community) or _is_too_much(token, name, visitor.origin):
        return False
    day, _begun = day_of(community)
    new = db.session.scalar(
        inserting(Passing)
        .values(
            token=token.nonce, creative_id=token.creative, visitor=name, origin=visitor.origin,
            country=visitor.country, day=day, at=now(),
        )
        .on_conflict_do_nothing(index_elements=["token"])
        .returning(Passing.id)
    )  # fmt: skip
    if new is None or db.session.scalar(select(exists().where(Impression.token == token.nonce))):
        return False
    summing.add(_where(token, day, visitor.country), passed=1)
    return True


def _is_too_much(token: Token, name: str, origin: str) -> bool:
    columns: list[Any] = []
    limits: list[int] = []
    for who, times in ((Passing.visitor == name, 1), (Passing.origin == origin, counting.NEIGHBOURS)):
        for seconds, most in counting.VIEW_RATES:
            since = Passing.at > now() - timedelta(seconds=seconds)
            columns.append(
                select(func.count())
                .where(Passing.creative_id == token.creative, since, who)
                .scalar_subquery()
            )
            limits.append(most * times)
    told = db.session.execute(select(*columns)).one() if columns else ()
    return any(n >= most for n, most in zip(told, limits, strict=True))


def _where(token: Token, day: date, country: str | None) -> summing.Where:
    return summing.Where(day, token.creative, token.community, token.slot, country, token.keyword or None)
