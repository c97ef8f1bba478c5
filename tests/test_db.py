"""A lock that somebody else holds is told as what it is: an answer that may be asked for again."""

import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from shop.db import is_retryable, writing
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
