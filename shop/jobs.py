"""The worker: spreads events, delivers them and does the jobs that are due, each under a lease.

A lease in a row elects the one who does a job: any number of workers, no scheduler to set up, nothing lost by a kill
(Huey was measured to lose a task by `kill -9`).
"""

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag

import structlog
from flask import Flask, current_app
from sqlalchemy import String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from shop.asks import may_speak
from shop.clock import now
from shop.db import Base, Numbered, db, is_retryable, writing
from shop.events import MOST_TRIES, Delivery, Event, claim_delivery
from shop.hooks import Loaded, door
from shop.plugins import resolve
from shop.quiet import silent

log = structlog.get_logger(__name__)

IDLE_SECONDS = 0.5
# Deliveries after which a round looks again for what is new or due.
AT_A_TIME = 25
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CoreJob:
    """Work of the core or of a plugin, every so many seconds."""

    name: str
    run: Callable[[], object]
    every: int
    silent: str | None = None  # the plugin whose it is, when it may reach no other machine


class DueJob(Numbered, Base):
    """When a job is due next; taking it moves that instant, in one guarded UPDATE."""

    __tablename__ = "due_job"

    name: Mapped[str] = mapped_column(String(96), unique=True)
    due_at: Mapped[datetime]
    ran_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(2000))


def listens(app: Flask, name: str, event_name: str, run: Callable[[Event], None]) -> None:
    """A room of the core listens to an event, under a name that stays the same for ever."""
    app.extensions.setdefault("listeners", {})[f"core.{name}"] = (event_name, run)


def every(app: Flask, name: str, seconds: int, run: Callable[[], object]) -> None:
    """A room of the core does something every so many seconds."""
    app.extensions.setdefault("jobs", {})[f"core.{name}"] = CoreJob(f"core.{name}", run, seconds)


def work(app: Flask, stop: Flag, *, until_idle: bool = False) -> None:
    """Work until told to stop (or, for tests and commands, until there is nothing to do)."""
    while not stop.is_set():
        if not step(app, stop):
            if until_idle:
                return
            stop.wait(IDLE_SECONDS)


def work_until_told(app: Flask) -> None:
    """Work until Ctrl-C or SIGTERM, and end what is in hand."""
    stop = Flag()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_signal: stop.set())
    work(app, stop)


def step(app: Flask, stop: Flag) -> bool:
    """Do one round: due jobs, new events, some due deliveries; True when there was something to do."""
    did = _by_itself(app, _look_around)
    for _turn in range(AT_A_TIME):
        if stop.is_set() or not _by_itself(app, _deliver_one):
            break
        did = True
    return did


def _by_itself(app: Flask, act: Callable[[], bool]) -> bool:
    """Do something with nothing left over from before; True when there was something to do."""
    with app.app_context(), writing():
        try:
            return act()
        except Exception as failure:
            db.session.rollback()
            busy = is_retryable(failure)
            if not busy:
                log.exception("worker step failed")
            time.sleep(0.1)
            return busy  # somebody else was at it: what is due is still to be done
        finally:
            db.session.remove()


def _look_around() -> bool:
    did = _run_due_jobs()
    return _spread_events() or did


def run_until_idle(app: Flask) -> None:
    """Do everything that is due now."""
    work(app, Flag(), until_idle=True)


def _jobs() -> Mapping[str, CoreJob]:
    jobs: dict[str, CoreJob] = dict(current_app.extensions.get("jobs", {}))
    for loaded in door().working():
        for job in loaded.manifest.jobs if loaded.manifest else ():
            name = f"{loaded.name}.{job.name}"
            speaks = may_speak(loaded.manifest)
            jobs[name] = CoreJob(name, resolve(job.run), job.every, None if speaks else loaded.name)
    return jobs


def _run_due_jobs() -> bool:
    jobs = _jobs()
    did = False
    for name in _due_among(jobs):
        job, instant = jobs[name], now()
        mine = db.session.execute(
            update(DueJob)
            .where(DueJob.name == name, DueJob.due_at <= instant)
            .values(due_at=instant + max(LEASE, timedelta(seconds=job.every)))
            .returning(DueJob.id)
        ).scalar_one_or_none()
        db.session.commit()
        if mine is not None:
            did = True
            _run_job(job)
    return did


