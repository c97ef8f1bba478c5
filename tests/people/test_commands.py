"""The operator, and the demo accounts that production does not start with."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from shop.app import create_app
from shop.config import BadConfig
from shop.people.models import Person
from tests.support import apps
from tests.support.people import make_person

PRODUCTION = {
    "ENV": "production",
    "SECRET_KEY": "correct horse battery staple 1234567890",
    "TRUSTED_HOSTS": "shop.example",
}


def test_operator_is_made_with_a_link_to_a_password(
    cli_runner: FlaskCliRunner, client: FlaskClient, db: SQLAlchemy
):
    answer = cli_runner.invoke(args=["operator", "Lin@Example.com"])

    assert answer.exit_code == 0, answer.output
    lin = db.session.scalars(select(Person)).one()
    assert (lin.email, lin.is_operator) == ("lin@example.com", True)
    link = answer.output.strip().rpartition("http://127.0.0.1:8000")[2]
    assert client.post(link, data={"password": "slow tea, twice"}).status_code == 303
    door = {"email": "lin@example.com", "password": "slow tea, twice"}
    assert client.post("/sign-in", data=door).location == "/me"


def test_somebody_with_an_account_becomes_the_operator(cli_runner: FlaskCliRunner, db: SQLAlchemy):
    lin = make_person("Lin", "lin@example.com", "slow tea, twice")
    db.session.commit()

    answer = cli_runner.invoke(args=["operator", "lin@example.com"])

    assert answer.output == "lin@example.com is the operator of this site.\n"
    db.session.refresh(lin)
    assert lin.is_operator


def test_nonsense_is_no_operator(cli_runner: FlaskCliRunner, db: SQLAlchemy):
    answer = cli_runner.invoke(args=["operator", "lin"])

    assert answer.exit_code == 2
    assert db.session.scalars(select(Person)).all() == []


@pytest.mark.both_engines
def test_production_refuses_demo_accounts_until_they_are_locked(
    app: Flask, cli_runner: FlaskCliRunner, db: SQLAlchemy, database_url: str
):
    demo = make_person("Ana", "ana@demo.example", "demo", is_demo=True)
    db.session.commit()
    settings = PRODUCTION | {"DATABASE_URL": database_url, "INSTANCE": app.config["INSTANCE"]}

    with pytest.raises(BadConfig, match=r"ana@demo.example.*shop retire-demo"):
        create_app(settings)

    answer = cli_runner.invoke(args=["retire-demo"])
    assert answer.output == "1 demo accounts are locked.\n"
    db.session.refresh(demo)
    assert (demo.active, demo.password, demo.is_demo) == (False, None, False)
    db.session.commit()
    apps.put_away(create_app(settings))


def test_production_starts_on_an_empty_database(tmp_path: Path):
    settings = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/new.db", "INSTANCE": str(tmp_path)}

    app = create_app(settings)

    assert not app.debug
    apps.put_away(app)
