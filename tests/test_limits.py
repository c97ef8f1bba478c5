"""Limit: what can run out never does so twice."""

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from shop import clock
from shop.db import db as database
from shop.errors import NotValid, SoldOut
from shop.limits import Hold, Limit, give_back_expired, holds_for
from tests.support.races import race

pytestmark = pytest.mark.both_engines


def make(db, size: int) -> Limit:
    limit = Limit.of(size, "stock")
    db.session.add(limit)
    db.session.commit()
    return limit


def test_taking_leaves_less(db):
    limit = make(db, 10)

    left = limit.take(3)

    assert left == 7
    db.session.refresh(limit)
    assert (limit.size, limit.left) == (10, 7)


def test_more_than_is_left_is_refused_with_what_there_is(db):
    limit = make(db, 2)

    with pytest.raises(SoldOut) as refusal:
        limit.take(3)

    assert (str(refusal.value), refusal.value.left, refusal.value.status) == ("Only 2 left.", 2, 409)


@pytest.mark.parametrize("n", [0, -1, 1.5, "2", True, 10**12])
def test_only_a_whole_number_above_zero_can_be_taken(db, n):
    limit = make(db, 5)

    with pytest.raises(NotValid):
        limit.take(n)

    db.session.refresh(limit)
    assert limit.left == 5


def test_the_database_itself_refuses_less_than_nothing(db):
    limit = make(db, 1)

    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE limits SET remaining = -1 WHERE id = :id"), {"id": limit.id})


def test_an_expired_hold_gives_way_to_who_needs_it(db):
    limit = make(db, 1)
    old = limit.hold(1, "order:1", clock.now() - timedelta(seconds=1))
    db.session.commit()

    limit.hold(1, "order:2", clock.now() + timedelta(minutes=15))
    db.session.commit()

    db.session.refresh(old)
    db.session.refresh(limit)
    assert old.given_back_at is not None
    assert limit.left == 0
    assert [
        hold.purpose for hold in db.session.scalars(select(Hold).where(Hold.given_back_at.is_(None)))
    ] == ["order:2"]


def test_a_hold_is_given_back_once_and_a_kept_one_does_not_expire(db):
    limit = make(db, 5)
    hold = limit.hold(2, "order:1", clock.now() + timedelta(minutes=1))
    kept = limit.hold(1, "order:2", clock.now() - timedelta(minutes=1))
    db.session.flush()

    assert kept.keep()
    assert [hold.give_back(), hold.give_back()] == [True, False]
    assert give_back_expired() == 0

    db.session.refresh(limit)
    assert limit.left == 4
    assert [h.id for h in holds_for("order:2")] == [kept.id]


def test_resizing_keeps_what_is_taken(db):
    limit = make(db, 10)
    limit.take(4)

    limit.resize(6)

    db.session.refresh(limit)
    assert (limit.size, limit.left) == (6, 2)
    with pytest.raises(SoldOut):
        limit.resize(3)


def take_one(app: Flask, _runner: int) -> bool:
    limit = database.session.scalars(select(Limit)).one()
    try:
        limit.take(1)
    except SoldOut:
        database.session.rollback()
        return False
    database.session.commit()
    return True


def take_one_naively(app: Flask, _runner: int) -> bool:
    limit = database.session.scalars(select(Limit)).one()
    left = limit.left
    database.session.rollback()  # what a read-then-write does: another transaction decides on an old number
    time.sleep(0.005)
    if left < 1:
        return False
    database.session.execute(text("UPDATE limits SET size = size + 1 WHERE id = :id"), {"id": limit.id})
    database.session.commit()
    return True


@pytest.mark.races
def test_64_take_from_10_and_10_get_one(db, database_url):
    limit = make(db, 10)

    outcomes = race(take_one, database_url, processes=4, threads=16)

    assert [o.error for o in outcomes if o.error] == []
    assert sum(o.value for o in outcomes) == 10
    db.session.refresh(limit)
    assert limit.left == 0


@pytest.mark.races
def test_without_the_guard_more_than_10_would_get_one(db, database_url):
    """The negative control: the harness does find a missing guard."""
    make(db, 10)

    outcomes = race(take_one_naively, database_url, processes=4, threads=16)

    assert sum(bool(o.value) for o in outcomes) > 10
