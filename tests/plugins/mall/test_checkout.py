"""The checkout: everything explained, placed once, refused in words."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.db import db as shop_db
from shop.orders.models import Order
from tests.plugins.mall.conftest import ADDRESS, GUEST, TeaShop

URL = "/c/tea/x/mall/checkout"


def hidden(page: TestResponse, name: str) -> str:
    """What a hidden field of the page holds."""
    return re.search(rf'name="{name}" value="([^"]+)"', page.text)[1]


def fields(page: TestResponse, **more: Any) -> dict[str, Any]:
    """What the page's form would send, filled in by a guest."""
    lines = re.findall(r'name="line" value="([^"]+)"', page.text)
    ways = re.findall(r'name="way" value="(\d+)" checked', page.text)
    known = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "line": lines}
    return {**known, "way": ways[0] if ways else "", **GUEST, **ADDRESS, **more}


def order() -> Order:
    shop_db.session.rollback()
    return shop_db.session.scalars(select(Order)).one()


@pytest.mark.both_engines
def test_guest_buys_two_on_one_screen(client: FlaskClient, tea: TeaShop):
    page = client.get(URL, query_string={"line": tea.line(2)})

    answer = client.post(URL, data=fields(page, note="Not too tight"))

    placed = order()
    assert page.status_code == 200
    assert answer.status_code == 303
    assert answer.location == f"/orders/{placed.number}"
    assert placed.total == 17600
    assert [(line.title, line.detail, line.quantity, line.amount) for line in placed.lines] == [
        ("Rock oolong", "50 g", 2, 17600)
    ]
    assert placed.contact == {"name": "Ana", "email": "ana@example.com", "locale": "en"}
    assert placed.delivery["way"] == "post"
    assert placed.delivery["text"] == "Ana 138 0000 0000, 福建省 武夷山市 星村镇, 茶叶路 8 号"
    assert placed.note == "Not too tight"
    assert tea.small.left == 8
    assert client.get(answer.location).status_code == 200
