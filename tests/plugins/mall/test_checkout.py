"""The checkout: everything explained, placed once, refused in words."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from shop.communities.links import GroupLink
from shop.db import db as shop_db
from shop.hooks import door
from shop.orders.models import Order
from shop.switches import switch
from tests.plugins.mall.conftest import ADDRESS, GUEST, TeaShop, open_shop
from tests.support import goods
from tests.support.sql import count_sql

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


def test_second_press_is_the_same_order(client: FlaskClient, tea: TeaShop):
    sent = fields(client.get(URL, query_string={"line": tea.line(2)}))

    first, second, third = [client.post(URL, data=sent).location for _press in range(3)]

    assert first == second == third == f"/orders/{order().number}"
    assert tea.small.left == 8


def test_second_press_finds_the_order_though_the_offer_has_ended(client: FlaskClient, tea: TeaShop):
    sent = fields(client.get(URL, query_string={"line": tea.line()}))
    first = client.post(URL, data=sent)
    tea.offer.end(tea.owner)

    second = client.post(URL, data=sent)

    assert second.status_code == 303
    assert second.location == first.location


def test_same_key_for_another_order_is_refused(client: FlaskClient, tea: TeaShop):
    sent = fields(client.get(URL, query_string={"line": tea.line()}))
    client.post(URL, data=sent)

    answer = client.post(URL, data=sent | {"note": "and one more thing"})

    assert answer.status_code == 422
    assert "already sent with other contents" in answer.text
    assert order().note == ""


@pytest.mark.parametrize("key", ["", "forged", "ImhlbGxvIg.c2lnbmF0dXJl"])
def test_forged_key_is_refused(client: FlaskClient, tea: TeaShop, key: str):
    sent = fields(client.get(URL, query_string={"line": tea.line()}), once=key)

    answer = client.post(URL, data=sent)

    assert answer.status_code == 422
    assert "not one of ours" in answer.text
    assert tea.small.left == 10


def test_price_in_the_body_counts_for_nothing(client: FlaskClient, tea: TeaShop):
    sent = fields(client.get(URL, query_string={"line": tea.line()}))

    client.post(URL, data=sent | {"price": "1", "unit_price": "1", "total": "1", "amount": "1"})

    assert order().total == 8800


def test_price_that_changed_meanwhile_is_shown_before_anything_is_ordered(client: FlaskClient, tea: TeaShop):
    sent = fields(client.get(URL, query_string={"line": tea.line(2)}))
    tea.small.price = 9900

    answer = client.post(URL, data=sent)

    assert answer.status_code == 409
    assert "has changed meanwhile" in answer.text
    assert "¥198.00" in answer.text
    assert tea.small.left == 10

    again = client.post(URL, data=fields(answer))

    assert again.status_code == 303
    assert order().total == 19800


@pytest.mark.parametrize("left", [0, 1])
def test_more_than_is_left_is_refused_and_nothing_is_held(client: FlaskClient, tea: TeaShop, left: int):
    sent = fields(client.get(URL, query_string={"line": tea.line(2)}))
    tea.small.count_stock(left)

    answer = client.post(URL, data=sent)

    assert answer.status_code == 409
    assert ("Sold out." if left == 0 else "Only 1 left.") in answer.text
    assert tea.small.left == left
    assert shop_db.session.scalar(select(func.count(Order.id))) == 0


def test_closed_community_sells_nothing(client: FlaskClient, tea: TeaShop):
    sent = fields(client.get(URL, query_string={"line": tea.line()}))
    tea.community.close(tea.owner)

    assert client.get(URL, query_string={"line": tea.line()}).status_code == 409
    answer = client.post(URL, data=sent)

    assert answer.status_code == 409
    assert "This community is closed." in answer.text


def test_offer_of_another_community_is_not_found(client: FlaskClient, tea: TeaShop):
    run = goods.community(tea.owner, "Run")
    there = goods.offer(goods.listing(tea.product, run, tea.owner), tea.owner)

    answer = client.get(URL, query_string={"line": f"{there.id}-{tea.small.id}-1"})

    assert answer.status_code == 404


def test_variant_of_another_merchant_is_not_found(client: FlaskClient, tea: TeaShop):
    other = goods.product(goods.merchant(tea.owner, "New Hill"), "Socks", 100)

    answer = client.get(URL, query_string={"line": f"{tea.offer.id}-{other.variants[0].id}-1"})

    assert answer.status_code == 404


def test_two_merchants_are_never_one_order(client: FlaskClient, tea: TeaShop):
    socks = goods.product(goods.merchant(tea.owner, "New Hill"), "Socks", 100)
    offer = goods.offer(goods.listing(socks, tea.community, tea.owner), tea.owner)

    answer = client.get(URL, query_string={"line": [tea.line(), f"{offer.id}-{socks.variants[0].id}-1"]})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "line",
    ["", "1", "1-2", "1-2-0", "1-2--1", "1-2-1.5", "1-2-1000000000000", "a-b-c", "1-2-３", f"{10**30}-1-1"],
)
def test_broken_choice_is_told_so(client: FlaskClient, tea: TeaShop, line: str):
    assert client.get(URL, query_string={"line": line}).status_code == 422
    assert client.post(URL, data={"line": line, "once": "x"}).status_code == 422


def test_archived_variant_is_refused(client: FlaskClient, tea: TeaShop):
    tea.small.is_archived = True

    answer = client.get(URL, query_string={"line": tea.line()})

    assert answer.status_code == 409
    assert "This choice is not sold any more." in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Please tell us your name."),
        ({"reach": "ana"}, "Please write an e-mail address or a phone number."),
        ({"city": " "}, "A parcel needs this."),
        ({"street": ""}, "A parcel needs this."),
        ({"phone": ""}, "The courier calls before the parcel comes."),
        ({"phone": "ring me"}, "This does not look like a phone number."),
        ({"country": "XX"}, "Not a valid choice"),
        ({"note": "x" * 401}, "longer than 400"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(client: FlaskClient, tea: TeaShop, wrong, said: str):
    sent = fields(client.get(URL, query_string={"line": tea.line()})) | wrong

    answer = client.post(URL, data=sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert tea.small.left == 10


def test_phone_alone_is_enough_to_reach_a_guest(client: FlaskClient, tea: TeaShop):
    sent = fields(client.get(URL, query_string={"line": tea.line()}), reach="+86 138 0000 0000", phone="")

    client.post(URL, data=sent)

    assert order().contact["phone"] == "+86 138 0000 0000"
    assert order().delivery["address"]["phone"] == "+86 138 0000 0000"


def test_address_abroad_needs_no_province(client: FlaskClient, tea: TeaShop):
    abroad = {
        "country": "DE",
        "province": "",
        "district": "",
        "city": "Berlin",
        "street": "Teestr. 8",
        "postcode": "10115",
        "phone": "",
    }
    sent = fields(client.get(URL, query_string={"line": tea.line()})) | abroad

    client.post(URL, data=sent)

    assert order().delivery["text"] == "Ana, Teestr. 8, 10115 Berlin, Germany"


def test_what_is_not_sent_needs_no_address(client: FlaskClient, tea: TeaShop):
    tea.small.needs_shipping = False
    page = client.get(URL, query_string={"line": tea.line()})

    client.post(URL, data=fields(page, city="", street="", province="", phone=""))

    assert "How does it come?" not in page.text
    assert order().delivery == {"way": "none", "title": "", "text": ""}
    assert not order().needs_shipping


def test_at_most_so_many_in_one_order(client: FlaskClient, tea: TeaShop):
    tea.offer.settings = {"most": 3}

    two_kinds = client.get(URL, query_string={"line": [tea.line(2), tea.line(2, tea.large)]})

    assert two_kinds.status_code == 409
    assert "At most 3 of “Rock oolong” in one order." in two_kinds.text
    assert client.get(URL, query_string={"line": [tea.line(2), tea.line(1, tea.large)]}).status_code == 200


def test_stock_is_exact_after_the_time_to_pay_is_over(client: FlaskClient, tea: TeaShop, time_machine):
    time_machine.move_to("2026-03-01T10:00:00Z")
    client.post(URL, data=fields(client.get(URL, query_string={"line": tea.line(10)})))
    assert tea.small.left == 0

    time_machine.move_to("2026-03-01T10:16:00Z")
    answer = client.post(URL, data=fields(client.get(URL, query_string={"line": tea.line(4)})))

    assert answer.status_code == 303
    shop_db.session.rollback()
    assert tea.small.left == 6


@pytest.mark.parametrize(("currency", "total"), [("JPY", "17,600"), ("KWD", "17.600")])
def test_yen_and_dinar_are_told_right(client: FlaskClient, db, currency: str, total: str):
    tea = open_shop(currency)

    page = client.get(URL, query_string={"line": tea.line(2)})
    client.post(URL, data=fields(page))

    assert re.search(rf"Place the order · \D+{total}<", page.text)
    assert (order().total, order().currency) == (17600, currency)


def test_guest_finds_the_order_again_in_this_browser_only(app: Flask, client: FlaskClient, tea: TeaShop):
    client.post(URL, data=fields(client.get(URL, query_string={"line": tea.line()})))
    number = order().number

    assert client.get(f"/orders/{number}").status_code == 200
    assert app.test_client().get(f"/orders/{number}").status_code == 404


def test_order_is_credited_to_the_visit(client: FlaskClient, tea: TeaShop):
    link = GroupLink.make(tea.community, tea.owner, "Spring", opens="listing", opens_id=tea.listing.id)
    shop_db.session.flush()
    visit = link.opened()
    shop_db.session.flush()
    marks = {"id": str(visit.id), "community": "tea", "sharer": "Lin", "link": link.id, "credited": True}
    with client.session_transaction() as session:
        session["visit"] = marks

    client.post(URL, data=fields(client.get(URL, query_string={"line": tea.line()})))

    assert order().credit.reason == "link"
    assert order().credit.sharer_id == tea.owner.id


def test_order_goes_on_where_the_mall_was_switched_off(client: FlaskClient, tea: TeaShop):
    answer = client.post(URL, data=fields(client.get(URL, query_string={"line": tea.line()})))
    switch(tea.community.id, "mall", False, tea.owner.id)

    assert client.get(URL, query_string={"line": tea.line()}).status_code == 404
    assert client.get("/c/tea/x/mall/cart").status_code == 404
    assert client.post("/c/tea/x/mall/lines", data=tea.asked()).status_code == 404
    assert client.get(answer.location).status_code == 200


def test_checkout_asks_as_often_for_one_line_as_for_three(app: Flask, client: FlaskClient, tea: TeaShop):
    teas = [tea.line()]
    for name in ("Keemun", "Longjing"):
        more = goods.product(tea.merchant, name, 5000, stock=5)
        offer = goods.offer(goods.listing(more, tea.community, tea.owner), tea.owner)
        teas.append(f"{offer.id}-{more.variants[0].id}-1")
    client.get(URL, query_string={"line": teas})

    with count_sql(app) as one:
        client.get(URL, query_string={"line": teas[:1]})
    with count_sql(app) as three:
        client.get(URL, query_string={"line": teas})

    assert len(one) == len(three) == 4  # community and switches, offers, variants, ways


@pytest.mark.both_engines
def test_an_order_takes_fifteen_statements_however_long_it_is_and_with_every_plugin(app: Flask, tea: TeaShop):
    for loaded in door(app).working():
        if loaded.manifest is not None and loaded.manifest.level == "community":
            switch(tea.community.id, loaded.name, True, tea.owner.id)
    teas = [tea.line()]
    for n in range(12):
        more = goods.product(tea.merchant, f"Tea {n}", 5000, stock=5)
        offer = goods.offer(goods.listing(more, tea.community, tea.owner), tea.owner)
        teas.append(f"{offer.id}-{more.variants[0].id}-1")
    shop_db.session.commit()

    def placed(lines: list[str]) -> list[str]:
        guest = app.test_client()
        form = fields(guest.get(URL, query_string={"line": lines}))
        with count_sql(app) as sql:
            assert guest.post(URL, data=form).status_code == 303
        return sql

    placed(teas)
    one, thirteen = placed(teas[:1]), placed(teas)

    assert (len(one), len(thirteen)) == (15, 15), "\n".join(thirteen)
