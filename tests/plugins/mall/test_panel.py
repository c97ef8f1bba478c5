"""The offer to buy on shelf and page, and the mall's other doorbells."""

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from plugins.mall import hooks
from shop.errors import Refused
from shop.orders.models import Order
from tests.plugins.mall.conftest import TeaShop
from tests.support.sql import count_sql


def test_page_lets_one_choose_and_its_one_action_sends_the_choice(client: FlaskClient, tea: TeaShop):
    tea.offer.settings = {"most": 3, "note": "Leaves us within two days."}

    page = client.get(f"/c/tea/p/{tea.listing.id}").text

    assert f'name="variant" value="{tea.small.id}" checked' in page
    assert "100 g · ¥128.00" in page
    assert 'max="3"' in page
    assert "At most 3 in one order." in page
    assert "Leaves us within two days." in page
    assert f'form="mall-{tea.offer.id}"' in page
    assert "It depends on the choice: Weight. For one. Delivery comes on top" in page


def test_bought_now_is_the_choice_and_quantity_of_the_form(client: FlaskClient, tea: TeaShop):
    answer = client.post("/c/tea/x/mall/purchases", data=tea.asked(2, tea.large))

    assert answer.status_code == 303
    assert answer.location == f"/c/tea/x/mall/checkout?line={tea.line(2, tea.large)}"


def test_sold_out_choice_cannot_be_chosen(client: FlaskClient, tea: TeaShop):
    tea.small.count_stock(0)

    page = client.get(f"/c/tea/p/{tea.listing.id}").text

    assert f'name="variant" value="{tea.small.id}" disabled' in page
    assert f'name="variant" value="{tea.large.id}" checked' in page


def test_nothing_left_offers_no_action(client: FlaskClient, tea: TeaShop):
    tea.small.count_stock(0)
    tea.large.is_archived = True

    page = client.get(f"/c/tea/p/{tea.listing.id}")

    assert page.status_code == 200
    assert "Buy now" not in page.text
    assert "Sold out for now." in page.text


def test_panels_ask_the_database_nothing(app: Flask, db, tea: TeaShop):
    with app.test_request_context("/c/tea"), count_sql(app) as sql:
        g.community = tea.community
        panels = hooks.offer_panels([tea.offer])

    assert sql == []
    assert panels[tea.offer.id].price == 8800
    assert panels[tea.offer.id].is_open
    assert panels[tea.offer.id].label == ""  # a word on every card of the shelf says nothing


@pytest.mark.parametrize("most", [0, -1, 1000, "3", 2.5, True])
def test_settings_that_make_no_sense_are_refused(app: Flask, most: object):
    with app.test_request_context(), pytest.raises(Refused) as refusal:
        hooks.offer_saving({"most": most})

    assert (refusal.value.status, refusal.value.field) == (422, "most")


def test_settings_are_kept_as_they_are_meant(app: Flask):
    assert hooks.offer_saving({"most": None, "note": "  Soon  ", "price": 1}) == {
        "most": None,
        "note": "Soon",
    }


def test_goods_without_a_way_are_not_ordered(app: Flask, tea: TeaShop):
    lines = [type("Line", (), {"variant": tea.small})()]

    with app.test_request_context(), pytest.raises(Refused) as refusal:
        hooks.order_placing(Order(delivery={}), lines)
    hooks.order_placing(Order(delivery={"way": "pickup"}), lines)

    assert refusal.value.status == 422


def test_menus_lead_to_the_mall(app: Flask, tea: TeaShop):
    with app.test_request_context():
        urls = [
            hooks.nav_items(area, subject)[0].url
            for area, subject in (("merchant", tea.merchant), ("community", tea.community), ("account", None))
        ]

        assert hooks.nav_items("admin", None) == []
    assert urls == ["/desk/old-hill/x/mall/shipping", "/c/tea/x/mall/cart", "/me/x/mall/addresses"]
