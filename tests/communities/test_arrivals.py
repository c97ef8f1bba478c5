"""Who lands by a link waits for no writer; the visit is written with others, once, whatever comes between."""

import sqlite3
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from shop.communities import arrivals
from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community
from shop.people.models import Person
from tests.support import goods
from tests.support.people import make_person
from tests.support.races import race

PHONE = {"User-Agent": "Mozilla/5.0 Firefox"}
# So long that a test writes the list itself.
LATER = pytest.mark.settings(VISITS_WAIT_MS=600_000, LOCK_SECONDS=1)


@pytest.fixture
def link(db: SQLAlchemy) -> str:
    """The token of Lin's link to Tea."""
    lin = goods.person("Lin")
    link = GroupLink.make(goods.community(lin), lin, "Print")
    db.session.flush()
    token = link.token
    db.session.commit()
    return token


@pytest.fixture
def waiting(app: Flask):
    """The list of this shop; nobody but the test writes it."""
    arrivals = app.extensions["early"].links.arrivals
    yield arrivals
    if arrivals._writer is not None:
        arrivals._writer.cancel()


def written(db: SQLAlchemy) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Visit)) or 0


@LATER
def test_a_landing_does_not_wait_for_who_writes(
    app: Flask, db: SQLAlchemy, client: FlaskClient, link: str, waiting
):
    with closing(sqlite3.connect(db.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        landed = client.get(f"/g/{link}", headers=PHONE)
        waiting.write()  # it cannot yet

        assert (landed.status_code, landed.location) == (303, "/c/tea")
        other.execute("ROLLBACK")
    assert written(db) == 0

    app.test_client().get(f"/g/{link}", headers=PHONE)
    waiting.write()

    assert written(db) == 2


@LATER
@pytest.mark.both_engines
def test_who_joins_before_the_list_is_written_is_credited_to_the_link(
    db: SQLAlchemy, client: FlaskClient, link: str, waiting
):
    client.get(f"/g/{link}", headers=PHONE)
    form = {"name": "Ana", "email": "ana@example.com", "password": "a long enough one"}

    client.post("/sign-up", data=form)
    client.post("/c/tea/membership", data={"accepts_rules": "y"})
    waiting.write()

    ana = db.session.scalars(select(Person).where(Person.name == "Ana")).one()
    visit = db.session.scalars(select(Visit)).one()
    seat = db.session.scalars(select(Community)).one().membership_of(ana)
    assert (visit.person_id, visit.is_credited, seat.link_id) == (ana.id, True, visit.link_id)


@LATER
def test_who_signs_in_after_the_list_was_lost_keeps_the_visit(
    db: SQLAlchemy, client: FlaskClient, link: str, waiting
):
    ana = make_person("Ana", "ana@example.com", "a long enough one")
    db.session.commit()
    client.get(f"/g/{link}", headers=PHONE)
    waiting._waiting.clear()  # as with a process that is killed

    client.post("/sign-in", data={"email": "ana@example.com", "password": "a long enough one"})

    assert db.session.scalars(select(Visit.person_id)).all() == [ana.id]


@LATER
def test_a_full_list_lets_the_next_visit_write_for_itself(
    db: SQLAlchemy, client: FlaskClient, link: str, waiting, monkeypatch
):
    monkeypatch.setattr(arrivals, "MOST", 0)

    assert client.get(f"/g/{link}", headers=PHONE).status_code == 303

    assert written(db) == 1


def land(app: Flask, _runner: int) -> list[str]:
    return [app.test_client().get(f"/g/{app.config['TOKEN']}", headers=PHONE).location for _n in range(5)]


@pytest.mark.races
@pytest.mark.both_engines
def test_processes_that_end_have_written_all_of_their_visits(db: SQLAlchemy, database_url: str, link: str):
    landed = race(land, database_url, processes=2, threads=4, TOKEN=link, VISITS_WAIT_MS=300)

    assert [each.value for each in landed] == [["/c/tea"] * 5] * 8
    assert written(db) == 40
