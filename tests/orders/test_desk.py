"""A merchant's order: what is to be done with it depends on how it is handed over."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.once import new_key
from shop.people.models import Person
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from, pay

PLACE = {"way": "pickup", "title": "The old shop", "text": "27 Old Street"}


@pytest.mark.parametrize(
    ("delivery", "said", "waits"),
    [
        ({"way": "flat", "title": "Post"}, "It is on its way", True),
        (PLACE, "It is ready for pick-up", True),
        ({"way": "none"}, "Nothing is sent", False),
    ],
)
def test_merchant_sends_it_makes_it_ready_or_has_nothing_to_do(
    app, db, client: FlaskClient, delivery, said, waits
):
    stall = open_stall()
    order = order_from(stall)
    order.delivery = delivery
    pay(order)
    sign_in(client, shop_db.session.scalars(select(Person).where(Person.name == "Seller")).one())
    desk = f"/desk/{stall.merchant.slug}"

    page, overview = client.get(f"{desk}/orders/{order.number}").text, client.get(desk).text

    words = ("It is on its way", "It is ready for pick-up", "Nothing is sent")
    assert [each for each in words if each in page] == [said]
    assert ("Orders to ship" in overview) is waits


def test_what_is_ready_at_the_place_is_told_as_ready(app, db, client: FlaskClient):
    stall = open_stall()
    order = order_from(stall)
    order.delivery = PLACE
    pay(order)
    run_until_idle(app)
    sign_in(client, shop_db.session.scalars(select(Person).where(Person.name == "Seller")).one())
    url = f"/desk/{stall.merchant.slug}/orders/{order.number}"

    answer = client.post(f"{url}/shipment", data={"carrier": "The old shop"}, follow_redirects=True)
    run_until_idle(app)

    assert "The shopper is told that it is ready." in answer.text
    assert f"Your order {order.number} is ready for pick-up" in [
        mail.subject for mail in app.extensions["mailman"].outbox
    ]


def test_more_than_is_left_is_refused_beside_the_amount_and_what_was_typed_stays(db, client: FlaskClient):
    stall = open_stall(price=500)
    order = order_from(stall)
    pay(order)
    sign_in(client, shop_db.session.scalars(select(Person).where(Person.name == "Seller")).one())
    address = f"/desk/{stall.merchant.slug}/orders/{order.number}"
    asked = {"amount": "5.01", "reason": "Chipped at the rim", "once": new_key()}

    answer = client.post(f"{address}/refunds", data=asked)

    assert answer.status_code == 409
    assert '<a href="#amount">Amount</a>: That is more than is left to refund.' in answer.text
    assert all(typed in answer.text for typed in ('value="5.01"', "Chipped at the rim"))
    again = client.post(f"{address}/refunds", data=asked | {"amount": "5.00", "once": new_key()})
    assert again.status_code == 303
