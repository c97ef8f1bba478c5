"""A merchant finds an order by what it is told by: its number, who bought, what was bought."""

import pytest
from sqlalchemy import select

from shop.db import db as shop_db
from shop.orders import searching
from shop.orders.models import Order
from shop.orders.searching import matching
from tests.support.sales import Stall, open_stall, order_from

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.both_engines
def test_an_order_is_found_by_its_number_its_buyer_and_its_things():
    stall = open_stall()
    stall.product.name = "明前龙井 · Spring tea"
    mine = order_from(stall, contact={"name": "张伟", "phone": "13800135678", "email": "wei@example.com"})
    other = order_from(stall, contact={"name": "伟张", "phone": "13900130000"})

    for asked in (mine.number, mine.number[:5].lower(), "张伟", "13800135", "5678", "wei@example.com", "WEI"):
        assert found(stall, asked) == [mine.number], asked
    assert found(stall, "龙井 spr") == [other.number, mine.number]
    assert found(stall, "张伟 龙井 wei@") == [mine.number]
    assert found(stall, "井龙") == found(stall, "pring") == found(stall, "' OR 1=1 --") == []


@pytest.mark.both_engines
def test_what_nearly_every_order_says_is_walked_to(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(searching, "COMMON", 2)
    stall = open_stall()
    numbers = [order_from(stall, contact={"name": "Wu Mei"}).number for _each in range(3)]

    assert found(stall, "wu") == numbers[::-1]
    assert found(stall, f"wu {numbers[0]}") == [numbers[0]]


def found(stall: Stall, asked: str) -> list[str]:
    orders = select(Order).where(Order.merchant_id == stall.merchant.id).order_by(Order.id.desc())
    return [each.number for each in shop_db.session.scalars(matching(orders, stall.merchant.id, asked))]
