"""The shopper's page of an order: what was ordered once, what comes next, and read anew when something has moved."""

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from jinja2 import ChoiceLoader, DictLoader

from shop.hookspecs import Piece
from shop.orders.models import Order
from tests.support import goods
from tests.support.sales import open_stall, order_from, pay
from tests.test_sabotage import add_plugin


@pytest.fixture
def order(db: SQLAlchemy, client: FlaskClient) -> Order:
    """A guest's order of two, which this browser may see."""
    made = order_from(open_stall(), 2)
    client.get(f"/o/{made.secret}")
    return made


def test_what_was_ordered_is_told_once(client: FlaskClient, order: Order):
    page = client.get(f"/orders/{order.number}").text

    assert page.count("Oolong") == 1
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page) == [("Goods", "¥256.00"), ("Total", "¥256.00")]


def test_next_step_is_named_as_what_is_waited_for(db: SQLAlchemy, client: FlaskClient, order: Order):
    told = [steps(client, order)]
    pay(order)
    told.append(steps(client, order))
    order.ship("Post", "T1", goods.person("Bo"))
    told.append(steps(client, order))

    assert told == [
        ["Placed", "To pay", "On its way", "Received"],
        ["Placed", "Paid", "To be sent", "Received"],
        ["Placed", "Paid", "On its way", "To arrive"],
    ]


def test_a_paid_order_tells_what_the_group_gains_by_it(client: FlaskClient, order: Order):
    before = client.get(f"/orders/{order.number}").text
    pay(order)

    assert "gains" not in before
    assert "Tea gains ¥12.80 by it." in client.get(f"/orders/{order.number}").text


def test_a_paid_order_offers_one_thing_at_most_for_a_day_and_a_page_to_share(app, db, client, order: Order):
    rows = {
        f"{name}/row.html": words
        for name, words in (("a", " "), ("b", "<li>Vote</li>"), ("c", "<li>Take</li>"))
    }
    app.jinja_env.loader = ChoiceLoader([DictLoader(rows), app.jinja_env.loader])
    for weight, name in enumerate("abc"):
        piece = Piece(f"{name}/row.html", weight=weight)
        add_plugin(app, name, page_pieces=lambda slot, subjects, p=piece: [p] if slot == "order.next" else [])

    before = client.get(f"/orders/{order.number}").text
    pay(order)
    paid = client.get(f"/orders/{order.number}").text
    order.placed_at -= timedelta(days=2)
    db.session.commit()
    old = client.get(f"/orders/{order.number}").text

    assert [("Vote" in page, "Take" in page, 'id="share"' in page) for page in (before, paid, old)] == [
        (False, False, False),
        (True, False, True),
        (False, False, False),
    ]


def test_page_is_read_anew_when_a_payment_has_moved_the_order(client: FlaskClient, order: Order):
    page = client.get(f"/orders/{order.number}").text
    asked = html.unescape(re.search(r'data-live="([^"]+)"', page)[1])

    before = client.get(asked)
    pay(order)
    after = client.get(asked)

    assert (before.status_code, after.status_code) == (200, 205)
    assert "To pay" in before.text
    assert "data-live" not in client.get(f"/orders/{order.number}").text


def steps(client: FlaskClient, order: Order) -> list[str]:
    page = client.get(f"/orders/{order.number}").text
    return re.findall(r"<b>([^<]+)</b>", page[page.index('class="timeline"') : page.index("</ol>")])
