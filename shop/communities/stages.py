"""A community's stage in its life: the last four weeks beside the four before (docs/stages.md).

Counted from what the core knows: who joined, which visits links brought (robots, previews and pages that a browser
fetched ahead are no visits), and which orders were paid. Each of them is one sign of life.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ScalarSelect, func, select, update

from shop.clock import now
from shop.communities.links import Visit
from shop.communities.models import Community, Membership
from shop.db import db, writing
from shop.events import record
from shop.insight.brought import PAID
from shop.orders.models import Order

STAGE_WORDS = {
    "start": _l("Beginning"),
    "growth": _l("Growing"),
    "active": _l("Lively"),
    "decline": _l("Declining"),
    "silent": _l("Silent"),
}
WEEKS = timedelta(days=28)
# Younger than this there is not a week to compare the last four with.
YOUNG = WEEKS + timedelta(days=7)
# Fewer signs of life in four weeks, less than one a week, is silence.
FEWEST = 4
# A difference of fewer signs is chance.
NOTICEABLE = 5
# Growth and decline begin a quarter above or below what was usual, and end a tenth from it: no going to and fro.
RISES, STILL_RISES = 1.25, 1.1
FALLS, STILL_FALLS = 0.75, 0.9
# Farther ahead nobody can tell.
FARTHEST = timedelta(days=365)
TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs of life in a time."""

    joins: int = 0
    visits: int = 0
    orders: int = 0

    @property
    def total(self) -> int:
        return self.joins + self.visits + self.orders


@dataclass(frozen=True, slots=True)
class Reading:
    """What was counted, and what it means; `before_days` is shorter than four weeks for a young community."""

    stage: str
    age_days: int
    lately: Signs
    before: Signs
    before_days: int
    ends_at: datetime | None = None

    @property
    def title(self) -> str:
        return str(STAGE_WORDS[self.stage])

    @property
    def reason(self) -> str:
        """Why it is in this stage, in plain words."""
        if self.stage == "start":
            return ngettext(
                "It is %(num)s day old; after five weeks there is something to compare with.",
                "It is %(num)s days old; after five weeks there is something to compare with.",
                self.age_days,
            )
        counted = {
            "lately": self.lately.total,
            "before": self.before.total,
            "days": self.before_days,
            "joins": self.lately.joins,
            "visits": self.lately.visits,
            "orders": self.lately.orders,
        }
        if self.stage == "silent":
            return _(
                "Less than one sign of life a week: %(joins)s joined, %(visits)s visits and %(orders)s paid orders"
                " in the last 28 days.",
                **counted,
            )
        return _(
            "%(lately)s signs of life in the last 28 days (%(joins)s joined, %(visits)s visits, %(orders)s paid"
            " orders), %(before)s in the %(days)s days before.",
            **counted,
        )


def reading(community: Community, at: datetime | None = None) -> Reading:
    """How a community stands now, or stood; one statement."""
    at = at or now()
    age = at - community.opened_at
    lately, before = _signs(community, at)
    earlier = max(min(WEEKS, age - WEEKS), timedelta(0))
    usual = before.total * (WEEKS / earlier) if earlier else 0.0
    stage = _stage_of(age, lately.total, usual, community.stage)
    left = _time_left(lately.total, usual) if stage == "decline" else FARTHEST
    return Reading(
        stage, age.days, lately, before, earlier.days, ends_at=at + left if left < FARTHEST else None
    )


def refresh() -> int:
    """Look at every open community, hold and tell what has changed; returns how many have."""
    changed = last = 0
    while some := _after(last):
        for community_id in some:
            changed += _look_at(community_id)
        last = some[-1]
    return changed


def _after(last: int) -> list[int]:
    open_ones = select(Community.id).where(Community.id > last, Community.closed_at.is_(None))
    with writing(False):
        found = list(db.session.scalars(open_ones.order_by(Community.id).limit(TOGETHER)))
        db.session.rollback()
    return found


def _look_at(community_id: int) -> bool:
    """Read without a lock; write only where something has changed, and tell it once."""
    with writing(False):
        community = db.session.get(Community, community_id)
        found = reading(community) if community is not None else None
        was = community.stage if community is not None else ""
        db.session.rollback()
    if found is None or found.stage == was:
        return False
    won = db.session.execute(
        update(Community)
        .where(Community.id == community_id, Community.stage == was, Community.closed_at.is_(None))
        .values(stage=found.stage, stage_since=now())
        .returning(Community.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if won is not None:
        ends_at = found.ends_at.isoformat() if found.ends_at else None
        record("community.stage_changed", community_id, was=was, stage=found.stage, ends_at=ends_at)
    db.session.commit()
    return won is not None


def _stage_of(age: timedelta, lately: int, usual: float, was: str) -> str:
    if age < YOUNG:
        return "start"
    if lately < FEWEST:
        return "silent"
    if abs(lately - usual) >= NOTICEABLE:
        if lately >= usual * (STILL_RISES if was == "growth" else RISES):
            return "growth"
        if lately <= usual * (STILL_FALLS if was == "decline" else FALLS):
            return "decline"
    return "active"


def _time_left(lately: int, usual: float) -> timedelta:
    """Until it falls silent, if each four weeks lose the same share as the last."""
    return WEEKS * (math.log(FEWEST / lately) / math.log(lately / usual))


def _signs(community: Community, at: datetime) -> tuple[Signs, Signs]:
    middle = at - WEEKS
    spans = ((middle, at), (middle - WEEKS, middle))
    row = db.session.execute(
        select(*(count for since, until in spans for count in _counts(community.id, since, until)))
    ).one()
    return Signs(*row[:3]), Signs(*row[3:])


def _counts(community_id: int, since: datetime, until: datetime) -> tuple[ScalarSelect[Any], ...]:
    joins = select(func.count(Membership.id)).where(
        Membership.community_id == community_id, Membership.at >= since, Membership.at < until
    )
    visits = select(func.count(Visit.at)).where(
        Visit.community_id == community_id, Visit.at >= since, Visit.at < until
    )
    # Orders are numbered as they come: from the last one before, so that a long history is not read.
    earlier = (
        select(Order.id)
        .where(Order.community_id == community_id, Order.placed_at < since)
        .order_by(Order.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    orders = select(func.count(Order.id)).where(
        Order.community_id == community_id,
        Order.id > func.coalesce(earlier, 0),
        Order.placed_at >= since,
        Order.placed_at < until,
        Order.state.in_(PAID),
    )
    return tuple(count.scalar_subquery() for count in (joins, visits, orders))
