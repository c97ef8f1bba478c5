"""What cannot be is refused in a sentence with the right status, and nothing is half done."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from shop.orders.models import Order
from tests.support import goods
from tests.support.checkouts import fields
from tests.support.people import sign_in, sign_out
from tests.support.products import drawn
from tests.support.rows import rows
from tests.support.sales import Stall, open_stall, order_from, pay

Deed = Callable[[FlaskClient, Stall], TestResponse]


def put(client: FlaskClient, stall: Stall, **changed: Any) -> TestResponse:
    """Into the cart, from the listing's page."""
    sent = {"offer": stall.offer.id, "variant": stall.product.variants[0].id, "quantity": 1}
    return client.post(f"/c/{stall.community.slug}/x/mall/lines", data=sent | changed)


def order(
    client: FlaskClient,
    stall: Stall,
    meanwhile: Callable[[], object] = lambda: None,
    n: int = 1,
    **changed: Any,
) -> TestResponse:
    """The checkout is opened for so many, something happens meanwhile, and the button is pressed."""
    sent = fields(client, stall, n)
    meanwhile()
    return client.post(stall.checkout, data=sent | changed)


def somebody_elses(stall: Stall) -> Stall:
    """Another merchant with a product in a community of its own."""
    ana = goods.person("Ana")
    theirs, where = goods.merchant(ana, "New Mill"), goods.community(ana, "Trail")
    product = goods.product(theirs)
    offer = goods.offer(goods.listing(product, where, ana), ana)
    return Stall(ana, where, theirs, product, offer)


def at_my_desk(client: FlaskClient, stall: Stall) -> str:
    sign_in(client, goods.staff(stall.merchant, goods.person("Bo"), "manager"))
    return f"/desk/{stall.merchant.slug}"


def foreign_offer(client: FlaskClient, stall: Stall) -> TestResponse:
    other = somebody_elses(stall)
    return put(client, stall, offer=other.offer.id, variant=other.product.variants[0].id)


def foreign_variant(client: FlaskClient, stall: Stall) -> TestResponse:
    return put(client, stall, variant=somebody_elses(stall).product.variants[0].id)


def foreign_product(client: FlaskClient, stall: Stall) -> TestResponse:
    other = somebody_elses(stall)
    return client.post(f"{at_my_desk(client, stall)}/products/{other.product.id}", data={"name": "Mine"})


def foreign_desk(client: FlaskClient, stall: Stall) -> TestResponse:
    other = somebody_elses(stall)
    at_my_desk(client, stall)
    return client.post(f"/desk/{other.merchant.slug}/products", data={"name": "Mine", "price": "1"})


def foreign_order(client: FlaskClient, stall: Stall) -> TestResponse:
    paid = order_from(stall)
    pay(paid)
    other = somebody_elses(stall)
    sign_in(client, other.owner)
    return client.post(f"/desk/{other.merchant.slug}/orders/{paid.number}/refunds", data={"amount": "1"})


def closed(client: FlaskClient, stall: Stall) -> TestResponse:
    stall.community.close(stall.owner)
    return put(client, stall)


def closed_meanwhile(client: FlaskClient, stall: Stall) -> TestResponse:
    return order(client, stall, lambda: stall.community.close(stall.owner))


def join_closed(client: FlaskClient, stall: Stall) -> TestResponse:
    sign_in(client, goods.person("Bo"))
    stall.community.close(stall.owner)
    return client.post(f"/c/{stall.community.slug}/membership")


def sold_out(client: FlaskClient, stall: Stall) -> TestResponse:
    stall.product.variants[0].stock.take(10)
    return put(client, stall)


def sold_out_meanwhile(client: FlaskClient, stall: Stall) -> TestResponse:
    return order(client, stall, lambda: stall.product.variants[0].stock.take(10))


def paid_less(client: FlaskClient, stall: Stall) -> TestResponse:
    return order(client, stall, seen="1-CNY")


def forged_key(client: FlaskClient, stall: Stall) -> TestResponse:
    return order(client, stall, once="forged")


def used_key(client: FlaskClient, stall: Stall) -> TestResponse:
    sent = fields(client, stall)
    assert client.post(stall.checkout, data=sent).status_code == 303
    return client.post(
        stall.checkout, data=sent | {"line": stall.line(3), "seen": fields(client, stall, 3)["seen"]}
    )


def forged_private_link(client: FlaskClient, stall: Stall) -> TestResponse:
    order_from(stall)
    return client.get("/o/AAAAAAAAAAAAAAAAAAAAAAAA")


def large_picture(client: FlaskClient, stall: Stall) -> TestResponse:
    sent = {"name": "Tea", "price": "12", "picture": (drawn((8000, 5001)), "tea.png")}
    return client.post(f"{at_my_desk(client, stall)}/products", data=sent)


def no_picture(client: FlaskClient, stall: Stall) -> TestResponse:
    sent = {"name": "Tea", "price": "12", "picture": (io.BytesIO(b"GIF89a, not really"), "tea.gif")}
    return client.post(f"{at_my_desk(client, stall)}/products", data=sent)


