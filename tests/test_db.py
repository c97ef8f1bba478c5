"""A lock that somebody else holds is told as what it is: an answer that may be asked for again."""

import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from shop.db import is_retryable, writing, writing_past
from tests.support.checkouts import fields
from tests.support.sales import open_stall


@pytest.mark.settings(LOCK_SECONDS=0)
def test_a_held_lock_is_retryable_and_told_as_a_busy_shop(
    app: Flask, db, client: FlaskClient, database_url: str
):
    stall = open_stall(ships=False)
    sent, about = fields(client, stall), f"/c/{stall.community.slug}/about"
    db.session.commit()
    other = sqlite3.connect(str(make_url(database_url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError) as busy, writing():
        db.session.execute(text("SELECT 1"))
    answer = client.post("/c/tea/x/mall/checkout", data=sent)

    assert is_retryable(busy.value)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get(about).status_code == 200
    other.execute("ROLLBACK")
    assert client.post("/c/tea/x/mall/checkout", data=sent).status_code == 303


@pytest.mark.both_engines
def test_what_may_be_lost_does_not_wait_for_the_disk_and_all_else_does(
    app: Flask, db, monkeypatch: pytest.MonkeyPatch
):
    """SQLite: 2 is FULL, 1 is NORMAL; the same connection serves both."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    asked = "PRAGMA synchronous" if is_sqlite else "SHOW synchronous_commit"

    def waits(**said: bool) -> object:
        with writing_past(db.engine, **said) as cursor:
            return cursor.execute(asked).fetchone()[0]

    def breaks() -> None:
        with writing_past(db.engine, may_be_lost=True):
            raise RuntimeError("in its midst")

    full, hurried = (2, 1) if is_sqlite else (waits(), "off")
    db.session.rollback()
    monkeypatch.setattr("shop.db.SYNCHRONOUS", "FULL")  # as it is outside tests
    db.engine.dispose()
    assert (waits(may_be_lost=True), waits()) == (hurried, full)
    with pytest.raises(RuntimeError, match="in its midst"):
        breaks()
    assert waits() == full
    assert db.session.scalar(text(asked)) == full
