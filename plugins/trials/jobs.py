"""What the worker does for trials every minute and every hour."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.selecting import close, lapse, receive
from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import record

AT_ONCE = 200
# A parcel of which nobody says that it came, is taken to have come.
ON_THE_WAY = timedelta(days=10)
BEFORE_DUE = timedelta(days=3)


def look_at_the_clock() -> int:
    """Close what is over, pass on what nobody confirmed; each in its own transaction."""
    instant, batch, applied = now(), TrialBatch, TrialApplication
    over = select(batch.id).where(batch.state == "open", batch.apply_until <= instant)
    silent = select(applied.id).where(applied.state == "offered", applied.confirm_until <= instant)
    sent = select(applied.id).where(applied.state == "shipped", applied.shipped_at <= instant - ON_THE_WAY)
    did = 0
    steps: list[tuple[Any, Any, Callable[[Any], None]]] = [
        (over, batch, close),
        (silent, applied, lapse),
        (sent, applied, receive),
    ]
    for query, table, deed in steps:
        for number in db.session.scalars(query.limit(AT_ONCE)).all():
            try:
                deed(db.session.get_one(table, number, populate_existing=True))
                db.session.commit()
                did += 1
            except Refused:  # moved on by somebody else at this very moment
                db.session.rollback()
    return did


def remind() -> int:
    """A report is due soon, or overdue: each is told once."""
    applied, instant = TrialApplication, now()
    soon = select(applied).where(
        applied.state == "received", applied.reminded_at.is_(None), applied.due_at <= instant + BEFORE_DUE
    )
    late = select(applied).where(
        applied.state == "received", applied.nagged_at.is_(None), applied.due_at < instant
    )
    told = 0
    for each in db.session.scalars(late.limit(AT_ONCE)).all():
        each.nagged_at = each.reminded_at = instant
        record("trials.overdue", each.batch.community_id, application=each.id)
        told += 1
    db.session.flush()
    for each in db.session.scalars(soon.limit(AT_ONCE)).all():
        each.reminded_at = instant
        record("trials.due", each.batch.community_id, application=each.id)
        told += 1
    db.session.commit()
    return told
