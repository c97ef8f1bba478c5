"""Many at once: one review a person, one helpful vote a person, exact sums, and stars that an answer has fixed."""

import os
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.checking import helpful_votes_are_exact, sums_are_exact
from plugins.reviews.moderating import Hiding
from plugins.reviews.reviews import HelpfulVote, Review
from plugins.reviews.rights import Right
from shop.catalog.models import Product
from shop.db import db as shop_db
from shop.db import writing
from shop.errors import Refused
from shop.people.models import Person
from tests.plugins.reviews.conftest import Table, lay_table
from tests.support.people import make_person
from tests.support.races import race

pytestmark = [pytest.mark.races, pytest.mark.both_engines, pytest.mark.timeout(280)]
THREADS = int(os.environ.get("RACE_THREADS", "5"))


def everything(app: Flask, runner: int) -> str:
    """Each of twenty presses something five times: two of five write, one changes, one votes, one answers or hides."""
    told = "nothing"
    for press in range(5):
        with writing():
            try:
                told = _press(app.config["RACE"], runner, press)
                shop_db.session.commit()
            except Refused:
                shop_db.session.rollback()
                told = "refused"
            finally:
                shop_db.session.remove()
    return told


def _press(told: dict[str, Any], runner: int, press: int) -> str:
    review = shop_db.session.get_one(Review, told["review"])
    kind = runner % 5
    if kind in (0, 1):  # everybody writes Ana's review of the trial: one is written
        ana, product = (
            shop_db.session.get_one(Person, told["ana"]),
            shop_db.session.get_one(Product, told["product"]),
        )
        right = Right("trial", told["community"], product, "", trial_id=told["trial"])
        Review.write(right, ana, 1 + runner % 5, "x")
        return "written"
    if kind == 2:
        review.change(1 + (runner + press) % 5, f"by {runner}, {press}")
        return "changed"
    if kind == 3:
        HelpfulVote.give(review, shop_db.session.get_one(Person, told["people"][runner]))
        return "voted"
    owner = shop_db.session.get_one(Person, told["owner"])
    if press == 4:
        SellersAnswer.write(review, f"by {runner}", owner)
        return "answered"
    Hiding.hide(review, owner, "spam", "")
    return "hidden"


def settings_of(table: Table) -> dict[str, Any]:
    review = table.write(table.ana, 3)
    table.report_trial(table.ana)
    people = [make_person(f"B{n}", f"b{n}@example.com") for n in range(4 * THREADS)]
    shop_db.session.flush()
    told = {
        "review": review.id,
        "ana": table.ana.id,
        "owner": table.stall.owner.id,
        "product": table.stall.product.id,
        "community": table.stall.community.id,
        "trial": 1,
        "people": [person.id for person in people],
    }
    shop_db.session.commit()
    return {"RACE": told}


def test_twenty_people_press_everything_five_times(database_url: str, app: Flask, db):
    table = lay_table(app)
    settings = settings_of(table)

    outcomes = race(everything, database_url, processes=4, threads=THREADS, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    shop_db.session.rollback()
    shop_db.session.expire_all()
    voters = sum(1 for runner in range(4 * THREADS) if runner % 5 == 3)
    reviews = shop_db.session.scalars(select(Review)).all()
    assert Counter(review.origin for review in reviews) == {"purchase": 1, "trial": 1}
    assert shop_db.session.get_one(Review, settings["RACE"]["review"]).helpful == voters
    assert len(shop_db.session.scalars(select(SellersAnswer)).all()) == 1
    assert len(shop_db.session.scalars(select(Hiding)).all()) == 1
    assert table.ratings.many == 2
    assert (list(sums_are_exact()), list(helpful_votes_are_exact())) == ([], [])


def look_then_add(app: Flask, runner: int) -> None:
    """The naive counter: reads, and writes one more. In this harness it must lose some."""
    with writing(False):
        was = shop_db.session.get_one(Review, app.config["RACE"]["review"]).helpful
        shop_db.session.rollback()
    with writing():
        shop_db.session.execute(
            Review.__table__.update().where(Review.id == app.config["RACE"]["review"]).values(helpful=was + 1)
        )
        shop_db.session.commit()


def test_a_naive_counter_loses_votes_in_this_harness(database_url: str, app: Flask, db):
    settings = settings_of(lay_table(app))

    outcomes = race(look_then_add, database_url, processes=4, threads=THREADS, **settings)

    assert [outcome.error for outcome in outcomes if outcome.error] == []
    shop_db.session.rollback()
    shop_db.session.expire_all()
    assert shop_db.session.get_one(Review, settings["RACE"]["review"]).helpful < 4 * THREADS
