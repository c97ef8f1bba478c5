"""The second step of signing in."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from time_machine import travel

from shop.clock import now
from shop.people import codes
from shop.people.models import Person
from tests.support.people import make_person, sign_in

DOOR = {"email": "lin@example.com", "password": "slow tea, twice"}


@pytest.fixture
def lin(db: SQLAlchemy) -> Person:
    return make_person("Lin", "lin@example.com", "slow tea, twice")


def shown_by_app(secret: str) -> str:
    """The code that the authenticator app shows now."""
    return codes.Codes().generate_totp_password(secret)


@pytest.mark.both_engines
def test_code_is_asked_for_after_the_password_and_works_once(
    client: FlaskClient, db: SQLAlchemy, lin: Person
):
    secret = codes.new_secret()
    codes.begin(lin, secret)
    code = shown_by_app(secret)

    assert client.post("/sign-in", data=DOOR).location == "/sign-in/code"
    assert client.get("/me").status_code == 303
    client.post("/sign-in", data=DOOR)
    assert client.get("/sign-in/code").status_code == 200
    assert (
        client.post("/sign-in/code", data={"code": "000000" if code != "000000" else "1"}).status_code == 422
    )
    assert client.post("/sign-in/code", data={"code": code}).status_code == 303
    assert client.get("/me").status_code == 200

    client.post("/sign-out")
    client.post("/sign-in", data=DOOR)
    assert client.post("/sign-in/code", data={"code": code}).status_code == 422


def test_spare_code_works_once(client: FlaskClient, db: SQLAlchemy, lin: Person):
    spare, *_others = codes.begin(lin, codes.new_secret())

    answers = []
    for _time in range(2):
        client.post("/sign-in", data=DOOR)
        answers.append(client.post("/sign-in/code", data={"code": spare.upper()}).status_code)
        client.post("/sign-out")

    assert answers == [303, 422]


def test_password_is_soon_forgotten_when_no_code_comes(client: FlaskClient, db: SQLAlchemy, lin: Person):
    codes.begin(lin, codes.new_secret())
    client.post("/sign-in", data=DOOR)

    with travel(now() + timedelta(minutes=11), tick=False):
        assert client.get("/sign-in/code").location == "/sign-in"
        assert client.post("/sign-in/code", data={"code": "123456"}).location == "/sign-in"


def test_person_switches_it_on_and_off(client: FlaskClient, db: SQLAlchemy, lin: Person):
    sign_in(client, lin)
    page = client.get("/me/second-step").text
    assert "data:image/svg+xml" in page
    with client.session_transaction() as session:
        secret = session["code_secret"]

    wrong = client.post("/me/second-step", data={"code": "12345"})
    right = client.post("/me/second-step", data={"code": shown_by_app(secret)})

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert len(set(re.findall(r"<code>([0-9a-f-]{19})</code>", right.text))) == 8
    db.session.refresh(lin)
    assert lin.asks_for_code
    with client.session_transaction() as session:
        assert "code_secret" not in session

    assert client.post("/me/second-step/end", data={"present": "wrong"}).status_code == 422
    assert client.post("/me/second-step/end", data={"present": "slow tea, twice"}).status_code == 303
    db.session.refresh(lin)
    assert (lin.code_secret, lin.spare_codes) == (None, [])


@pytest.mark.settings(SECRET_KEY="a newer key that only tests know", SECRET_KEY_FALLBACKS="the key before it")
def test_secret_outlives_a_change_of_the_sites_key(app: Flask, db: SQLAlchemy, lin: Person):
    app.config.update(SECRET_KEY="the key before it", SECRET_KEY_FALLBACKS=[])
    secret = codes.new_secret()
    app.config.update(
        SECRET_KEY="a newer key that only tests know", SECRET_KEY_FALLBACKS=["the key before it"]
    )

    codes.begin(lin, secret)

    assert codes.use(shown_by_app(secret), lin)
