"""Addresses: kept once, one of them the default, given out and forgotten when asked."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from plugins.mall.addresses import Address
from plugins.mall.hooks import person_data
from shop.db import db as shop_db
from tests.plugins.mall.conftest import ADDRESS, TeaShop
from tests.plugins.mall.test_checkout import URL, fields, order
from tests.support import goods
from tests.support.people import sign_in

PAGE = "/me/x/mall/addresses"


@pytest.fixture
def ana(client: FlaskClient, tea: TeaShop):
    somebody = goods.person("Ana")
    sign_in(client, somebody)
    return somebody


def kept() -> list[tuple[str, bool]]:
    shop_db.session.rollback()
    rows = shop_db.session.execute(select(Address.street, Address.is_default).order_by(Address.id))
    return [tuple(row) for row in rows]


def add(client: FlaskClient, street: str, **more: str):
    return client.post(PAGE, data=ADDRESS | {"name": "Ana", "street": street} | more)


def test_first_address_is_the_default_and_the_same_is_kept_once(client: FlaskClient, ana):
    add(client, "Tea Road 8")
    add(client, "Tea Road 8")
    add(client, "Cup Lane 1")

    assert kept() == [("Tea Road 8", True), ("Cup Lane 1", False)]
    assert client.get(PAGE).text.count("<article") == 2


def test_another_is_made_the_default_and_inherits_it(client: FlaskClient, ana):
    add(client, "Tea Road 8")
    add(client, "Cup Lane 1")
    _first, second = shop_db.session.scalars(select(Address.id).order_by(Address.id)).all()

    client.post(f"{PAGE}/{second}/default")
    assert kept() == [("Tea Road 8", False), ("Cup Lane 1", True)]

    client.post(f"{PAGE}/{second}/removal")
    assert kept() == [("Tea Road 8", True)]


def test_address_is_changed(client: FlaskClient, ana):
    add(client, "Tea Road 8")
    first = shop_db.session.scalar(select(Address.id))

    answer = client.post(f"{PAGE}/{first}", data=ADDRESS | {"name": "Ana", "street": "Pot Street 2"})

    assert answer.status_code == 303
    assert kept() == [("Pot Street 2", True)]


@pytest.mark.parametrize("missing", ["name", "province", "city", "street", "phone"])
def test_address_that_no_parcel_finds_is_not_kept(client: FlaskClient, ana, missing: str):
    answer = add(client, "Tea Road 8", **{missing: ""}) if missing != "street" else add(client, "")

    assert answer.status_code == 422
    assert kept() == []


def test_nobody_opens_anothers_address(client: FlaskClient, ana):
    add(client, "Tea Road 8")
    first = shop_db.session.scalar(select(Address.id))

    sign_in(client, goods.person("Bo"))

    assert client.get(f"{PAGE}/{first}").status_code == 404
    assert client.post(f"{PAGE}/{first}/removal").status_code == 404
    assert client.get(f"{PAGE}/{2**70}").status_code == 404
    assert kept() == [("Tea Road 8", True)]


def test_checkout_keeps_the_address_and_offers_it_next_time(client: FlaskClient, ana, tea: TeaShop):
    page = client.get(URL, query_string={"line": tea.line()})
    assert 'value="ana@example.com"' in page.text

    client.post(URL, data=fields(page, address="new", keep="y"))
    again = client.get(URL, query_string={"line": tea.line()})
    chosen = shop_db.session.scalar(select(Address.id))

    assert kept() == [("茶叶路 8 号", True)]
    assert f'name="address" value="{chosen}" checked' in again.text


def test_kept_address_is_enough_at_the_checkout(client: FlaskClient, ana, tea: TeaShop):
    add(client, "Tea Road 8")
    chosen = shop_db.session.scalar(select(Address.id))
    page = client.get(URL, query_string={"line": tea.line()})

    bare = dict.fromkeys(ADDRESS, "") | {"country": "CN"}
    answer = client.post(URL, data=fields(page) | bare | {"address": chosen})

    assert answer.status_code == 303
    assert order().delivery["address"]["street"] == "Tea Road 8"
    assert order().buyer_id == ana.id


def test_anothers_kept_address_is_not_used(client: FlaskClient, ana, tea: TeaShop):
    theirs = Address.keep(goods.person("Bo"), ADDRESS | {"name": "Bo", "postcode": ""})
    shop_db.session.flush()
    page = client.get(URL, query_string={"line": tea.line()})

    bare = dict.fromkeys(ADDRESS, "") | {"country": "CN"}
    answer = client.post(URL, data=fields(page) | bare | {"address": theirs.id})

    assert answer.status_code == 422


def test_person_gets_and_forgets_what_the_mall_knows(client: FlaskClient, ana, tea: TeaShop):
    add(client, "Tea Road 8")
    client.post("/c/tea/x/mall/lines", data=tea.asked(2))
    shop_db.session.rollback()

    known = person_data(ana, "export")
    assert known["addresses"][0]["street"] == "Tea Road 8"
    assert [(c["product"], c["choice"], c["quantity"]) for c in known["carts"]] == [
        ("Rock oolong", "50 g", 2)
    ]

    assert person_data(ana, "erase") is None
    assert person_data(ana, "export") == {"addresses": [], "carts": []}