def _due_among(jobs: Mapping[str, CoreJob]) -> list[str]:
    """Those that are due, new ones among them, by one look: most rounds find none, and lock nothing for that."""
    with writing(False):
        known = dict(db.session.execute(select(DueJob.name, DueJob.due_at)).all())
        db.session.rollback()
    new = [name for name in jobs if name not in known]
    if new:
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(
            insert(DueJob).values([{"name": n, "due_at": now()} for n in new]).on_conflict_do_nothing()
        )
        db.session.commit()
    instant = now()
    return [name for name in jobs if name not in known or known[name] <= instant]


def _run_job(job: CoreJob) -> None:
    error = None
    try:
        with silent(job.silent):
            job.run()
        db.session.commit()
    except Exception as failure:
        db.session.rollback()
        error = f"{type(failure).__name__}: {failure}"[:2000]
        log.exception("job failed", job=job.name)
    db.session.execute(
        update(DueJob)
        .where(DueJob.name == job.name)
        .values(due_at=now() + timedelta(seconds=job.every), ran_at=now(), error=error)
    )
    db.session.commit()


def _spread_events() -> bool:
    """Give each new event one delivery per listener; unique rows make a second spreading harmless."""
    with writing(False):
        found = db.session.scalars(
            select(Event.id).where(Event.spread_at.is_(None)).order_by(Event.id).limit(100)
        ).all()
        db.session.rollback()
    if not found:
        return False
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for event in db.session.scalars(select(Event).where(Event.id.in_(found), Event.spread_at.is_(None))):
        rows = [
            {"event_id": event.id, "listener": name, "due_at": now(), "tries": 0}
            for name in _listeners(event)
        ]
        if rows:
            db.session.execute(insert(Delivery).values(rows).on_conflict_do_nothing())
        event.spread_at = now()
    db.session.commit()
    return True


def _listeners(event: Event) -> list[str]:
    """The core's rooms that want it, and the plugins that are or were on in its community (for their run-off)."""
    core = [
        n for n, (wanted, _run) in current_app.extensions.get("listeners", {}).items() if wanted == event.name
    ]
    where = event.community_id
    asked = door().asked_in(None) if where is None else door().running_off_in(where)
    hearing = {p.name for p in door().working() if _hears(p, event.name)}
    return core + sorted(asked & hearing & door().answering("event_happened"))


def _hears(plugin: Loaded, name: str) -> bool:
    hears = plugin.manifest.hears if plugin.manifest else None
    return hears is None or name in hears


def _deliver_one() -> bool:
    with writing(False):
        instant = now()
        due = select(Delivery.id).where(
            Delivery.done_at.is_(None), Delivery.dead_at.is_(None), Delivery.due_at <= instant
        )
        anything = db.session.scalar(due.limit(1))
        db.session.rollback()
    if anything is None:
        return False
    delivery = claim_delivery()
    db.session.commit()
    if delivery is None:
        return False
    delivery_id = delivery.id
    try:
        _hand_over(delivery)
        delivery.done_at, delivery.error = now(), None
        db.session.commit()
    except (Exception, SystemExit) as failure:
        db.session.rollback()
        again = db.session.get_one(Delivery, delivery_id)
        again.error = f"{type(failure).__name__}: {failure}"[:2000]
        again.due_at = now() + again.wait
        if again.tries >= MOST_TRIES:
            again.dead_at = now()
        db.session.commit()
        log.warning("delivery failed", listener=again.listener, error=again.error, tries=again.tries)
    return True


def _hand_over(delivery: Delivery) -> None:
    event = db.session.get_one(Event, delivery.event_id)
    if delivery.listener.startswith("core."):
        _wanted, run = current_app.extensions["listeners"][delivery.listener]
        run(event)
    else:
        door().ask_owner(delivery.listener, "event_happened", event=event)
