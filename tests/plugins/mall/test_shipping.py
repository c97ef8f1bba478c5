"""Ways of shipping: chosen at the checkout, explained, written down at the merchant's desk."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from plugins.mall.shipping import ShippingWay
from shop.db import db as shop_db
from tests.plugins.mall.conftest import TeaShop, open_shop
from tests.plugins.mall.test_checkout import URL, fields, order
from tests.support import goods
from tests.support.people import sign_in

DESK = "/desk/old-hill/x/mall/shipping"


@pytest.fixture
def ways(tea: TeaShop) -> list[ShippingWay]:
    """By post for 8, free over 200; courier for 20; pick-up on the hill."""
    made = []
    for kind, title, amount, free_from, place in (
        ("free_over", "By post", 800, 20000, ""),
        ("flat", "Courier", 2000, None, ""),
        ("pickup", "On the hill", 0, None, "Tea Road 8"),
    ):
        way = ShippingWay.add(tea.merchant, kind, title)
        values = {"hint": "", "amount": amount, "free_from": free_from, "place": place}
        way.change({"kind": kind, "title": title, **values})
        shop_db.session.flush()
        made.append(way)
    return made


@pytest.mark.parametrize(
    ("n", "total", "why"), [(2, 18400, "free over ¥200.00: ¥24.00 more"), (3, 26400, "free over ¥200.00")]
)
def test_free_over_an_amount(client: FlaskClient, tea: TeaShop, ways, n: int, total: int, why: str):
    page = client.get(URL, query_string={"line": tea.line(n)})

    client.post(URL, data=fields(page))

    assert why in page.text
    assert order().total == total
    assert [(a.kind, a.title, a.amount) for a in order().adjustments] == (
        [("shipping", "By post", 800)] if n == 2 else []
    )


def test_another_way_is_reckoned_anew_without_javascript(client: FlaskClient, tea: TeaShop, ways):
    sent = fields(client.get(URL, query_string={"line": tea.line()}), name="Ana Typed")

    again = client.post(URL, data=sent | {"way": ways[1].id, "act": "recalculate"})

    assert again.status_code == 200
    assert "Place the order · ¥108.00" in again.text
    assert 'value="Ana Typed"' in again.text

    client.post(URL, data=fields(again))

    assert order().total == 10800
    assert order().delivery["title"] == "Courier"


def test_another_way_without_reckoning_shows_the_new_price_first(client: FlaskClient, tea: TeaShop, ways):
    sent = fields(client.get(URL, query_string={"line": tea.line()}))

    answer = client.post(URL, data=sent | {"way": ways[1].id})

    assert answer.status_code == 409
    assert "Place the order · ¥108.00" in answer.text


def test_pick_up_needs_no_address(client: FlaskClient, tea: TeaShop, ways):
    page = client.get(URL, query_string={"line": tea.line(), "way": ways[2].id})

    client.post(URL, data=fields(page, city="", street="", province="", phone=""))

    assert "You pick it up here: Tea Road 8" in page.text
    assert order().delivery == {
        "way": "pickup",
        "title": "On the hill",
        "place": "Tea Road 8",
        "text": "Tea Road 8",
    }
    assert not order().needs_shipping


def test_way_that_was_removed_meanwhile_is_told(client: FlaskClient, tea: TeaShop, ways):
    sent = fields(client.get(URL, query_string={"line": tea.line(), "way": ways[2].id}))
    shop_db.session.delete(ways[2])

    answer = client.post(URL, data=sent)

    assert answer.status_code == 409
    assert "This way of delivery is not offered any more." in answer.text


def test_way_of_another_merchant_is_none_of_ours(client: FlaskClient, tea: TeaShop, ways):
    other = ShippingWay.add(goods.merchant(tea.owner, "New Hill"), "flat", "For nothing")
    shop_db.session.flush()
    sent = fields(client.get(URL, query_string={"line": tea.line()}))

    assert client.post(URL, data=sent | {"way": other.id}).status_code == 409
    assert client.post(URL, data=sent | {"way": "x"}).status_code == 409


def test_manager_writes_a_way_down(client: FlaskClient, tea: TeaShop):
    sign_in(client, tea.owner)

    asked = {"kind": "free_over", "title": "By post", "amount": "8", "free_from": "1,000.50"}
    answer = client.post(DESK, data=asked)

    way = shop_db.session.scalars(select(ShippingWay)).one()
    assert (answer.status_code, answer.location) == (303, DESK)
    assert (way.kind, way.title, way.amount, way.free_from) == ("free_over", "By post", 800, 100050)
    assert "By post" in client.get(DESK).text
    assert 'value="1000.50"' in client.get(f"{DESK}/{way.id}").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Please give it a name."),
        ({"amount": "cheap"}, "is not an amount of money"),
        ({"amount": "-1"}, "out of range"),
        ({"amount": "1.234"}, "more decimals"),
        ({"kind": "pickup"}, "Where do people pick it up?"),
        ({"kind": "pigeon"}, "Not a valid choice"),
        ({"kind": "free_over"}, "is not an amount of money"),
    ],
)
def test_way_that_makes_no_sense_is_not_kept(client: FlaskClient, tea: TeaShop, wrong, said: str):
    sign_in(client, tea.owner)

    answer = client.post(DESK, data={"kind": "flat", "title": "By post", "amount": "8"} | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert shop_db.session.scalars(select(ShippingWay)).all() == []


def test_yen_have_no_decimals_and_dinars_three(client: FlaskClient, db):
    kuwait = open_shop("KWD")
    sign_in(client, kuwait.owner)

    client.post(DESK, data={"kind": "flat", "title": "By post", "amount": "1.250"})

    assert shop_db.session.scalars(select(ShippingWay.amount)).one() == 1250


def test_way_is_changed_and_removed(client: FlaskClient, tea: TeaShop, ways):
    sign_in(client, tea.owner)

    client.post(f"{DESK}/{ways[1].id}", data={"kind": "flat", "title": "Runner", "amount": "9.50"})
    client.post(f"{DESK}/{ways[0].id}/removal")

    left = shop_db.session.execute(select(ShippingWay.title, ShippingWay.amount).order_by(ShippingWay.id))
    assert [tuple(row) for row in left] == [("Runner", 950), ("On the hill", 0)]


def test_only_the_merchants_managers_open_the_page(client: FlaskClient, tea: TeaShop, ways):
    assert client.get(DESK).status_code == 303
    sign_in(client, goods.person("Ana"))
    assert client.get(DESK).status_code == 404
    sign_in(client, goods.staff(tea.merchant, goods.person("Bo"), "counter"))
    assert client.get(DESK).status_code == 403
    sign_in(client, goods.staff(tea.merchant, goods.person("Chen"), "manager"))
    assert client.get(DESK).status_code == 200
    goods.merchant(goods.person("Dan"), "New Hill")
    assert client.get(f"/desk/new-hill/x/mall/shipping/{ways[0].id}").status_code == 404
