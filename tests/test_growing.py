"""What lets a shop grow past one machine: readiness, names of requests, a copy of the database."""

import sqlite3
from contextlib import closing

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.support import apps, goods
from tests.support.sql import count_sql


def test_process_that_is_told_to_stop_wants_no_more_work(app, client, tmp_path):
    drain = tmp_path / "draining"
    app.config["DRAIN_FILE"] = str(drain)
    before = client.get("/readyz")

    drain.touch()

    assert (before.status_code, before.json["ok"]) == (200, True)
    assert client.get("/readyz").json == {"ok": False, "draining": True}
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_process_lives_though_its_database_is_away(app, client, tmp_path):
    (tmp_path / "shop.db").write_bytes(b"")

    with count_sql(app) as sql:
        answer = client.get("/livez")

    assert (answer.status_code, answer.json) == (200, {"ok": True})
    assert sql == []


def test_request_has_a_name_of_our_own(client):
    answer = client.get("/livez", headers={"X-Request-ID": "from-a-stranger"})

    assert len(answer.headers["X-Request-ID"]) == 12


@pytest.mark.settings(PROXY_HOPS=1)
def test_request_keeps_the_name_that_our_proxy_gave_it(client):
    answer = client.get("/livez", headers={"X-Request-ID": "front-0815"})
    forged = client.get("/livez", headers={"X-Request-ID": "x" * 65})

    assert answer.headers["X-Request-ID"] == "front-0815"
    assert len(forged.headers["X-Request-ID"]) == 12


@pytest.fixture
def copied(app, db, tmp_path) -> Flask:
    """The shop again, with a copy of its database that was made before a community was renamed."""
    copy = tmp_path / "copy.db"
    community = goods.community(goods.person())
    community.name = "As it was"
    db.session.commit()
    with closing(sqlite3.connect(tmp_path / "shop.db")) as one, closing(sqlite3.connect(copy)) as other:
        one.backup(other)
    community.name = "As it is"
    db.session.commit()
    url = app.config["DATABASE_URL"]
    shop = apps.make(url, tmp_path, REPLICA_URL=f"sqlite:///{copy}")
    yield shop
    shop.extensions["replica"].engine.dispose()
    apps.put_away(shop)


def test_only_a_page_that_says_so_is_read_from_the_copy(copied):
    visitor = copied.test_client()

    assert "As it was" in visitor.get("/communities").text
    assert "As it is" in visitor.get("/c/tea").text


def test_copy_that_is_away_is_not_missed(copied):
    replica = copied.extensions["replica"]
    visitor = copied.test_client()
    assert replica.keeps_up()
    event.listen(replica.engine, "before_cursor_execute", _broken)

    answer = visitor.get("/communities")

    assert answer.status_code == 200
    assert "As it is" in answer.text
    assert not replica.keeps_up()


def _broken(*_details: object) -> None:
    raise OperationalError("SELECT", None, Exception("the copy is away"))


@pytest.mark.settings(RATELIMIT_ENABLED=True, REDIS_URL="redis://127.0.0.1:1/0")
def test_limits_hold_in_each_process_while_redis_is_away(client):
    answers = [client.post("/sign-in", data={"email": "a@b.example", "password": "x"}) for _time in range(3)]

    assert all(answer.status_code < 500 for answer in answers)
