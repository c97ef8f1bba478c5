"""Many at once, on both engines: two hundred members on twenty units are twenty, one household has one."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from plugins.trials.applications import HOLDS, TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.jobs import look_at_the_clock
from plugins.trials.selecting import apply, confirm
from shop.clock import now
from shop.db import db as shop_db
from shop.db import is_retryable, writing
from shop.errors import Refused
from shop.limits import Limit
from shop.people.models import Person
from tests.plugins.trials.conftest import ADDRESS, open_bench
from tests.support.people import make_person
from tests.support.races import crowd, race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
MEMBERS, UNITS = crowd(200, 40), crowd(20, 8)


def tried(deed, *told) -> str:
    """One press, tried again as the web does when the database was busy."""
    for _try in range(10):
        try:
            with writing():
                state = deed(*told)
                shop_db.session.commit()
                return state
        except Refused:
            shop_db.session.rollback()
            return "refused"
        except Exception as busy:
            shop_db.session.rollback()
            if not is_retryable(busy):
                raise
        finally:
            shop_db.session.remove()
    raise AssertionError("busy ten times")


def apply_once(member: int) -> str:
    batch = shop_db.session.scalars(select(TrialBatch)).one()
    return apply(batch, shop_db.session.get_one(Person, member), "Please", []).state


def confirm_once(number: int) -> str:
    confirm(shop_db.session.get_one(TrialApplication, number), ADDRESS)
    return "confirmed"


def apply_for_some(app: Flask, runner: int) -> list[str]:
    """A thread lets its part of the members press, each of them twice."""
    members = app.config["RACE_MEMBERS"][runner::8]
    with app.test_request_context():
        return [tried(apply_once, member) for member in members for _twice in range(2)]


def confirm_one(app: Flask, runner: int) -> str:
    with app.test_request_context():
        return tried(confirm_once, app.config["RACE_MEMBERS"][runner])


def close_it(app: Flask, runner: int) -> int:
    """One worker of several comes to the close."""
    with writing():
        return look_at_the_clock()


def gathered(app: Flask, many: int, **values):
    bench = open_bench(app, units=UNITS, **values)
    bench.community.seats.resize(many + 10)
    people = [make_person(f"M{n}", f"m{n}@example.com") for n in range(many)]
    for each in people:
        bench.community.join(each, accepts_rules=True)
    shop_db.session.commit()
    return bench, [each.id for each in people]


def test_200_members_on_20_units_are_20(database_url: str, app: Flask, db):
    _bench, members = gathered(app, MEMBERS, way="first")
    shop_db.session.commit()

    outcomes = race(apply_for_some, database_url, processes=4, threads=2, RACE_MEMBERS=members)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    told = Counter(state for outcome in outcomes for state in outcome.value)
    shop_db.session.rollback()
    held = select(func.count(TrialApplication.id)).where(TrialApplication.state.in_(HOLDS))
    assert (told["offered"], told["waiting"]) == (UNITS, len(members) - UNITS)
    assert told["refused"] == len(members)
    assert (shop_db.session.scalar(held), shop_db.session.scalar(select(Limit.left).where(Limit.kind == "trial"))) == (
        UNITS, 0,
    )  # fmt: skip


def test_eight_workers_close_it_once(database_url: str, app: Flask, db):
    bench, members = gathered(app, UNITS + 4)
    for member in members:
        apply(bench.batch, shop_db.session.get_one(Person, member), "Please", [])
    bench.batch.apply_until = now()
    shop_db.session.commit()

    outcomes = race(close_it, database_url, processes=4, threads=2)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    shop_db.session.rollback()
    shop_db.session.expire_all()
    states = Counter(shop_db.session.scalars(select(TrialApplication.state)))
    assert states == {"offered": UNITS, "waiting": 4}
    assert [change.to_state for change in shop_db.session.scalars(select(TrialBatch)).one().changes] == [
        "review", "open", "running",
    ]  # fmt: skip


def test_one_household_confirms_once(database_url: str, app: Flask, db):
    bench, members = gathered(app, 8, way="first", rules={"household": 1})
    numbers = [apply(bench.batch, shop_db.session.get_one(Person, m), "Please", []).id for m in members]
    shop_db.session.commit()

    outcomes = race(confirm_one, database_url, processes=4, threads=2, RACE_MEMBERS=numbers)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert Counter(outcome.value for outcome in outcomes) == {"confirmed": 1, "refused": 7}
