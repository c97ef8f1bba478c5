"""The tests' own tools tell the truth."""

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page
from sqlalchemy import text

from shop.db import db as shop_db
from tests.support.network import NetworkRefused
from tests.support.races import race
from tests.support.sql import count_sql


@pytest.mark.parametrize("url", ["http://93.184.216.34/", "http://[2606:2800::1]/", "http://shop.example/"])
def test_no_test_leaves_this_machine(url: str):
    with pytest.raises(NetworkRefused):
        httpx.get(url)


@pytest.mark.both_engines
def test_statements_are_counted_without_begin_and_pragma(app: Flask, db: SQLAlchemy, client: FlaskClient):
    with count_sql(app) as sql:
        db.session.execute(text("SELECT 1"))
        with db.session.begin_nested():
            db.session.execute(text("SELECT 2"))
        db.session.commit()

    assert sql == ["SELECT 1", "SELECT 2"]


@pytest.mark.races
@pytest.mark.both_engines
def test_every_runner_of_a_race_takes_part(database_url: str, app: Flask):
    outcomes = race(count_tables, database_url, processes=2, threads=2)

    assert [outcome.runner for outcome in outcomes] == [0, 1, 2, 3]
    assert len({outcome.process for outcome in outcomes}) == 2
    assert [outcome.value for outcome in outcomes[:3]] == [0, 0, 0]
    assert "runner 3 fell" in (outcomes[3].error or "")


def count_tables(app: Flask, runner: int) -> int:
    if runner == 3:
        raise RuntimeError("runner 3 fell")
    return shop_db.session.execute(text("SELECT count(*) FROM person")).scalar_one()


@pytest.mark.browser
def test_pages_complain_of_script_errors_and_missing_files_but_not_of_refusals(
    phone: Page, desk: Page, complaints: list[str]
):
    phone.goto("/no/such/page")
    assert complaints == []

    desk.goto("/healthz")
    desk.evaluate("() => { setTimeout(() => lost.word); new Image().src = '/no/such/picture' }")
    desk.wait_for_load_state("networkidle")

    assert len(complaints) == 2
    script, picture = sorted(complaints, key=lambda said: "status of 404" in said)
    assert "lost is not defined" in script
    assert "/no/such/picture" in picture
    complaints.clear()
