"""Signing up, in and out."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community
from shop.events import Event
from shop.people.models import Person
from tests.support.people import make_person, sign_in

LIN = {"name": "Lin Yue", "email": "lin@example.com", "password": "slow tea, twice"}


def said(answer: TestResponse, email: str) -> str:
    """The words of a page, without the address that was typed and the token of its forms."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'name="csrf_token" value="[^"]*"', "", main).replace(email, "…")


@pytest.mark.both_engines
def test_stranger_opens_an_account_and_is_in(client: FlaskClient, db: SQLAlchemy):
    assert client.get("/sign-up").status_code == 200

    answer = client.post("/sign-up", data=LIN | {"email": " LIN@Example.com "})

    assert (answer.status_code, answer.location) == (303, "/me")
    lin = db.session.scalars(select(Person)).one()
    assert (lin.name, lin.email, lin.locale) == ("Lin Yue", "lin@example.com", "en")
    assert lin.password.startswith("$argon2id$")
    page = client.get("/me")
    assert "Lin Yue" in page.text
    assert "Welcome, Lin Yue." in page.text


@pytest.mark.parametrize(
    ("field", "wrong"), [("name", " "), ("name", "x" * 81), ("email", "lin"), ("password", "short")]
)
def test_form_with_a_mistake_comes_back(client: FlaskClient, db: SQLAlchemy, field: str, wrong: str):
    answer = client.post("/sign-up", data=LIN | {field: wrong})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "short" not in answer.text
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_second_sign_up_changes_nothing_and_writes_to_the_owner(client: FlaskClient, db: SQLAlchemy):
    make_person("Lin", LIN["email"], "the first password")

    answer = client.post("/sign-up", data=LIN | {"name": "Somebody"})

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert [person.name for person in db.session.scalars(select(Person))] == ["Lin"]
    assert [event.name for event in db.session.scalars(select(Event))] == ["person.known_already"]
    assert client.get("/me").status_code == 303


def test_second_sign_up_with_a_bad_password_does_not_tell_that_the_address_is_known(
    client: FlaskClient, db: SQLAlchemy
):
    make_person("Lin", LIN["email"])

    known = client.post("/sign-up", data=LIN | {"password": "short"})
    unknown = client.post("/sign-up", data=LIN | {"password": "short", "email": "new@example.com"})

    assert known.status_code == unknown.status_code == 422
    assert said(known, LIN["email"]) == said(unknown, "new@example.com")


@pytest.mark.both_engines
def test_sign_in_goes_on_to_the_page_that_asked_for_it(client: FlaskClient, db: SQLAlchemy):
    make_person("Lin", "lin@example.com", "slow tea, twice")

    assert client.get("/me/edit?from=mail").location == "/sign-in"
    answer = client.post("/sign-in", data={"email": "Lin@Example.COM", "password": "slow tea, twice"})

    assert (answer.status_code, answer.location) == (303, "/me/edit?from=mail")
    assert client.get("/me/edit").status_code == 200


def test_wrong_password_and_unknown_address_get_the_same_answer(client: FlaskClient, db: SQLAlchemy):
    make_person("Lin", "lin@example.com", "slow tea, twice")
    make_person("Bo", "bo@example.com")

    asked = ("lin@example.com", "bo@example.com", "nobody@example.com")
    answers = [client.post("/sign-in", data={"email": e, "password": "wrong password"}) for e in asked]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert len({said(answer, email) for answer, email in zip(answers, asked, strict=True)}) == 1
    assert "The address or the password is not right." in answers[0].text


def test_locked_person_does_not_get_in(client: FlaskClient, db: SQLAlchemy):
    make_person("Lin", "lin@example.com", "slow tea, twice", active=False)

    answer = client.post("/sign-in", data={"email": "lin@example.com", "password": "slow tea, twice"})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\nevil", "evil"],
)
def test_sign_in_never_leads_to_another_host(client: FlaskClient, db: SQLAlchemy, elsewhere: str):
    make_person("Lin", "lin@example.com", "slow tea, twice")
    client.get("/sign-in", query_string={"next": elsewhere})
    with client.session_transaction() as session:
        session.setdefault("after_sign_in", elsewhere)

    answer = client.post("/sign-in", data={"email": "lin@example.com", "password": "slow tea, twice"})

    assert (answer.status_code, answer.location) == (303, "/me")


def test_sign_in_may_lead_to_a_page_of_the_shop(client: FlaskClient, db: SQLAlchemy):
    make_person("Lin", "lin@example.com", "slow tea, twice")
    client.get("/sign-in?next=/me/edit")

    answer = client.post("/sign-in", data={"email": "lin@example.com", "password": "slow tea, twice"})

    assert answer.location == "/me/edit"


@pytest.mark.both_engines
def test_visit_and_cart_survive_the_sign_in(client: FlaskClient, db: SQLAlchemy):
    lin, bo = make_person("Lin", "lin@example.com", "slow tea, twice"), make_person("Bo")
    visit = GroupLink.make(Community.open("tea", "Tea", "Slow tea", bo), bo, "poster")
    db.session.flush()
    visit = visit.opened()
    told = {"id": str(visit.id), "community": "tea", "sharer": "Bo", "link": visit.link_id, "credited": True}
    with client.session_transaction() as session:
        session.update(visit=told, cart={"a": 1}, orders=["secret"], csrf_token="before")

    client.post("/sign-in", data={"email": "lin@example.com", "password": "slow tea, twice"})

    with client.session_transaction() as session:
        assert (session["visit"], session["cart"], session["orders"]) == (told, {"a": 1}, ["secret"])
        assert "csrf_token" not in session
    assert db.session.scalars(select(Visit.person_id)).one() == lin.id


def test_sign_out_leaves_nothing_behind(client: FlaskClient, db: SQLAlchemy):
    sign_in(client, make_person("Lin"))
    with client.session_transaction() as session:
        session.update(visit={"id": "x"}, orders=["secret"], lang="en")

    assert client.get("/sign-out").status_code == 405
    answer = client.post("/sign-out")

    assert (answer.status_code, answer.location) == (303, "/")
    with client.session_transaction() as session:
        assert set(session) <= {"lang", "_flashes", "fs_cc"}
    assert client.get("/me").status_code == 303


@pytest.mark.settings(RATELIMIT_ENABLED=True)
def test_guessing_at_one_address_ends(client: FlaskClient, app: Flask, db: SQLAlchemy):
    guess = {"email": "lin@example.com", "password": "wrong password"}

    answers = [
        client.post("/sign-in", data=guess, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"}).status_code
        for n in range(21)
    ]

    assert answers == [422] * 20 + [429]


@pytest.mark.settings(WTF_CSRF_ENABLED=True)
def test_forms_ask_for_their_token(client: FlaskClient, db: SQLAlchemy):
    answer = client.post("/sign-up", data=LIN)

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_session_ends_when_the_account_is_locked(client: FlaskClient, db: SQLAlchemy):
    lin = make_person("Lin")
    sign_in(client, lin)
    lin.active = False

    assert client.get("/me").status_code == 303
