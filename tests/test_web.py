"""A whole transaction is tried again when the database asks for it, and a person is told the truth when it will not."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from shop.checking import check
from shop.db import db as shop_db
from shop.db import is_writing
from shop.limits import Limit
from shop.orders.models import Order
from shop.web import TRIES
from tests.support.checkouts import fields
from tests.support.sales import Stall, open_stall


class SqliteSays(Exception):
    """What sqlite3 raises, as far as anybody looks."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.sqlite_errorname = name


class PostgresSays(Exception):
    """What psycopg raises, as far as anybody looks."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.sqlstate = state


RETRYABLE = [
    SqliteSays("SQLITE_BUSY"),
    SqliteSays("SQLITE_BUSY_SNAPSHOT"),
    SqliteSays("SQLITE_LOCKED"),
    PostgresSays("40001"),
    PostgresSays("40P01"),
    PostgresSays("55P03"),
]


class Trouble:
    """The first so many takes of a limit die of an error of the database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception, times: int) -> None:
        self.left = times
        self.met = 0
        take = Limit._try_take

        def die_or_take(limit: Limit, n: int) -> int | None:
            self.met += 1
            if self.left:
                self.left -= 1
                raise OperationalError("UPDATE limits", {}, error)
            return take(limit, n)

        monkeypatch.setattr(Limit, "_try_take", die_or_take)


def orders() -> int:
    shop_db.session.rollback()
    return shop_db.session.scalar(select(func.count(Order.id))) or 0


def left(stall: Stall) -> int:
    shop_db.session.expire_all()
    return stall.product.variants[0].left or 0


@pytest.mark.parametrize("error", RETRYABLE, ids=str)
@pytest.mark.parametrize("times", [1, TRIES - 1])
def test_order_is_placed_once_though_the_database_asks_to_begin_again(
    app: Flask, db, client: FlaskClient, monkeypatch, error: Exception, times: int
):
    stall = open_stall(stock=3, ships=False)
    sent = fields(client, stall)
    trouble = Trouble(monkeypatch, error, times)

    answer = client.post(stall.checkout, data=sent)

    assert answer.status_code == 303
    assert (trouble.met, orders(), left(stall)) == (times + 1, 1, 2)
    assert check(app) == []


@pytest.mark.parametrize("error", RETRYABLE, ids=str)
def test_person_is_asked_to_come_back_when_it_never_ends(
    app: Flask, db, client: FlaskClient, monkeypatch, error: Exception
):
    stall = open_stall(stock=3, ships=False)
    sent = fields(client, stall)
    trouble = Trouble(monkeypatch, error, 1000)

    answer = client.post(stall.checkout, data=sent)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing was lost; please try again in a moment." in answer.text
    assert (trouble.met, orders(), left(stall)) == (TRIES, 0, 3)
    assert check(app) == []

    trouble.left = 0
    assert client.post(stall.checkout, data=sent).status_code == 303
    assert (orders(), left(stall)) == (1, 2)


@pytest.mark.parametrize("error", [SqliteSays("SQLITE_FULL"), PostgresSays("53100")], ids=str)
def test_another_error_is_not_tried_again(db, client: FlaskClient, monkeypatch, error: Exception):
    stall = open_stall(stock=3, ships=False)
    sent = fields(client, stall)
    trouble = Trouble(monkeypatch, error, 1)

    answer = client.post(stall.checkout, data=sent)

    assert answer.status_code == 503
    assert (trouble.met, orders(), left(stall)) == (1, 0, 3)


def test_what_was_committed_is_never_done_again(app: Flask, client: FlaskClient):
    done = []

    def commit_and_die() -> str:
        shop_db.session.execute(text("SELECT 1"))
        shop_db.session.commit()
        done.append(1)
        raise OperationalError("", {}, SqliteSays("SQLITE_BUSY"))

    app.add_url_rule("/commit-and-die", "commit_and_die", commit_and_die, methods=["POST"])
    app.view_functions["commit_and_die"].shop_access = "public"

    answer = client.post("/commit-and-die")

    assert (answer.status_code, len(done)) == (503, 1)


def test_a_thread_that_serves_many_forgets_what_its_last_request_might_write(app: Flask, db):
    about = f"/c/{open_stall().community.slug}/about"
    seen = []
    app.before_request(lambda: seen.append(is_writing()))

    def serve() -> None:
        """As a server does: one thread and its context for one request after the other."""
        for method in ("GET", "POST", "GET"):
            with app.test_request_context(about, method=method):
                app.full_dispatch_request()

    db.session.commit()
    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()

    assert seen == [False, False, False]
