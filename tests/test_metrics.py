"""What Prometheus reads, who may read it, and that the figures are true."""

from datetime import timedelta

import pytest
import time_machine
from prometheus_client.parser import text_string_to_metric_families

from shop import jobs
from shop.clock import now
from shop.events import record
from tests.support import goods

KEY = {"Authorization": "Bearer a key for measuring"}


def told(client, name: str, **labels: str) -> float:
    """One figure of the page, 0 where it is not there yet."""
    page = client.get("/metrics", headers=KEY).text
    samples = [s for family in text_string_to_metric_families(page) for s in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def test_nothing_is_told_without_a_key(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers=KEY).status_code == 404


@pytest.mark.settings(METRICS_KEY="a key for measuring")
def test_requests_statements_and_refusals_are_counted(client, db):
    goods.community(goods.person())
    asked = {"endpoint": "listings.index", "method": "GET", "status": "200"}
    before = told(client, "shop_requests_total", **asked)
    kept = told(client, "shop_requests_total", endpoint="kept")
    statements = told(client, "shop_sql_statements_total", verb="select")

    for _time in range(3):  # the first begins a session, the second is made, the third is kept
        client.get("/c/tea")

    answers = told(client, "shop_requests_total", **asked) - before
    answers += told(client, "shop_requests_total", endpoint="kept") - kept
    client.get("/no/such/page")

    assert answers == 3
    assert told(client, "shop_requests_total", endpoint="none", status="404") >= 1
    assert told(client, "shop_sql_statements_total", verb="select") > statements
    assert told(client, "shop_request_seconds_count", endpoint="listings.index") >= 1
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404


@pytest.mark.both_engines
@pytest.mark.settings(METRICS_KEY="a key for measuring")
def test_queue_and_outbox_tell_how_late_they_are(app, client, db):
    jobs.listens(app, "shy", "tea.ready", _fails)
    record("tea.ready")
    db.session.commit()

    with time_machine.travel(now() + timedelta(minutes=5)):
        outbox = told(client, "shop_outbox_lag_seconds")
        jobs.run_until_idle(app)
    with time_machine.travel(now() + timedelta(minutes=6)):
        queue, length = told(client, "shop_queue_age_seconds"), told(client, "shop_queue_length")

    assert 299 < outbox < 330
    assert 1 < queue < 70
    assert length == 1
    assert told(client, "shop_outbox_lag_seconds") == 0


def _fails(_event: object) -> None:
    raise RuntimeError("not yet")
