"""How a member stands in each of their groups: what they can spend, their tier, and what the next one asks for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from plugins.points.earning import EARNED
from plugins.points.ledger import PERSON, PointsAccount, PointsTransfer
from plugins.points.tiers import TIERS, YEAR, thresholds, tier_for
from shop import settings
from shop.clock import now
from shop.db import db


@dataclass(frozen=True)
class Standing:
    """Points of one member in one group; `asks` is how many of a year the next tier asks for, none at the last."""

    balance: int
    earned: int
    tier: Any
    next: Any = None
    asks: int | None = None


def in_groups(person_id: int, communities: Collection[int]) -> dict[int, Standing]:
    """By community, for those that have points switched on."""
    one, moved = PointsAccount, PointsTransfer
    this_year = and_(moved.credit_id == one.id, moved.at >= now() - YEAR, moved.what.in_(EARNED))
    rows = db.session.execute(
        select(one.community_id, one.balance, func.coalesce(func.sum(moved.amount), 0))
        .outerjoin(moved, this_year)
        .where(one.person_id == person_id, one.owner == PERSON, one.community_id.in_(communities))
        .group_by(one.community_id, one.balance)
    )
    have = {community: (balance, int(earned)) for community, balance, earned in rows}
    return {
        community: _standing(here, *have.get(community, (0, 0)))
        for community, here in settings.here_in("points", communities).items()
    }


def _standing(here: Any, balance: int, earned: int) -> Standing:
    tier = tier_for(earned, here)
    if tier + 1 == len(TIERS):
        return Standing(balance, earned, TIERS[tier])
    return Standing(balance, earned, TIERS[tier], TIERS[tier + 1], thresholds(here)[tier + 1])
