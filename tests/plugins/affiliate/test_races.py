"""Many at once, on both engines: a sale counts once, a cap is never passed, a visitor's click is counted once."""

import json
import time
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import Programme
from plugins.affiliate.signing import HEADER, sign
from shop.checking import check
from shop.db import db as database
from shop.db import writing
from shop.ledger.earnings import Earning
from shop.limits import Limit
from tests.plugins.affiliate.conftest import HERE, Tea
from tests.support.races import crowd, race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
RUNNERS, PROCESSES = crowd(32, 14), crowd(4, 2)


def post(app: Flask, ref: str) -> tuple[int, bool, str]:
    """A partner's servers tell of one sale."""
    body = json.dumps({"ref": ref, "click": app.config["TOKEN"], "amount": "400.00"}).encode()
    header = sign(app.config["SECRET"], body)
    answer = app.test_client().post("/hooks/x/affiliate/kettles", data=body, headers={HEADER: header})
    told = answer.json or {}
    return answer.status_code, bool(told.get("new")), str(told.get("state"))


def tell_the_same(app: Flask, _runner: int) -> tuple[int, bool, str]:
    return post(app, "K-1")


def tell_another(app: Flask, runner: int) -> tuple[int, bool, str]:
    return post(app, f"K-{runner}")


def follow_the_card(app: Flask, _runner: int) -> int:
    client = app.test_client()
    client.set_cookie("shop", app.config["COOKIE"])
    return client.get(app.config["WAY"], headers=HERE).status_code


def look_then_spend(app: Flask, _runner: int) -> bool:
    """The naive programme: reads what is left, thinks, and writes less. It must spend too much in this harness."""
    with writing(False):
        left = database.session.scalar(select(Limit.left).where(Limit.id == app.config["BUDGET"])) or 0
        database.session.rollback()
    time.sleep(0.05)
    if left < 4800:
        return False
    with writing():
        database.session.execute(
            update(Limit).where(Limit.id == app.config["BUDGET"]).values(left=left - 4800)
        )
        database.session.commit()
    return True


def capped(tea: Tea, budget: int) -> dict[str, object]:
    """A click, and a programme that pays at most so much; the test ends its own transaction, or it would lock all."""
    tea.programme.set_caps(budget, None)
    database.session.commit()
    token = tea.click()
    told = {"TOKEN": token, "SECRET": tea.programme.secret, "BUDGET": tea.programme.budget_id}
    database.session.commit()
    return told


def test_one_sale_told_many_times_at_once_counts_once(app, database_url, tea: Tea):
    told = capped(tea, 100_000)

    outcomes = race(tell_the_same, database_url, processes=2, threads=RUNNERS // 2, **told)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    answers = Counter(outcome.value for outcome in outcomes)
    assert answers == {(200, True, "pending"): 1, (200, False, "pending"): RUNNERS - 1}
    assert database.session.scalar(select(func.count(Conversion.id))) == 1
    assert sorted(database.session.scalars(select(Earning.amount))) == [800, 4000]
    assert database.session.scalars(select(Limit.left).where(Limit.id == told["BUDGET"])).one() == 95_200
    database.session.commit()
    assert check(app) == []


def test_a_cap_is_never_passed_and_says_what_the_sales_say(app, database_url, tea: Tea):
    told = capped(tea, 50_000)  # ten sales at 48.00, and 20.00 left

    outcomes = race(tell_another, database_url, processes=2, threads=RUNNERS // 2, **told)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert Counter(outcome.value[2] for outcome in outcomes) == {"pending": 10, "rejected": RUNNERS - 10}
    spent = database.session.scalar(select(func.sum(Conversion.commission + Conversion.community_part)))
    assert spent == 48_000
    assert database.session.scalar(select(func.sum(Earning.amount))) == 48_000
    assert database.session.scalars(select(Limit.left).where(Limit.id == told["BUDGET"])).one() == 2_000
    assert set(database.session.scalars(select(Conversion.reason))) == {"", "programme_cap"}
    database.session.commit()
    assert check(app) == []


def test_the_naive_programme_spends_too_much_in_this_harness(app, database_url, tea: Tea):
    told = capped(tea, 24_000)  # five at 48.00

    outcomes = race(look_then_spend, database_url, processes=2, threads=RUNNERS // 2, **told)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert sum(outcome.value for outcome in outcomes) > 5


def test_one_visitor_who_clicks_many_times_at_once_is_counted_once(app, database_url, client, tea: Tea):
    (way, _other) = tea.ways(client)
    client.get("/me/x/affiliate/")
    tea.click(client, card=1)  # the visitor has a word in the session now
    cookie = client.get_cookie("shop")
    database.session.commit()

    outcomes = race(
        follow_the_card,
        database_url,
        processes=PROCESSES,
        threads=4,
        WAY=way,
        COOKIE=cookie.value,
        SECRET_KEY=app.secret_key,
    )

    assert {outcome.value for outcome in outcomes} == {303}
    rows = select(Click.counts_as.is_not(None), Click.reason).where(Click.programme_id == tea.programme.id)
    counted = Counter((bool(is_counted), reason) for is_counted, reason in database.session.execute(rows))
    assert counted == {(True, ""): 1, (False, "repeat"): PROCESSES * 4 - 1}
    assert database.session.get(Programme, tea.programme.id) is not None
