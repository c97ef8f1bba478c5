"""Many at once, in several processes, on both engines: people on coupons, and one coupon at all the counters."""

import time
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from plugins.coupons import counter
from plugins.coupons.claims import Claim, claim
from plugins.coupons.places import Place
from plugins.coupons.redemptions import Redemption, redeem
from shop import once
from shop.db import db as shop_db
from shop.db import writing
from shop.errors import Refused
from shop.limits import Limit
from shop.merchants.models import Merchant
from shop.people.models import Person
from tests.plugins.coupons.conftest import claimed
from tests.support import goods
from tests.support.races import crowd, race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
PEOPLE, COUPONS = crowd(200, 48), crowd(50, 12)
PROCESSES = crowd(4, 2)


def claim_for_some(app: Flask, runner: int) -> list[str]:
    """A thread lets its part of the people press, one after the other."""
    told = []
    for number in app.config["RACE_PEOPLE"][runner :: app.config["RACE_THREADS"]]:
        with app.test_request_context(), writing():
            try:
                place, person = (
                    shop_db.session.get_one(Place, app.config["RACE_PLACE"]),
                    shop_db.session.get_one(Person, number),
                )
                claim(place, person, key=once.new_key())
                shop_db.session.commit()
                told.append("claimed")
            except Refused:
                shop_db.session.rollback()
                told.append("sold out")
            finally:
                shop_db.session.remove()
    return told


def use_it(app: Flask, runner: int) -> str:
    """A counter looks the coupon up and confirms, with a key of its own."""
    with app.test_request_context(), writing():
        merchant = shop_db.session.get_one(Merchant, app.config["RACE_MERCHANT"])
        found, staff = (
            counter.find(app.config["RACE_CODE"]),
            shop_db.session.get_one(Person, app.config["RACE_STAFF"]),
        )
        assert found is not None
        try:
            redeem(found, merchant, staff, "typed", key=once.new_key())
            shop_db.session.commit()
            return "used"
        except Refused:
            shop_db.session.rollback()
            return "refused"


def look_then_use(app: Flask, runner: int) -> bool:
    """The naive counter: reads the state, thinks, and writes. It must use the coupon twice in this harness."""
    with writing(False):
        state = shop_db.session.scalar(select(Claim.state).where(Claim.code == app.config["RACE_CODE"]))
        shop_db.session.rollback()
    time.sleep(0.3)
    if state != "held":
        return False
    with writing():
        shop_db.session.execute(
            update(Claim).where(Claim.code == app.config["RACE_CODE"]).values(state="used")
        )
        shop_db.session.commit()
    return True


def test_four_people_for_each_coupon_claim_all_of_them_and_no_more(database_url: str, app: Flask, house):
    place = house.campaign(size=COUPONS)
    people = [goods.person(f"P{n}").id for n in range(PEOPLE)]
    settings: dict[str, Any] = {"RACE_PLACE": place.id, "RACE_PEOPLE": people, "RACE_THREADS": PROCESSES * 4}
    total = place.campaign.total_id
    shop_db.session.commit()

    outcomes = race(claim_for_some, database_url, processes=PROCESSES, threads=4, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert Counter(word for outcome in outcomes for word in outcome.value) == {
        "claimed": COUPONS,
        "sold out": PEOPLE - COUPONS,
    }
    shop_db.session.rollback()
    assert shop_db.session.scalar(select(func.count(Claim.id))) == COUPONS
    assert shop_db.session.scalar(select(Limit.left).where(Limit.id == total)) == 0


def test_one_coupon_at_many_counters_is_used_once(database_url: str, app: Flask, house):
    settings = counters(house)

    outcomes = race(use_it, database_url, processes=PROCESSES, threads=4, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert Counter(outcome.value for outcome in outcomes) == {"used": 1, "refused": PROCESSES * 4 - 1}
    shop_db.session.rollback()
    assert shop_db.session.scalar(select(func.count(Redemption.id))) == 1


def test_naive_counter_uses_it_twice_in_this_harness(database_url: str, app: Flask, house):
    settings = counters(house)

    outcomes = race(look_then_use, database_url, processes=PROCESSES, threads=4, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert sum(outcome.value for outcome in outcomes) > 1


def counters(house) -> dict[str, Any]:
    mine = claimed(house.campaign(), goods.person("Ana"))
    settings = {"RACE_CODE": mine.code, "RACE_MERCHANT": house.merchant.id, "RACE_STAFF": house.chayu.id}
    shop_db.session.commit()
    return settings
