"""Reads stand in nobody's way, writes wait their turn, and a busy database is told in words."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from shop.db import db as shop_db
from tests.support import goods
from tests.support.people import sign_in

pytestmark = pytest.mark.settings(LOCK_SECONDS=0)


GROUP = {"name": "Chess", "promise": "We play on Fridays.", "kind": "interest"}


@pytest.fixture
def somebody_writes(
    app: Flask, db: SQLAlchemy, client: FlaskClient, tmp_path: Path
) -> Iterator[sqlite3.Connection]:
    """Another process that holds the one lock of SQLite, while a person is signed in here."""
    person = goods.person()
    goods.community(person)
    sign_in(client, person)
    shop_db.session.commit()
    other = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_page_is_read_while_somebody_writes(client: FlaskClient, somebody_writes):
    assert client.get("/c/tea").status_code == 200


def test_form_that_cannot_be_written_now_is_told_so_and_works_afterwards(
    client: FlaskClient, somebody_writes
):
    busy = client.post("/communities", data=GROUP)
    somebody_writes.execute("ROLLBACK")
    free = client.post("/communities", data=GROUP)

    assert busy.status_code == 503
    assert busy.headers["Retry-After"] == "5"
    assert free.status_code == 422  # read, and without its one-use key


def test_form_is_tried_again_when_the_lock_comes_free(client: FlaskClient, somebody_writes, monkeypatch):
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        somebody_writes.execute("ROLLBACK")

    monkeypatch.setattr("shop.web.time.sleep", pause)

    answer = client.post("/communities", data=GROUP)

    assert (answer.status_code, len(pauses)) == (422, 1)
