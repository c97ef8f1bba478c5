"""A community's stage in its life: the last four weeks beside the four before."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from shop import clock, jobs
from shop.clock import now
from shop.communities import stages
from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community, Membership
from shop.events import Event
from shop.people.models import Person
from tests.communities.conftest import SignIn
from tests.support import sales

OLD = 200


@pytest.fixture
def link(db: SQLAlchemy, tea: Community, lin: Person) -> GroupLink:
    """A link into Tea Drinkers, which has been there for 200 days."""
    tea.opened_at -= timedelta(days=OLD)
    db.session.query(Membership).update({"at": tea.opened_at})
    made = GroupLink.make(tea, lin, "Pin")
    db.session.flush()
    return made


def visit(link: GroupLink, lately: int = 0, before: int = 0, *, ago: int = 1) -> None:
    """So many visits in the last four weeks, and in the four before."""
    for n, days in ((lately, ago), (before, 28 + ago)):
        for _visit in range(n):
            link.opened().at = now() - timedelta(days=days)


@pytest.mark.parametrize(
    ("age", "lately", "before", "stage"),
    [
        (34, 100, 0, "start"),
        (35, 100, 0, "growth"),
        (OLD, 3, 80, "silent"),
        (OLD, 4, 4, "active"),
        (OLD, 50, 40, "growth"),  # a quarter more
        (OLD, 49, 40, "active"),
        (OLD, 8, 4, "active"),  # twice as many, but only four: chance
        (OLD, 30, 40, "decline"),  # a quarter fewer
        (OLD, 31, 40, "active"),
        (42, 20, 10, "active"),  # ten in two weeks are twenty in four
    ],
)
def test_the_stage_follows_from_age_and_numbers(
    db: SQLAlchemy, tea: Community, link: GroupLink, age: int, lately: int, before: int, stage: str
):
    tea.opened_at = now() - timedelta(days=age)
    visit(link, lately, before)
    db.session.flush()

    assert stages.reading(tea).stage == stage


def test_growth_and_decline_are_left_only_near_what_is_usual(db: SQLAlchemy, tea: Community, link: GroupLink):
    visit(link, 34, 40)
    tea.stage = "decline"
    db.session.flush()

    still = stages.reading(tea).stage
    visit(link, 3)
    db.session.flush()

    assert (still, stages.reading(tea).stage) == ("decline", "active")


@pytest.mark.both_engines
def test_joins_visits_and_paid_orders_are_counted_and_named(db: SQLAlchemy):
    stall = sales.open_stall()
    stall.community.opened_at -= timedelta(days=OLD)
    db.session.query(Membership).update({"at": stall.community.opened_at})
    sales.pay(sales.order_from(stall))
    sales.order_from(stall)  # which nobody has paid
    link = GroupLink.make(stall.community, stall.owner, "Pin")
    db.session.flush()
    visit(link, 3, 9, ago=2)
    member = Person(name="Bo", email="bo@example.org")
    db.session.add(member)
    stall.community.join(member, accepts_rules=True)
    db.session.commit()

    reading = stages.reading(stall.community)

    assert reading.lately == stages.Signs(joins=1, visits=3, orders=1)
    assert reading.before == stages.Signs(visits=9)
    assert reading.reason == (
        "5 signs of life in the last 28 days (1 joined, 3 visits, 1 paid orders), 9 in the 28 days before."
    )


def test_a_decline_has_an_end_that_is_told(db: SQLAlchemy, tea: Community, link: GroupLink):
    visit(link, 16, 32)  # halved: 8 in four weeks from now, 4 in eight
    db.session.flush()
    moment = now()

    reading = stages.reading(tea, moment)

    assert reading.stage == "decline"
    assert reading.ends_at == moment + timedelta(days=56)


@pytest.mark.both_engines
def test_a_new_stage_is_held_and_told_once(app: Flask, db: SQLAlchemy, tea: Community, link: GroupLink):
    visit(link, 50, 10)
    db.session.commit()

    first, second = stages.refresh(), stages.refresh()

    db.session.refresh(tea)
    assert (first, second, tea.stage) == (1, 0, "growth")
    assert tea.stage_since is not None
    told = db.session.scalars(select(Event).where(Event.name == "community.stage_changed")).one()
    assert (told.community_id, told.payload) == (
        tea.id,
        {"was": "start", "stage": "growth", "ends_at": None},
    )


def test_the_worker_looks_every_day(
    app: Flask, db: SQLAlchemy, tea: Community, link: GroupLink, monkeypatch: pytest.MonkeyPatch
):
    db.session.commit()
    jobs.run_until_idle(app)
    db.session.refresh(tea)
    first, noon = tea.stage, now()
    visit(link, 30)
    db.session.commit()

    def next_day() -> datetime:
        return noon + timedelta(days=1, minutes=1)

    monkeypatch.setattr(clock, "now", next_day)
    monkeypatch.setattr(stages, "now", next_day)
    monkeypatch.setattr(jobs, "now", next_day)
    jobs.run_until_idle(app)

    db.session.refresh(tea)
    assert (first, tea.stage) == ("silent", "growth")


def test_a_closed_community_keeps_its_stage(db: SQLAlchemy, tea: Community, lin: Person, link: GroupLink):
    tea.close(lin)
    db.session.commit()

    assert stages.refresh() == 0


def test_a_managers_desk_tells_the_stage_and_why(
    db: SQLAlchemy, tea: Community, lin: Person, link: GroupLink, as_: SignIn
):
    visit(link, 16, 32)
    db.session.commit()

    page = as_(lin).get("/c/tea/manage").text

    assert "Declining" in page
    assert "16 signs of life in the last 28 days" in page
    assert "it falls silent around" in page


def test_counting_walks_an_index(db: SQLAlchemy, tea: Community):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a small table is read as a whole there")

    counted = select(func.count(Visit.at)).where(Visit.community_id == 1, Visit.at >= now())
    sql = str(counted.compile(db.engine, compile_kwargs={"literal_binds": False}))
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", (1, str(now()))).all()

    assert "COVERING INDEX ix_visit_community" in plan[0].detail
