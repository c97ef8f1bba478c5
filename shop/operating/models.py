"""CheckRun: when the books were verified and what was found; what waits for a human is tried again."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import JSON, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from shop.checking import PATIENCE, check
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.events import Delivery, Event
from shop.jobs import DueJob

KEPT = timedelta(days=90)


class CheckRun(Numbered, Base):
    """One run of `shop check` by the worker: its findings, in sentences."""

    __tablename__ = "check_run"

    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    findings: Mapped[list[str]] = mapped_column(JSON)

    @classmethod
    def last(cls) -> "CheckRun | None":
        return db.session.scalars(select(cls).order_by(cls.id.desc()).limit(1)).first()


def verify(app: Flask) -> CheckRun:
    """Verify the books now and keep what was found; runs of long ago are forgotten."""
    began = now()
    findings = check(app)
    run = CheckRun(began_at=began, ended_at=now(), findings=findings)
    db.session.add(run)
    db.session.execute(delete(CheckRun).where(CheckRun.began_at < began - KEPT))
    return run


def try_delivery_again(delivery_id: int) -> bool:
    """A delivery that failed for good is given all its tries again; False when it is not dead."""
    revived = db.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.dead_at.is_not(None))
        .values(dead_at=None, tries=0, due_at=now())
        .returning(Delivery.id)
    ).scalar_one_or_none()
    return revived is not None


def try_job_again(name: str) -> bool:
    """A job whose last run failed is done at once; False when it did not fail."""
    due = db.session.execute(
        update(DueJob)
        .where(DueJob.name == name, DueJob.error.is_not(None))
        .values(due_at=now())
        .returning(DueJob.id)
    ).scalar_one_or_none()
    return due is not None


def waiting_events() -> list[Event]:
    """What happened and was told to nobody for so long that no worker can be running."""
    late = select(Event).where(Event.spread_at.is_(None), Event.at < now() - PATIENCE)
    return list(db.session.scalars(late.order_by(Event.id).limit(20)))


def failed_jobs() -> list[DueJob]:
    """The jobs whose last run failed."""
    return list(db.session.scalars(select(DueJob).where(DueJob.error.is_not(None)).order_by(DueJob.name)))
