"""The first look after every change: the shop starts, its database is current, a page comes."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.both_engines
def test_healthz_tells_that_all_is_well(client: FlaskClient):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json == {"ok": True, "database": "answers", "pending": []}


def test_unknown_address_is_a_page_of_the_shop(client: FlaskClient):
    answer = client.get("/no/such/page")

    assert answer.status_code == 404
    assert "<main" in answer.text
