"""A shopper who says nothing has received it after a while, so that the merchant is paid."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from shop.checking import check
from shop.clock import now
from shop.events import Event
from shop.ledger.completing import complete_received
from shop.ledger.models import Account
from shop.orders.models import OrderChange
from shop.orders.receiving import receive_shipped
from tests.support.sales import open_stall, order_from, pay

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stall(db):
    return open_stall(price=10000)


@pytest.fixture
def shipped(db, stall):
    order = order_from(stall)
    pay(order)
    order.ship("Post", "T1", stall.owner)
    db.session.commit()
    return order


def test_silence_after_shipping_is_receipt_and_then_the_money_is_released(app, db, stall, shipped):
    with time_machine.travel(now() + timedelta(days=13, hours=23)):
        early = receive_shipped(14)
    with time_machine.travel(now() + timedelta(days=14, minutes=1)) as clock:
        received = receive_shipped(14), receive_shipped(14)
        too_early = complete_received(7)
        clock.shift(timedelta(days=7, minutes=1))
        completed = complete_received(7)

    assert (early, received, too_early, completed) == (0, (1, 0), 0, 1)
    assert shipped.state == "completed"
    assert Account.of("merchant", "CNY", stall.merchant.id, "payable").balance() == 9500
    (change,) = db.session.scalars(select(OrderChange).where(OrderChange.to_state == "received"))
    assert (change.by_id, change.reason) == (None, "Nothing was heard for 14 days after shipping.")
    assert [e.name for e in db.session.scalars(select(Event).where(Event.name == "order.received"))] == [
        "order.received"
    ]


def test_what_was_not_shipped_is_not_received(db, stall):
    pay(order_from(stall))

    with time_machine.travel(now() + timedelta(days=400)):
        assert receive_shipped(14) == 0


def test_the_shopper_is_told_the_day(app, client, shipped):
    client.get(f"/o/{shipped.secret}")

    page = client.get(f"/orders/{shipped.number}")

    assert "If you say nothing, it counts as received on" in page.text
    assert check(app) == []
