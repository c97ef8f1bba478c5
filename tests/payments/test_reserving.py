"""Money that is reserved: what is ordered is kept meanwhile, and the money is taken or let go once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from plugins.demopay.models import Charge
from shop.clock import now
from shop.errors import Refused
from shop.events import Event
from shop.jobs import run_until_idle
from shop.orders.models import Order
from shop.payments.cancelling import cancel_order
from shop.payments.deferring import ask_to_capture
from shop.payments.models import Payment
from shop.payments.settling import intend
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from

pytestmark = pytest.mark.both_engines


def reserve(app, db, client, decision: str = "pay", stock: int = 10) -> Order:
    """An order of which the shopper has reserved the money at the provider."""
    stall = open_stall(price=10000, stock=stock)
    sign_in(client, stall.owner)
    order = order_from(stall, buyer=stall.owner)
    order.lines[0].inputs = {"deferred_capture": True}
    db.session.commit()
    place = client.post(f"/orders/{order.number}/payments", data={"method": "demopay"}).location
    client.post(place, data={"decision": decision})
    run_until_idle(app)
    db.session.expire_all()
    return order


def events(db) -> list[str]:
    return list(
        db.session.scalars(select(Event.name).where(Event.name.startswith("payment.")).order_by(Event.id))
    )


def test_what_is_ordered_is_kept_as_long_as_its_money_is_reserved(app, db, client):
    order = reserve(app, db, client)

    with time_machine.travel(now() + timedelta(days=6)):
        run_until_idle(app)

    assert (order.state, order.hold_until, events(db)) == ("pending", None, ["payment.reserved"])
    assert db.session.scalar(select(Payment.state)) == "authorized"
    page = client.get(f"/orders/{order.number}").text
    assert "is reserved, and not taken yet" in page
    assert 'name="method"' not in page
    with pytest.raises(Refused, match="reserved already"):
        intend(order, "offline")


def test_reserved_money_is_taken_when_it_is_asked_for(app, db, client):
    order = reserve(app, db, client)

    ask_to_capture(order)
    db.session.commit()
    run_until_idle(app)

    db.session.expire_all()
    assert (order.state, db.session.scalar(select(Payment.captured))) == ("paid", 10000)


def test_money_that_is_not_there_when_it_shall_be_taken_leaves_an_order_that_can_be_paid_again(
    app, db, client
):
    order = reserve(app, db, client, "shaky")

    ask_to_capture(order)
    db.session.commit()
    run_until_idle(app)

    db.session.expire_all()
    assert (order.state, order.is_payable, events(db)) == (
        "pending",
        True,
        ["payment.reserved", "payment.lapsed"],
    )
    assert 'name="method"' in client.get(f"/orders/{order.number}").text


def test_reserved_money_of_a_cancelled_order_is_let_go(app, db, client):
    order = reserve(app, db, client)

    cancel_order(order, "changed my mind", None)
    db.session.commit()
    run_until_idle(app)

    db.session.expire_all()
    assert db.session.scalar(select(Payment.state)) == "voided"
    assert db.session.scalar(select(Charge.state)) == "let_go"


def test_money_reserved_for_an_order_that_is_dead_is_let_go(app, db, client):
    stall = open_stall(price=10000)
    sign_in(client, stall.owner)
    order = order_from(stall, buyer=stall.owner)
    order.lines[0].inputs = {"deferred_capture": True}
    db.session.commit()
    place = client.post(f"/orders/{order.number}/payments", data={"method": "demopay"}).location
    cancel_order(order, "too slow", None)
    db.session.commit()

    client.post(place, data={"decision": "pay"})
    run_until_idle(app)

    db.session.expire_all()
    assert (order.state, db.session.scalar(select(Payment.state))) == ("cancelled", "voided")
