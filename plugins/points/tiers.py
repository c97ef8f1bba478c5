"""Tiers: how much somebody has earned here in the last twelve months, by thresholds that everybody can read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from plugins.points.earning import EARNED
from plugins.points.forms import Here
from plugins.points.ledger import PERSON, PointsAccount, PointsTransfer
from shop import settings
from shop.clock import now
from shop.db import db

YEAR = timedelta(days=365)
TIERS: tuple[Any, ...] = (_l("New here"), _l("Regular"), _l("Friend of the house"), _l("Pillar"))


def thresholds(here: Here) -> tuple[int, int, int, int]:
    """From how many points on each tier begins."""
    return (0, here.tier_1, max(here.tier_1, here.tier_2), max(here.tier_1, here.tier_2, here.tier_3))


def tier_for(points: int, here: Here) -> int:
    return max(tier for tier, least in enumerate(thresholds(here)) if points >= least)


def earned_of(community_id: int, people: Sequence[int]) -> dict[int, int]:
    """What each of these has earned here in the last twelve months, in one statement."""
    one, earned = PointsAccount, func.sum(PointsTransfer.amount)
    rows = db.session.execute(
        select(one.person_id, earned)
        .join(PointsTransfer, PointsTransfer.credit_id == one.id)
        .where(one.community_id == community_id, one.owner == PERSON, one.person_id.in_(people))
        .where(PointsTransfer.at >= now() - YEAR, PointsTransfer.what.in_(EARNED))
        .group_by(one.person_id)
    )
    return {person: int(points) for person, points in rows if person is not None}


def tiers_of(community_id: int, people: Sequence[int]) -> dict[int, int]:
    """The tier of each who has one above the first."""
    here: Here = settings.here("points", community_id)
    told = {person: tier_for(points, here) for person, points in earned_of(community_id, people).items()}
    return {person: tier for person, tier in told.items() if tier > 0}
