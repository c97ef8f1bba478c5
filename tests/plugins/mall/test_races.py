"""Many at once: never sold above what there is, never placed twice, on both engines."""

import time
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from shop import once
from shop.db import db as shop_db
from shop.db import writing
from shop.limits import Limit
from shop.orders.models import Order
from tests.plugins.mall.conftest import ADDRESS, GUEST, TeaShop
from tests.plugins.mall.test_checkout import URL, hidden
from tests.support.races import race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]


def press_three_times(app: Flask, runner: int) -> list[tuple[int, str]]:
    """One buyer opens the checkout and presses the button three times: status and place of each answer."""
    client = app.test_client()
    page = client.get(URL, query_string={"line": app.config["RACE_LINE"]})
    way = {
        "line": app.config["RACE_LINE"],
        "way": "0",
        "once": hidden(page, "once"),
        "seen": hidden(page, "seen"),
    }
    answers = [client.post(URL, data=way | GUEST | ADDRESS) for _press in range(3)]
    return [(answer.status_code, answer.location or "") for answer in answers]


def look_then_take(app: Flask, runner: int) -> bool:
    """The naive shop: reads what is left, thinks, and writes one less. It must sell too much in this harness."""
    with writing(False):
        left = shop_db.session.scalar(select(Limit.left).where(Limit.id == app.config["RACE_LIMIT"])) or 0
        shop_db.session.rollback()
    time.sleep(0.05)
    if left == 0:
        return False
    with writing():
        shop_db.session.execute(
            update(Limit).where(Limit.id == app.config["RACE_LIMIT"]).values(left=left - 1)
        )
        shop_db.session.commit()
    return True


def settings_of(tea: TeaShop) -> dict[str, Any]:
    """What the racers need to know; the test's own transaction ends, or it would lock them out."""
    settings = {"RACE_LINE": tea.line(), "RACE_LIMIT": tea.small.stock_id, "LOCK_SECONDS": 20}
    shop_db.session.commit()
    return settings


def test_64_buyers_of_10_units_who_press_three_times(database_url: str, app: Flask, tea: TeaShop):
    settings = settings_of(tea)

    outcomes = race(press_three_times, database_url, processes=4, threads=16, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    buyers = [outcome.value for outcome in outcomes]
    won = [answers for answers in buyers if answers[0][0] == 303]
    statuses = Counter(status for answers in buyers for status, _place in answers)
    shop_db.session.rollback()
    assert statuses == {303: 30, 409: 162}
    assert len(won) == 10
    assert all(len({place for _status, place in answers}) == 1 for answers in won)
    assert shop_db.session.scalar(select(func.count(Order.id))) == 10
    assert shop_db.session.scalar(select(Limit.left).where(Limit.id == settings["RACE_LIMIT"])) == 0


def test_one_key_pressed_by_sixteen_at_once_is_one_order(database_url: str, app: Flask, tea: TeaShop):
    with app.test_request_context():
        key = once.new_key()
    settings = settings_of(tea) | {"RACE_KEY": key}

    outcomes = race(press_the_same, database_url, processes=4, threads=4, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert {outcome.value[0] for outcome in outcomes} == {303}
    assert len({outcome.value[1] for outcome in outcomes}) == 1
    shop_db.session.rollback()
    assert shop_db.session.scalar(select(Limit.left).where(Limit.id == settings["RACE_LIMIT"])) == 9


def press_the_same(app: Flask, runner: int) -> tuple[int, str]:
    client = app.test_client()
    page = client.get(URL, query_string={"line": app.config["RACE_LINE"]})
    way = {
        "line": app.config["RACE_LINE"],
        "way": "0",
        "once": app.config["RACE_KEY"],
        "seen": hidden(page, "seen"),
    }
    answer = client.post(URL, data=way | GUEST | ADDRESS)
    return answer.status_code, answer.location or ""


def test_naive_shop_sells_too_much_in_this_harness(database_url: str, app: Flask, tea: TeaShop):
    settings = settings_of(tea)

    outcomes = race(look_then_take, database_url, processes=4, threads=16, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert sum(outcome.value for outcome in outcomes) > 10
