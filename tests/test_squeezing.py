"""Pages are sent squeezed, except where a stranger could have chosen a part of them."""

import gzip

import pytest
from flask.testing import FlaskClient

from tests.support.sales import open_stall

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def shelf(db) -> str:
    return f"/c/{open_stall().community.slug}"


def test_page_is_squeezed_for_whom_it_helps(client: FlaskClient, shelf: str):
    client.get(shelf)

    plain, squeezed = client.get(shelf), client.get(shelf, headers=GZIP)

    assert plain.headers.get("Content-Encoding") is None
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(squeezed.data)
    assert len(squeezed.data) * 2 < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in squeezed.headers["Vary"]


def test_what_a_stranger_could_have_chosen_is_sent_as_it_is(client: FlaskClient, shelf: str):
    for query in ("q=secret", "after=x", "anything"):
        assert "Content-Encoding" not in client.get(f"{shelf}?{query}", headers=GZIP).headers


def test_asset_is_not_squeezed_twice(client: FlaskClient):
    answer = client.get("/assets/app.css", headers=GZIP)

    assert b":root" in gzip.decompress(answer.data)
