"""The cart: for guests and people, kept at sign-in, honest about what cannot be had."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from plugins.mall.carts import Cart, CartLine
from plugins.mall.jobs import forget_old_carts
from shop.clock import now
from shop.db import db as shop_db
from shop.orders.models import Order
from tests.plugins.mall.conftest import TeaShop
from tests.plugins.mall.test_checkout import fields
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sql import count_sql

CART = "/c/tea/x/mall/cart"
LINES = "/c/tea/x/mall/lines"
CHECKOUT = "/c/tea/x/mall/checkout"


def in_cart() -> list[tuple[int, int]]:
    """(variant id, quantity) of every line there is."""
    shop_db.session.rollback()
    rows = shop_db.session.execute(select(CartLine.variant_id, CartLine.quantity).order_by(CartLine.id))
    return [tuple(row) for row in rows]


def count_told(client: FlaskClient) -> dict[str, int]:
    with client.session_transaction() as session:
        return dict(session.get("cart_counts", {}))


@pytest.mark.both_engines
def test_same_choice_twice_is_one_line(client: FlaskClient, tea: TeaShop):
    first = client.post(LINES, data=tea.asked(1))
    client.post(LINES, data=tea.asked(2))
    client.post(LINES, data=tea.asked(1, tea.large))

    assert (first.status_code, first.location) == (303, CART)
    assert in_cart() == [(tea.small.id, 3), (tea.large.id, 1)]
    assert count_told(client) == {"tea": 4}
    assert "¥392.00" in client.get(CART).text  # 3 × 88 + 128


def test_the_cart_of_this_group_stands_at_the_foot_of_a_product_and_each_among_the_orders(
    client, tea: TeaShop
):
    beans = goods.community(tea.owner, "Beans")
    page = f"/c/tea/p/{tea.listing.id}"
    empty = client.get("/orders").text
    client.post(LINES, data=tea.asked(2))
    with client.session_transaction() as session:
        session["cart_counts"] = {"tea": 2, "beans": 5}
    client.get(page)

    foot, orders = client.get(page).text.partition('class="dock')[2], client.get("/orders").text
    without = client.get(f"/c/{beans.slug}/cart")

    assert re.search(rf'href="{CART}">.*?<span class="count">(\d+)', foot)[1] == "2"
    assert "/c/tea/cart" not in empty
    assert re.findall(r'href="(/c/\w+/cart)".*?<span class="end soft">(\d+)', orders) == [
        ("/c/tea/cart", "2"),
        ("/c/beans/cart", "5"),
    ]
    assert (client.get("/c/tea/cart").location, without.location) == (CART, "/orders")


@pytest.mark.parametrize("n", ["0", "-1", "1.5", "1000000000000", "many", "", "1e3"])
def test_wrong_quantity_is_told_so(client: FlaskClient, tea: TeaShop, n: str):
    put = client.post(LINES, data=tea.asked(n))
    bought = client.post("/c/tea/x/mall/purchases", data=tea.asked(n))

    assert (put.status_code, bought.status_code) == (422, 422)
    assert "How many must be a whole number from 1 to 999." in put.text
    assert in_cart() == []


def test_wrong_quantity_of_a_line_is_told_beside_it(client: FlaskClient, tea: TeaShop):
    client.post(LINES, data=tea.asked(2))
    line_id = shop_db.session.scalar(select(CartLine.id))

    answer = client.post(f"{LINES}/{line_id}", data={"quantity": "0"})

    assert answer.status_code == 422
    assert "How many must be a whole number from 1 to 999." in answer.text
    assert in_cart() == [(tea.small.id, 2)]


def test_choice_is_needed(client: FlaskClient, tea: TeaShop):
    answer = client.post(LINES, data={"offer": tea.offer.id, "quantity": 1})

    assert answer.status_code == 422
    assert "Please choose one of the choices." in answer.text


@pytest.mark.parametrize("name", ["offer", "variant"])
@pytest.mark.parametrize(("value", "status"), [("9999", 404), ("x", 422), (str(10**30), 422)])
def test_what_is_not_there_is_not_put_in(
    client: FlaskClient, tea: TeaShop, name: str, value: str, status: int
):
    answer = client.post(LINES, data=tea.asked() | {name: value})

    assert answer.status_code == status
    assert in_cart() == []


def test_sold_out_is_not_put_in(client: FlaskClient, tea: TeaShop):
    tea.small.count_stock(0)

    answer = client.post(LINES, data=tea.asked())

    assert answer.status_code == 409
    assert "“Rock oolong” is sold out." in answer.text


def test_quantity_is_changed(client: FlaskClient, tea: TeaShop):
    client.post(LINES, data=tea.asked(2))
    line_id = shop_db.session.scalar(select(CartLine.id))

    answer = client.post(f"{LINES}/{line_id}", data={"quantity": "5"})

    assert (answer.status_code, answer.location) == (303, f"{CART}#line-{line_id}")
    assert in_cart() == [(tea.small.id, 5)]
    assert count_told(client) == {"tea": 5}


def test_removed_line_can_be_put_back(client: FlaskClient, tea: TeaShop):
    client.post(LINES, data=tea.asked(2))
    line_id = shop_db.session.scalar(select(CartLine.id))

    client.post(f"{LINES}/{line_id}/removal")
    page = client.get(CART)
    assert in_cart() == []
    assert count_told(client) == {}
    assert "“Rock oolong” is out of your cart." in page.text

    client.post(re.search(r'<form method="post" action="([^"]+/lines\?line=[^"]+)"', page.text)[1])

    assert in_cart() == [(tea.small.id, 2)]


def test_nobody_touches_another_shoppers_line(app: Flask, client: FlaskClient, tea: TeaShop):
    client.post(LINES, data=tea.asked(2))
    line_id = shop_db.session.scalar(select(CartLine.id))
    stranger = app.test_client()
    stranger.post(LINES, data=tea.asked(1, tea.large))

    assert stranger.post(f"{LINES}/{line_id}", data={"quantity": "9"}).status_code == 404
    assert stranger.post(f"{LINES}/{line_id}/removal").status_code == 404
    assert stranger.post(f"{LINES}/{2**70}/removal").status_code == 404
    assert "50 g" not in stranger.get(CART).text


@pytest.mark.both_engines
def test_guests_cart_comes_along_at_sign_in(client: FlaskClient, tea: TeaShop):
    ana = goods.person("Ana")
    elsewhere = client.application.test_client()
    sign_in(elsewhere, ana)
    elsewhere.post(LINES, data=tea.asked(1))
    client.post(LINES, data=tea.asked(2))
    client.post(LINES, data=tea.asked(1, tea.large))

    sign_in(client, ana)
    page = client.get(CART)

    assert page.status_code == 200
    assert sorted(in_cart()) == sorted([(tea.small.id, 3), (tea.large.id, 1)])
    assert shop_db.session.scalars(select(Cart.person_id)).all() == [ana.id]
    assert count_told(client) == {"tea": 4}


def test_what_has_changed_is_told_in_words(client: FlaskClient, tea: TeaShop):
    client.post(LINES, data=tea.asked(2))
    client.post(LINES, data=tea.asked(1, tea.large))
    tea.small.price = 9900
    tea.large.count_stock(0)

    page = client.get(CART).text

    assert "The price has changed." in page
    assert "¥88.00" in page
    assert "Sold out." in page
    assert "1 line waits in the cart; the rest can be ordered." in page
    assert "Check out · ¥198.00" in page


@pytest.mark.parametrize("gone", ["ended", "archived", "withdrawn"])
def test_what_is_not_sold_any_more_waits_in_words(client: FlaskClient, tea: TeaShop, gone: str):
    client.post(LINES, data=tea.asked(2))
    if gone == "ended":
        tea.offer.end(tea.owner)
    elif gone == "archived":
        tea.small.is_archived = True
    else:
        tea.listing.withdraw(tea.owner)

    page = client.get(CART)

    assert page.status_code == 200
    assert "any more." in page.text
    assert "Check out" not in page.text
    assert client.get(CHECKOUT, query_string={"merchant": "old-hill"}).location == CART


def test_cart_is_checked_out_and_emptied_of_what_was_ordered(client: FlaskClient, tea: TeaShop):
    client.post(LINES, data=tea.asked(2))
    client.post(LINES, data=tea.asked(1, tea.large))
    tea.large.count_stock(0)
    sent = fields(client.get(CHECKOUT, query_string={"merchant": "old-hill"}), merchant="old-hill")

    first = client.post(CHECKOUT, data=sent)
    second = client.post(CHECKOUT, data=sent)

    assert first.location == second.location
    assert shop_db.session.scalar(select(func.count(Order.id))) == 1
    assert in_cart() == [(tea.large.id, 1)]
    assert count_told(client) == {"tea": 1}


def test_merchants_stand_apart(client: FlaskClient, tea: TeaShop):
    socks = goods.product(goods.merchant(tea.owner, "New Hill"), "Socks", 1000)
    offer = goods.offer(goods.listing(socks, tea.community, tea.owner), tea.owner)
    client.post(LINES, data=tea.asked())
    client.post(LINES, data={"offer": offer.id, "variant": socks.variants[0].id, "quantity": 1})

    page = client.get(CART).text
    checkout = client.get(CHECKOUT, query_string={"merchant": "new-hill"}).text

    assert "Check out · ¥88.00" in page
    assert "Check out · ¥10.00" in page
    assert "Socks" in checkout
    assert "Rock oolong" not in checkout


def test_empty_cart_leads_to_the_shelf(client: FlaskClient, tea: TeaShop):
    page = client.get(CART)

    assert "Your cart is empty" in page.text
    assert 'href="/c/tea"' in page.text


@pytest.mark.parametrize("known", [True, False])
def test_bought_again_is_what_is_still_sold(app: Flask, client: FlaskClient, tea: TeaShop, known: bool):
    lines = {"line": [tea.line(2), tea.line(1, tea.large)]}
    placed = client.post(CHECKOUT, data=fields(client.get(CHECKOUT, query_string=lines))).location
    tea.large.is_archived = True
    who = client if known else app.test_client()

    answer = who.post("/c/tea/x/mall/repeats", data={"number": placed.removeprefix("/orders/")})

    assert answer.status_code == (303 if known else 404)
    assert in_cart() == ([(tea.small.id, 2)] if known else [])
    if known:
        assert "1 thing is not sold any more." in client.get(CART).text
        assert "Buy again" in client.get(placed).text


@pytest.mark.parametrize("n", [1, 3])
def test_cart_asks_as_often_for_one_line_as_for_three(app: Flask, client: FlaskClient, tea: TeaShop, n: int):
    for name in ("Keemun", "Longjing", "Bai Mudan")[:n]:
        more = goods.product(tea.merchant, name, 5000, stock=5)
        offer = goods.offer(goods.listing(more, tea.community, tea.owner), tea.owner)
        client.post(LINES, data={"offer": offer.id, "variant": more.variants[0].id, "quantity": 1})
    client.get(CART)

    with count_sql(app) as sql:
        client.get(CART)

    assert len(sql) == 2  # community and switches; the lines


def test_old_carts_of_guests_are_forgotten(client: FlaskClient, tea: TeaShop):
    client.post(LINES, data=tea.asked())
    assert forget_old_carts() == 0
    shop_db.session.scalars(select(Cart)).one().changed_at = now() - timedelta(days=61)
    shop_db.session.commit()

    assert forget_old_carts() == 1
    shop_db.session.commit()
    assert in_cart() == []


@pytest.mark.browser
def test_another_quantity_stands_at_once_and_the_sums_tell_the_truth(
    phone: Page, tea: TeaShop, db: SQLAlchemy, complaints: list[str]
):
    shelf = f"/c/tea/p/{tea.listing.id}"
    db.session.commit()  # and nothing is read until the end: on SQLite an open test would lock the shop out
    phone.goto(shelf)
    phone.get_by_role("button", name="Add to cart").tap()
    phone.wait_for_url("**/cart")
    number, more = phone.locator("input[name=quantity]"), phone.locator("[data-step='1']")
    sums = phone.locator(".lines")

    more.tap()
    more.tap()
    expect(number).to_have_value("3")
    expect(sums).to_contain_text("¥264.00")
    expect(phone.get_by_role("link", name="Check out · ¥264.00")).to_be_visible()
    expect(phone.locator(".tabs .count")).to_contain_text("3")

    phone.context.set_offline(True)
    more.tap()
    expect(number).to_have_value("3")
    expect(phone.locator(".toast.bad")).to_contain_text("No network: nothing was sent.")
    expect(sums).to_contain_text("¥264.00")

    phone.context.set_offline(False)
    number.fill("1000")
    number.blur()
    expect(phone.get_by_text("How many must be a whole number from 1 to 999.")).to_be_visible()
    expect(sums).to_contain_text("¥264.00")
    complaints.clear()  # the browser itself reports what was refused, and the network
