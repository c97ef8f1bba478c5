"""What the worker does for points: it counts a period that has ended."""

from sqlalchemy import select

from plugins.points.tops import PointsTop
from shop.clock import now
from shop.db import db
from shop.errors import Refused

AT_ONCE = 50


def count_tops() -> int:
    """Count what is due; returns how many. Whoever was faster has done it."""
    due = select(PointsTop).where(PointsTop.counted_at.is_(None), PointsTop.ends_at <= now())
    done = 0
    for top in db.session.scalars(due.order_by(PointsTop.id).limit(AT_ONCE)).all():
        try:
            top.close()
            done += 1
        except Refused:
            continue
    return done
