"""Event: something that happened, written in the same transaction as the change, told to plugins after the commit."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop.clock import now
from shop.db import Base, Numbered, db

# A delivery is tried this often, waiting longer each time (2, 4, 8 … seconds), before a human is asked.
MOST_TRIES = 10
LEASE = timedelta(seconds=60)


class Event(Numbered, Base):
    """Something that happened; `payload` holds plain values only."""

    __tablename__ = "event"

    name: Mapped[str] = mapped_column(String(64), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    community_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]
    spread_at: Mapped[datetime | None] = mapped_column(index=True)


class Delivery(Numbered, Base):
    """One event on its way to one listener (a plugin, or a room of the core)."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("event_id", "listener"), Index("ix_delivery_due", "done_at", "due_at"))

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    listener: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(2000))

    @property
    def wait(self) -> timedelta:
        """How long to wait after a failure before the next try."""
        return timedelta(seconds=2 ** min(self.tries, 10))


def record(name: str, /, community_id: int | None = None, **payload: Any) -> Event:
    """Write an event into the present transaction."""
    event = Event(name=name, payload=payload, community_id=community_id, at=now())
    db.session.add(event)
    return event


def claim_delivery() -> Delivery | None:
    """Lease the next due delivery to this worker, or None; commit before doing its work."""
    instant = now()
    due = (
        select(Delivery.id)
        .where(Delivery.done_at.is_(None), Delivery.dead_at.is_(None), Delivery.due_at <= instant)
        .order_by(Delivery.id)
        .limit(1)
    )
    if db.engine.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    claimed = db.session.execute(
        update(Delivery)
        .where(Delivery.id == due.scalar_subquery(), Delivery.due_at <= instant)
        .values(due_at=instant + LEASE, tries=Delivery.tries + 1)
        .returning(Delivery.id)
    ).scalar_one_or_none()
    return db.session.get(Delivery, claimed, populate_existing=True) if claimed is not None else None
