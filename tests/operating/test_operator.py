"""The operator sees whether the books are right, and tries again what failed for good."""

import pytest
from sqlalchemy import select, text

from shop import jobs
from shop.clock import now
from shop.events import MOST_TRIES, Delivery, record
from shop.operating.models import CheckRun
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall


@pytest.fixture
def operator(db, client):
    made = goods.person("Operator", is_operator=True)
    sign_in(client, made)
    db.session.commit()
    return made


def test_a_new_site_was_not_verified_yet(client, operator):
    page = client.get("/admin").text

    assert "They were not verified yet" in page
    assert page.count("<h2>Site</h2>") == 1  # two rooms bring entries of it


@pytest.mark.both_engines
def test_the_worker_verifies_the_books_every_day_and_when_asked(app, db, client, operator):
    open_stall()
    db.session.commit()

    jobs.run_until_idle(app)
    assert "All is well" in client.get("/admin").text
    db.session.execute(text("UPDATE limits SET remaining = remaining - 1 WHERE kind = 'stock'"))
    assert client.post("/admin/checks").status_code == 303
    jobs.run_until_idle(app)

    page = client.get("/admin").text
    assert "1 thing is not as it should be." in page
    assert "(stock) has 1 taken, its holds say 0." in page
    assert [len(run.findings) for run in db.session.scalars(select(CheckRun).order_by(CheckRun.id))] == [0, 1]


def test_a_delivery_that_failed_for_good_is_tried_again(app, db, client, operator):
    heard = []
    jobs.listens(app, "tea", "tea.ready", lambda event: heard.append(event.payload["cups"]))
    event = record("tea.ready", cups=3)
    event.spread_at = now()
    db.session.flush()
    dead = Delivery(
        event_id=event.id,
        listener="core.tea",
        due_at=now(),
        dead_at=now(),
        tries=MOST_TRIES,
        error="no pot",
    )
    db.session.add(dead)
    db.session.commit()
    number = dead.id
    assert "no pot" in client.get("/admin").text

    again = client.post(f"/admin/deliveries/{number}/trial")
    twice = client.post(f"/admin/deliveries/{number}/trial")
    jobs.run_until_idle(app)

    assert (again.status_code, twice.status_code, heard) == (303, 404, [3])
    assert "no pot" not in client.get("/admin").text


def test_a_job_that_failed_is_done_again(app, db, client, operator):
    tries = []

    def water():
        tries.append("watered")
        if len(tries) == 1:
            raise ValueError("dry")

    jobs.every(app, "water", 3600, water)
    jobs.run_until_idle(app)
    assert "ValueError: dry" in client.get("/admin").text

    assert client.post("/admin/jobs/core.water/trial").status_code == 303
    jobs.run_until_idle(app)

    assert tries == ["watered", "watered"]
    assert "dry" not in client.get("/admin").text
    assert client.post("/admin/jobs/core.water/trial").status_code == 404


def test_what_waits_without_a_worker_is_told(db, client, operator):
    event = record("tea.ready")
    db.session.flush()
    db.session.execute(text("UPDATE event SET at = '2020-01-01 00:00:00'"))
    db.session.commit()

    assert "No worker is running" in client.get("/admin").text
    assert event.name in client.get("/admin").text