def broken_csv(client: FlaskClient, stall: Stall) -> TestResponse:
    file = io.BytesIO(b'Handle,Title\n"tea,Tea\n')
    return client.post(f"{at_my_desk(client, stall)}/imports", data={"file": (file, "tea.csv")})


def picture_for_csv(client: FlaskClient, stall: Stall) -> TestResponse:
    return client.post(f"{at_my_desk(client, stall)}/imports", data={"file": (drawn(), "tea.csv")})


REFUSED: dict[str, tuple[Deed, int, str]] = {
    "none": (lambda c, s: put(c, s, quantity="0"), 422, "a whole number from 1"),
    "fewer than none": (lambda c, s: put(c, s, quantity="-2"), 422, "a whole number from 1"),
    "half of one": (lambda c, s: put(c, s, quantity="1.5"), 422, "a whole number from 1"),
    "words": (lambda c, s: put(c, s, quantity="many"), 422, "a whole number from 1"),
    "far too many": (lambda c, s: put(c, s, quantity="1000000"), 422, "a whole number from 1"),
    "more than are left": (lambda c, s: order(c, s, n=11), 409, "Only 10 left"),
    "a price of one's own": (paid_less, 409, "price"),
    "another community's offer": (foreign_offer, 404, ""),
    "another merchant's variant": (foreign_variant, 404, ""),
    "another merchant's product": (foreign_product, 404, ""),
    "another merchant's desk": (foreign_desk, 404, ""),
    "another merchant's order": (foreign_order, 404, ""),
    "a closed community": (closed, 409, "closed"),
    "a community that closed meanwhile": (closed_meanwhile, 409, "closed"),
    "a member of a closed community": (join_closed, 409, "closed"),
    "a variant that is sold out": (sold_out, 409, "sold out"),
    "a variant that was sold out meanwhile": (sold_out_meanwhile, 409, "Sold out"),
    "a forged key": (forged_key, 422, "not one of ours"),
    "a key of another order": (used_key, 422, "sent with other contents"),
    "a forged private link": (forged_private_link, 404, ""),
    "a picture of more than 40 megapixels": (large_picture, 413, "41 megapixels"),
    "no picture at all": (no_picture, 422, "not a picture"),
    "a broken CSV": (broken_csv, 422, ""),
    "a picture for a CSV": (picture_for_csv, 422, ""),
}


@pytest.mark.both_engines
@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_a_sentence_and_nothing_is_half_done(db: SQLAlchemy, client: FlaskClient, what: str):
    stall = open_stall(ships=False)
    deed, status, sentence = REFUSED[what]
    known: list[dict[Any, Any]] = []
    really = client.post if what != "a forged private link" else client.get

    def watched(*arguments: Any, **sent: Any) -> TestResponse:
        """Look at the database as it is just before each thing that is sent."""
        db.session.commit()
        known.append(rows(db))
        return really(*arguments, **sent)

    setattr(client, really.__name__, watched)
    answer = deed(client, stall)

    assert answer.status_code == status
    assert sentence in answer.text
    assert "<main" in answer.text
    assert rows(db) == known[-1]


@pytest.mark.both_engines
def test_price_in_the_body_is_not_read(db: SQLAlchemy, client: FlaskClient):
    stall = open_stall(ships=False)

    order(client, stall, price="1", amount="1", total="1", unit_price="0.01")

    assert [(one.total, one.state) for one in db.session.query(Order)] == [(12800, "pending")]


@pytest.mark.both_engines
def test_second_press_is_the_same_order(db: SQLAlchemy, client: FlaskClient):
    stall = open_stall(ships=False)
    sent = fields(client, stall)

    first, second = client.post(stall.checkout, data=sent), client.post(stall.checkout, data=sent)

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert stall.product.variants[0].left == 9
    assert db.session.query(Order).count() == 1


def test_forged_group_link_lands_kindly_and_credits_nobody(db: SQLAlchemy, client: FlaskClient):
    stall = open_stall(ships=False)
    sign_out(client)

    landed = client.get("/g/forged_by_me", headers={"User-Agent": "Mozilla"})
    order(client, stall)

    assert (landed.status_code, landed.location) == (303, "/communities")
    assert [one.credit.reason for one in db.session.query(Order)] == ["unknown_link"]


@pytest.mark.settings(WTF_CSRF_ENABLED=True)
@pytest.mark.parametrize("token", ["", "forged", "ImQi.YQ.c2ln"])
def test_forged_csrf_token_is_told_in_words(db: SQLAlchemy, client: FlaskClient, token: str):
    stall = open_stall(ships=False)
    client.get(f"/c/{stall.community.slug}")
    before = rows(db)

    answer = put(client, stall, csrf_token=token)

    assert answer.status_code == 422
    assert "open for too long" in answer.text
    assert rows(db) == before
