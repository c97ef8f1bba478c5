"""A new password by a mailed link, and another one from one's own page."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_mailman import EmailMultiAlternatives
from flask_sqlalchemy import SQLAlchemy
from time_machine import travel

from shop.clock import now
from shop.jobs import run_until_idle
from tests.support.people import make_person, sign_in


def outbox(app: Flask) -> list[EmailMultiAlternatives]:
    """The mails that the worker has sent after doing all that is due."""
    app.extensions["mailman"].outbox = []
    run_until_idle(app)
    return app.extensions["mailman"].outbox


def link_in(mail: EmailMultiAlternatives) -> str:
    [link] = re.findall(r"http://127\.0\.0\.1:8000(/recovery/\S+)", mail.body)
    return link


def test_mailed_link_sets_a_new_password_once(client: FlaskClient, app: Flask, db: SQLAlchemy):
    make_person("Lin", "lin@example.com", "the old password")
    client.post("/recovery", data={"email": "Lin@example.com"})
    db.session.commit()

    [mail] = outbox(app)
    assert (mail.to, mail.subject) == (["lin@example.com"], "A new password")
    link = link_in(mail)
    assert link in mail.alternatives[0][0]
    assert client.get(link).status_code == 200

    assert client.post(link, data={"password": "short"}).status_code == 422
    answer = client.post(link, data={"password": "a new password"})

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.post(link, data={"password": "a third password"}).location == "/recovery"
    assert client.get(link).location == "/recovery"
    wrong = client.post("/sign-in", data={"email": "lin@example.com", "password": "the old password"})
    right = client.post("/sign-in", data={"email": "lin@example.com", "password": "a new password"})
    assert (wrong.status_code, right.status_code) == (422, 303)


def test_unknown_address_gets_the_same_answer_and_no_mail(client: FlaskClient, app: Flask, db: SQLAlchemy):
    make_person("Lin", "lin@example.com")
    make_person("Bo", "bo@example.com", active=False)

    answers = [
        client.post("/recovery", data={"email": email})
        for email in ("lin@example.com", "bo@example.com", "nobody@example.com")
    ]

    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/sign-in")}
    assert [mail.to for mail in outbox(app)] == [["lin@example.com"]]


def test_mail_comes_in_the_persons_language(client: FlaskClient, app: Flask, db: SQLAlchemy):
    make_person("Lin", "lin@example.com", locale="zh_Hans_CN")
    client.post("/recovery", data={"email": "lin@example.com"})

    [mail] = outbox(app)

    assert '<html lang="zh-Hans-CN">' in mail.alternatives[0][0]


def test_link_ends_after_a_day(client: FlaskClient, app: Flask, db: SQLAlchemy):
    make_person("Lin", "lin@example.com")
    client.post("/recovery", data={"email": "lin@example.com"})
    link = link_in(*outbox(app))

    with travel(now() + timedelta(hours=25), tick=False):
        assert client.get(link).location == "/recovery"


def test_forged_link_leads_to_a_new_one(client: FlaskClient, db: SQLAlchemy):
    assert client.get("/recovery/forged").location == "/recovery"
    assert client.post("/recovery/forged", data={"password": "a new password"}).location == "/recovery"


def test_new_password_ends_the_other_sessions(client: FlaskClient, app: Flask, db: SQLAlchemy):
    lin = make_person("Lin", "lin@example.com", "the old password")
    elsewhere = app.test_client()
    sign_in(client, lin)
    sign_in(elsewhere, lin)

    wrong = client.post("/me/password", data={"present": "wrong", "new": "a new password"})
    weak = client.post("/me/password", data={"present": "the old password", "new": "short"})
    right = client.post("/me/password", data={"present": "the old password", "new": "a new password"})

    assert (wrong.status_code, weak.status_code, right.status_code) == (422, 422, 303)
    assert client.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303
    assert [mail.subject for mail in outbox(app)] == ["Your password was changed"]


@pytest.mark.both_engines
def test_new_person_is_welcomed_by_mail(client: FlaskClient, app: Flask, db: SQLAlchemy):
    client.post("/sign-up", data={"name": "Lin", "email": "lin@example.com", "password": "slow tea, twice"})

    [mail] = outbox(app)

    assert (mail.to, mail.subject) == (["lin@example.com"], "Welcome, Lin")
