"""The worker: what happened is told to everybody who listens, until it succeeds, and nothing twice."""

import sqlite3
from datetime import timedelta
from threading import Event as Flag

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from shop import jobs
from shop.clock import now
from shop.db import db as database
from shop.events import MOST_TRIES, Delivery, Event, record
from shop.limits import Limit
from tests.support.races import race
from tests.support.sql import count_sql

pytestmark = pytest.mark.both_engines


def test_an_event_reaches_every_listener_once(app, db):
    heard = []
    jobs.listens(app, "one", "tea.ready", lambda event: heard.append(("one", event.payload["cups"])))
    jobs.listens(app, "two", "tea.ready", lambda event: heard.append(("two", event.payload["cups"])))
    record("tea.ready", cups=3)
    db.session.commit()

    jobs.run_until_idle(app)
    jobs.run_until_idle(app)

    assert sorted(heard) == [("one", 3), ("two", 3)]


def test_an_event_of_a_transaction_that_failed_was_never_there(app, db):
    record("tea.ready", cups=3)
    db.session.rollback()

    assert db.session.scalar(select(Event.id)) is None


def test_a_listener_that_fails_is_told_again_later_and_what_it_wrote_is_undone(app, db):
    calls = []

    def fails_once(event):
        database.session.add(Limit.of(1, "made"))
        calls.append(now())
        if len(calls) == 1:
            raise RuntimeError("not yet")

    jobs.listens(app, "shy", "tea.ready", fails_once)
    record("tea.ready")
    db.session.commit()

    jobs.run_until_idle(app)
    assert len(calls) == 1
    with time_machine.travel(now() + timedelta(minutes=1)):
        jobs.run_until_idle(app)

    assert len(calls) == 2
    assert len(db.session.scalars(select(Limit).where(Limit.kind == "made")).all()) == 1


def test_after_many_tries_a_human_is_asked(app, db):
    def always_fails(event):
        raise RuntimeError("never")

    jobs.listens(app, "hopeless", "tea.ready", always_fails)
    record("tea.ready")
    db.session.commit()

    instant = now()
    for hour in range(MOST_TRIES + 2):
        with time_machine.travel(instant + timedelta(hours=hour)):
            jobs.run_until_idle(app)

    delivery = db.session.scalars(select(Delivery).where(Delivery.listener == "core.hopeless")).one()
    assert (delivery.tries, delivery.dead_at is not None, delivery.error) == (
        MOST_TRIES,
        True,
        "RuntimeError: never",
    )


def test_a_job_runs_when_it_is_due_and_not_before(app, db):
    runs = []
    jobs.every(app, "clean", 60, lambda: runs.append(now()))

    jobs.run_until_idle(app)
    jobs.run_until_idle(app)
    with time_machine.travel(now() + timedelta(seconds=61)):
        jobs.run_until_idle(app)

    assert len(runs) == 2


def test_working_until_idle_does_not_end_with_a_round_that_met_a_lock(app, db, monkeypatch):
    runs = []
    jobs.every(app, "clean", 60, lambda: runs.append(now()))
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorname = "SQLITE_BUSY"
    rounds = iter([OperationalError("BEGIN IMMEDIATE", {}, busy)])
    really = jobs._run_due_jobs

    def locked_at_first():
        for failure in rounds:
            raise failure
        return really()

    monkeypatch.setattr(jobs, "_run_due_jobs", locked_at_first)
    jobs.run_until_idle(app)

    assert len(runs) == 1


def test_a_round_without_work_writes_nothing(app, db):
    jobs.run_until_idle(app)

    with count_sql(app) as sql:
        jobs.step(app, Flag())

    assert [statement.split()[0] for statement in sql] == ["SELECT"] * 3


def work_with_counting(app, _runner):
    """A worker of its own process that counts what it hears in the database."""

    def count(event):
        database.session.add(Limit.of(event.payload["n"], "heard"))

    jobs.listens(app, "count", "tick", count)
    jobs.run_until_idle(app)


@pytest.mark.races
def test_four_workers_do_each_thing_once(app, db, database_url):
    for n in range(40):
        record("tick", n=n)
    db.session.commit()

    outcomes = race(work_with_counting, database_url, processes=4, threads=1)

    assert [o.error for o in outcomes if o.error] == []
    heard = db.session.scalars(select(Limit.size).where(Limit.kind == "heard")).all()
    assert sorted(heard) == list(range(40))
