"""Disk full, read-only, locked, provider down or silent: browsing goes on, the truth is told, nothing is lost."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InternalError, NotSupportedError, OperationalError

from shop.checking import check
from shop.clock import now
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.limits import Limit
from shop.orders.models import Order
from shop.payments.models import Payment
from tests.support.checkouts import fields
from tests.support.fakes import fakepay
from tests.support.fakes.provider import Provider, provider
from tests.support.sales import Stall, open_stall

pytestmark = [pytest.mark.faults, pytest.mark.races]
BUSY = "Nothing was lost; please try again in a moment."


@pytest.fixture
def stall(db) -> Stall:
    return open_stall(stock=500, ships=False)


@pytest.fixture
def bank(app: Flask) -> Iterator[Provider]:
    with provider() as bank:
        fakepay.accept(app, bank.url, patience=1)
        yield bank


def browse(client: FlaskClient, pages: list[str]) -> list[int]:
    """What the pages answer that only read."""
    return [client.get(page).status_code for page in pages]


def pages_of(stall: Stall) -> list[str]:
    slug = stall.community.slug
    listing = f"/c/{slug}/p/{stall.offer.listing_id}-{stall.product.handle}"
    return ["/", "/communities", f"/c/{slug}", listing, f"{stall.checkout}?line={stall.line()}"]


def order() -> Order:
    shop_db.session.rollback()
    return shop_db.session.scalars(select(Order)).one()


def pay(client: FlaskClient, place: str) -> Any:
    return client.post(f"{place}/payments", data={"method": "fakepay"})


def test_full_disk_sells_nothing_more_loses_nothing_and_goes_on_when_there_is_room(
    app: Flask, db, client: FlaskClient, stall: Stall
):
    forms = [fields(client, stall) for _n in range(30)]

    with full(shop_db.engine):
        answers = [client.post(stall.checkout, data=form) for form in forms]
        refused = [answer for answer in answers if answer.status_code == 503]
        seen = browse(client, pages_of(stall))

    taken = sum(answer.status_code == 303 for answer in answers)
    assert refused, "the disk was never full"
    assert taken + len(refused) == 30
    assert all(answer.headers["Retry-After"] == "5" and BUSY in answer.text for answer in refused)
    assert seen == [200] * 5
    assert stall.product.variants[0].left == 500 - taken
    assert check(app) == []
    assert {client.post(stall.checkout, data=form).status_code for form in forms} == {303}
    db.session.expire_all()
    assert stall.product.variants[0].left == 470
    assert check(app) == []


@contextmanager
def full(engine: Any) -> Iterator[None]:
    """Two pages more than there are, and no third."""
    most = int(shop_db.session.scalar(text("PRAGMA page_count"))) + 2
    shop_db.session.rollback()

    def limit(raw: Any, *_more: Any) -> None:
        raw.execute(f"PRAGMA max_page_count = {most}")

    def lift(raw: Any, *_more: Any) -> None:
        raw.execute("PRAGMA max_page_count = 1073741823")

    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(engine, "checkout", limit)
        event.listen(engine, "checkout", lift)


@pytest.mark.parametrize(
    ("kind", "state"),
    [(InternalError, "25006"), (NotSupportedError, "0A000"), (OperationalError, "53100")],
    ids=["read-only transaction", "standby", "disk full"],
)
def test_what_postgres_cannot_do_now_is_told_as_a_busy_shop(
    app: Flask, client: FlaskClient, stall: Stall, monkeypatch, kind: Any, state: str
):
    sent = fields(client, stall)
    said = Exception("cannot execute UPDATE in a read-only transaction")
    said.sqlstate = state

    def refuse(_limit: Limit, _n: int) -> int:
        raise kind("UPDATE", {}, said)

    with monkeypatch.context() as broken:
        broken.setattr(Limit, "_try_take", refuse)
        answer = client.post(stall.checkout, data=sent)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert BUSY in answer.text
    assert check(app) == []
    assert client.post(stall.checkout, data=sent).status_code == 303


def test_read_only_sqlite_is_told_as_a_busy_shop(app: Flask, client: FlaskClient, stall: Stall, monkeypatch):
    sent = fields(client, stall)

    def only_read(raw: Any, *_more: Any) -> None:
        raw.execute("PRAGMA query_only=ON")

    event.listen(shop_db.engine, "begin", lambda c: only_read(c.connection.dbapi_connection), named=False)
    listeners = list(shop_db.engine.dispatch.begin)
    answer = client.post(stall.checkout, data=sent)
    seen = browse(client, pages_of(stall))
    event.remove(shop_db.engine, "begin", listeners[-1])

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert seen == [200] * 5
    assert check(app) == []
    assert client.post(stall.checkout, data=sent).status_code == 303


HOLDER = """
import os, sys
url, statement = sys.argv[1:]
if url.startswith("/"):
    import sqlite3
    held = sqlite3.connect(url, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
else:
    import psycopg
    held = psycopg.connect(url)
held.execute(statement)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.both_engines
@pytest.mark.settings(LOCK_SECONDS=1)
def test_a_stopped_process_that_holds_the_lock_stops_no_reader(
    app: Flask, client: FlaskClient, stall: Stall, database_url: str
):
    sent = fields(client, stall)
    checkout, pages = stall.checkout, pages_of(stall)
    assert browse(client, pages) == [200] * 5
    shop_db.session.rollback()
    address = make_url(database_url)
    where = (
        str(address.database)
        if address.get_backend_name() == "sqlite"
        else database_url.replace("+psycopg", "", 1)
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, where, "UPDATE limits SET remaining = remaining - 1"],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        os.kill(holder.pid, signal.SIGSTOP)

        answer = client.post(checkout, data=sent)
        seen = browse(client, pages)
    finally:
        holder.kill()
        holder.communicate()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert seen == [200] * 5
    assert client.post(checkout, data=sent).status_code == 303
    assert check(app) == []


@pytest.mark.postgres
def test_a_cut_connection_is_found_by_the_next_request(app: Flask, client: FlaskClient, stall: Stall):
    sent = fields(client, stall)
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")
    cut = text(f"{cut.text} AND pid <> pg_backend_pid()")
    shop_db.session.execute(cut)
    shop_db.session.rollback()

    assert browse(client, pages_of(stall)) == [200] * 5
    assert client.post(stall.checkout, data=sent).status_code == 303
    assert check(app) == []


@pytest.mark.both_engines
def test_provider_that_is_down_charges_nothing_and_is_asked_again(
    app: Flask, client: FlaskClient, stall: Stall, bank: Provider
):
    place = client.post(stall.checkout, data=fields(client, stall)).location
    bank.be("down")

    answer = pay(client, place)
    told = client.get(place).text

    assert answer.status_code == 303
    assert "does not answer just now. We are checking your payment" in told
    assert "Nothing was charged" not in told
    assert (bank.books()["charges"], order().state) == ({}, "pending")
    assert check(app) == []

    bank.be("up")
    assert pay(client, place).status_code == 303
    later(app)
    assert order().state == "paid"
    assert len(bank.books()["charges"]) == 1
    assert check(app) == []


@pytest.mark.both_engines
def test_provider_that_charges_and_falls_silent_is_asked_by_the_key(
    app: Flask, client: FlaskClient, stall: Stall, bank: Provider
):
    place = client.post(stall.checkout, data=fields(client, stall)).location
    bank.be("mute", tells=False)

    pay(client, place)
    told = client.get(place).text
    again = pay(client, place)

    assert "We are checking your payment" in told
    assert again.status_code == 303
    assert len(bank.books()["charges"]) == 1
    assert order().state == "pending"

    later(app)
    assert order().state == "paid"
    assert [p.state for p in shop_db.session.scalars(select(Payment))] == ["captured"]
    assert check(app) == []


@pytest.mark.both_engines
@pytest.mark.settings(LOCK_SECONDS=1)
def test_others_buy_while_the_provider_lets_one_wait(
    app: Flask, client: FlaskClient, stall: Stall, bank: Provider
):
    fakepay.accept(app, bank.url, patience=30)
    place = client.post(stall.checkout, data=fields(client, stall)).location
    sent = fields(app.test_client(), stall)
    shop_db.session.rollback()
    bank.be("held", tells=False)
    waiting = threading.Thread(target=pay, args=(client, place))
    waiting.start()
    while not bank.books()["charges"]:
        assert waiting.is_alive()

    answer = app.test_client().post(stall.checkout, data=sent)

    assert waiting.is_alive()
    assert answer.status_code == 303
    bank.be("up", tells=False)
    waiting.join()
    assert check(app) == []


def later(app: Flask) -> None:
    """The reconciling job has run, after its silence."""
    shop_db.session.rollback()
    with time_machine.travel(now().timestamp() + 100, tick=True):
        run_until_idle(app)
    shop_db.session.rollback()
