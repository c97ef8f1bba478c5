"""A plugin that is not the mall asks something on the mall's checkout, adds its price, and its answer stays."""

import re

import pytest
from sqlalchemy import select

from shop.orders.models import Order
from shop.switches import switch
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall

pytestmark = pytest.mark.both_engines
WRAP = {"gifts-wrap-wrap": "y", "gifts-wrap-card": "For Mei <3"}
WHO = {"name": "Ana", "reach": "ana@example.com", "country": "CN", "province": "福建省", "city": "武夷山市"}
WHERE = {
    **WHO,
    "district": "",
    "street": "茶叶路 8 号",
    "phone": "138 0000 0000",
    "note": "",
    "address": "new",
}


@pytest.fixture
def stall(db):
    made = open_stall(price=8800)
    switch(made.community.id, "gifts", True, None)
    db.session.commit()
    return made


def checkout(client, stall, **sent):
    """Open the one screen and send it, as a browser does, with what it showed."""
    page = client.get(f"{stall.checkout}?line={stall.line()}").text
    hidden = dict(re.findall(r'name="(once|seen)" value="([^"]+)"', page))
    again = client.post(
        stall.checkout, data={"line": stall.line(), "act": "recalculate", **WHERE, **hidden, **sent}
    )
    hidden["seen"] = re.search(r'name="seen" value="([^"]+)"', again.text)[1]
    return again.text, client.post(stall.checkout, data={"line": stall.line(), **WHERE, **hidden, **sent})


def test_a_shopper_has_it_wrapped_and_the_merchant_reads_the_card(app, db, client, stall):
    shown, placed = checkout(client, stall, **WRAP)

    assert "A gift?" in shown
    assert "93.00" in shown
    assert placed.status_code == 303
    order = db.session.scalars(select(Order)).one()
    assert order.total == 9300
    assert [(a.plugin, a.kind, a.amount) for a in order.adjustments] == [("gifts", "fee", 500)]
    assert order.answers == {"gifts.wrap": {"wrap": True, "card": "For Mei <3"}}
    assert sum(share.amount for share in order.shares) == 9300

    switch(stall.community.id, "gifts", False, None)  # what was ordered is packed all the same
    sign_in(client, db.session.scalars(select(goods.Person).where(goods.Person.name == "Seller")).one())
    page = client.get(f"/desk/{stall.merchant.slug}/orders/{order.number}").text
    assert "Wrapped as a gift" in page
    assert "For Mei &lt;3" in page


def test_without_it_the_order_is_as_it_was(db, client, stall):
    _shown, placed = checkout(client, stall)

    assert placed.status_code == 303
    order = db.session.scalars(select(Order)).one()
    assert (order.total, order.adjustments) == (8800, [])


def test_a_card_without_wrapping_is_asked_about(db, client, stall):
    _shown, placed = checkout(client, stall, **{"gifts-wrap-card": "For Mei"})

    assert placed.status_code == 422
    assert "There are words for a card" in placed.text
    assert db.session.scalars(select(Order)).all() == []


def test_a_card_that_is_too_long_is_told_at_its_field(db, client, stall):
    _shown, placed = checkout(client, stall, **{"gifts-wrap-wrap": "y", "gifts-wrap-card": "x" * 201})

    assert placed.status_code == 422
    assert 'id="gifts-wrap-card-error"' in placed.text


def test_where_it_is_off_nobody_is_asked(db, client, stall):
    switch(stall.community.id, "gifts", False, None)
    db.session.commit()

    assert "A gift?" not in client.get(f"{stall.checkout}?line={stall.line()}").text


def test_what_cannot_be_wrapped_is_not_asked_about(db, client, stall):
    stall.product.variants[0].needs_shipping = False
    db.session.commit()

    assert "A gift?" not in client.get(f"{stall.checkout}?line={stall.line()}").text
