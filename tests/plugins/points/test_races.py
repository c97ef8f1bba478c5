"""Many at once, on both engines: members on few gifts, one member's day, one count."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from plugins.points.checking import balances_are_exact, gifts_are_exact
from plugins.points.earning import earn
from plugins.points.gifts import PointsGift, PointsHandout
from plugins.points.ledger import PERSON, PointsAccount
from shop.communities.models import Community, Membership
from shop.db import db as shop_db
from shop.db import is_retryable, writing
from shop.errors import Refused
from shop.people.models import Person
from tests.plugins.points.conftest import lay_table
from tests.support.people import make_person
from tests.support.races import crowd, race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
MEMBERS, GIFTS = crowd(200, 32), crowd(20, 5)
THREADS = 4


def press(app: Flask, runner: int) -> list[str]:
    """Each runner presses for its members, twice each, and earns for one who has a full day."""
    done = []
    for person in app.config["RACE_PEOPLE"][runner :: 4 * THREADS]:
        done += [_try(app, person), _try(app, person)]
    for ref in range(6):
        _earned(app, app.config["RACE_BUSY"], 100 * runner + ref)
    return done


def _try(app: Flask, person_id: int) -> str:
    def redeem() -> str:
        shop_db.session.get_one(PointsGift, app.config["RACE_GIFT"]).redeem(
            shop_db.session.get_one(Person, person_id)
        )
        return "given"

    return _again(redeem)


def _earned(app: Flask, person_id: int, ref: int) -> None:
    def book() -> str:
        return str(earn(shop_db.session.scalars(select(Community)).one(), person_id, "review", ref))

    _again(book)


def _again(act) -> str:
    for _attempt in range(12):
        try:
            with writing():
                told = act()
                shop_db.session.commit()
                return told
        except Refused:
            shop_db.session.rollback()
            return "refused"
        except Exception as busy:
            shop_db.session.rollback()
            if not is_retryable(busy):
                raise
        finally:
            shop_db.session.remove()
    raise AssertionError("busy twelve times")


def test_no_gift_is_given_twice_and_no_day_holds_more_than_its_cap(database_url: str, app: Flask, db):
    table = lay_table(app)
    people = [make_person(f"P{n}", f"p{n}@example.com") for n in range(MEMBERS)]
    shop_db.session.flush()
    for each in people:
        shop_db.session.add(Membership(community_id=table.community.id, person_id=each.id, role="member"))
        table.give(each, 30)
    gift = table.gift(cost=30, many=GIFTS, each=2)
    told = {"RACE_PEOPLE": [each.id for each in people], "RACE_GIFT": gift.id, "RACE_BUSY": table.ana.id}
    shop_db.session.commit()

    outcomes = race(press, database_url, threads=THREADS, **told)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    shop_db.session.rollback()
    shop_db.session.expire_all()
    given = Counter(each for outcome in outcomes for each in outcome.value)
    assert given == {"given": GIFTS, "refused": 2 * MEMBERS - GIFTS}
    assert shop_db.session.scalar(select(func.count(PointsHandout.id))) == GIFTS
    assert shop_db.session.get_one(PointsGift, told["RACE_GIFT"]).left == 0
    account = select(PointsAccount.balance).where(
        PointsAccount.person_id == table.ana.id, PointsAccount.owner == PERSON
    )
    assert shop_db.session.scalar(account) == 60
    assert (list(balances_are_exact()), list(gifts_are_exact())) == ([], [])
