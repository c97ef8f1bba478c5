"""The managers' calendar: what runs when, what stands in two modes at once, how much sells in a day."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from plugins.naming.rounds import Round
from plugins.trials.batches import TrialBatch
from shop.hookspecs import Happening
from shop.insight.running import Calendar, calendar_of
from shop.limits import Limit
from shop.switches import switch
from tests.support import goods, sales
from tests.support.sql import count_sql

MONDAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture
def stall(db: SQLAlchemy) -> sales.Stall:
    return sales.open_stall()


def told(first: int, last: int | None, *products: int, leads: bool = False, sells: bool = True) -> Happening:
    """Something from noon of a day until noon of another, counted from Monday."""
    ends = None if last is None else NOON + timedelta(days=last)
    return Happening("Something", "/", NOON + timedelta(days=first), ends, products, leads, sells)


def made(stall: sales.Stall, **answers: list[Happening]) -> Calendar:
    return calendar_of(stall.community, MONDAY, answers.items())


def test_a_bar_is_cut_at_the_edges_of_the_four_weeks(stall: sales.Stall):
    calendar = made(stall, one=[told(-3, 2), told(20, 40), told(5, None), told(-9, -1), told(28, 30)])

    bars = [(bar.first, bar.length, bar.begins_before, bar.goes_on) for bar in calendar.lanes["one"]]

    assert bars == [(0, 3, True, False), (5, 23, False, True), (20, 8, False, True)]


def test_what_ends_at_midnight_has_not_touched_the_next_day(stall: sales.Stall):
    midnight = datetime(2026, 6, 2, 16, tzinfo=UTC)  # in Shanghai

    calendar = made(stall, one=[Happening("A", "/", NOON, midnight)])

    assert calendar.lanes["one"][0].length == 2


def test_a_product_in_two_modes_at_once_is_told_and_two_ways_to_have_it_come_first(stall: sales.Stall):
    merchant, number = stall.merchant, stall.product.id
    other, apart = goods.product(merchant, "Cup").id, goods.product(merchant, "Pot").id

    calendar = made(
        stall,
        mall=[told(0, None, number, other, apart)],
        ads=[told(1, 3, other, leads=True)],
        trials=[told(4, 9, number), told(20, 21, 999)],
        naming=[told(-9, -8, apart)],
    )

    meetings = [(m.product.id, m.clashes, m.first, m.last) for m in calendar.meetings]
    assert meetings == [
        (number, True, date(2026, 6, 5), date(2026, 6, 10)),
        (other, False, date(2026, 6, 2), date(2026, 6, 4)),
    ]


def test_a_mode_does_not_meet_itself(stall: sales.Stall):
    calendar = made(stall, ads=[told(1, 3, stall.product.id), told(2, 5, stall.product.id)])

    assert calendar.meetings == []


def test_only_what_sells_is_counted_and_a_full_day_is_told(stall: sales.Stall):
    stall.community.most_a_day = 1

    calendar = made(stall, ads=[told(0, 1), told(1, 2)], naming=[told(0, 5, sells=False)])

    assert calendar.loads[:4] == (1, 2, 1, 0)
    assert calendar.too_much == [(date(2026, 6, 2), 2)]


@time_machine.travel(NOON, tick=False)
def test_the_page_tells_what_the_modes_run_here(db: SQLAlchemy, stall: sales.Stall, client: FlaskClient):
    for name in ("trials", "naming"):
        switch(stall.community.id, name, True, stall.owner.id)
    begin(db, stall)

    page = goods.signed_in(client, stall.owner).get("/c/tea/manage/calendar").text

    assert page.count('class="way"') >= 3
    for title in ("Two cups to try", "A name for it", "1 product, always"):
        assert title in page
    assert page.count("two ways at once") == 1


@time_machine.travel(NOON, tick=False)
def test_the_page_costs_the_same_for_one_and_for_three(
    app: Flask, db: SQLAlchemy, stall: sales.Stall, client: FlaskClient
):
    for name in ("trials", "naming"):
        switch(stall.community.id, name, True, stall.owner.id)
    begin(db, stall)
    goods.signed_in(client, stall.owner).get("/c/tea/manage/calendar")
    with count_sql(app) as for_one:
        client.get("/c/tea/manage/calendar")

    begin(db, stall)
    begin(db, stall)
    with count_sql(app) as for_three:
        client.get("/c/tea/manage/calendar")

    assert len(for_three) == len(for_one), "\n".join(for_three)


def test_a_manager_says_how_much_is_too_much(db: SQLAlchemy, stall: sales.Stall, client: FlaskClient):
    desk = goods.signed_in(client, stall.owner)

    refused = desk.post("/c/tea/manage/calendar/most", data={"most": "0"})
    kept = desk.post("/c/tea/manage/calendar/most", data={"most": "3"})

    assert (refused.status_code, kept.status_code) == (422, 303)
    assert stall.community.most_a_day == 3
    assert re.search(r'name="most"[^>]*value="3"', desk.get("/c/tea/manage/calendar?from=2026-13-99").text)


def begin(db: SQLAlchemy, stall: sales.Stall) -> None:
    """A trial and a round that are open."""
    whose = {"community": stall.community, "merchant": stall.merchant, "product": stall.product}
    batch = TrialBatch(
        **whose, currency="CNY", title="Two cups to try", limit=Limit.of(2, "trial"), state="review"
    )
    looked_for = Round(**whose, title="A name for it", state="review")
    db.session.add_all([batch, looked_for])
    db.session.flush()
    batch.open(stall.owner)
    looked_for.open(stall.owner)
    db.session.commit()
