"""A dispute keeps the books right: its money waits, comes back, or is taken from everybody."""

import itertools
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from plugins.stripe.models import Dispute
from shop import once
from shop.checking import check
from shop.clock import now
from shop.errors import Refused
from shop.events import Event
from shop.ledger.completing import complete, complete_received
from shop.ledger.models import Account
from shop.ledger.payouts import PayoutBatch
from shop.ledger.statement import Party, lines_of
from shop.payments.models import Payment, Refund
from shop.people.models import Person
from tests.plugins.stripe.test_paying import deliver, page_of, press_pay
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stall(db):
    return open_stall(price=10000)


@pytest.fixture
def order(client, db, stripe, stall):
    """An order that a card has paid."""
    order = order_from(stall)
    stripe.pay(page_of(press_pay(client, order)))
    deliver(client, stripe)
    stripe.events.clear()
    db.session.expire_all()
    return order


def pot(owner, ref="", purpose="") -> int:
    return Account.of(owner, "CNY", ref, purpose).balance()


def merchants(stall) -> dict[str, int]:
    """What is in the merchant's pots."""
    found = {p: pot("merchant", stall.merchant.id, p) for p in ("pending", "payable", "frozen")}
    return {purpose: amount for purpose, amount in found.items() if amount}


def disputed(stripe, *acts):
    for act, state in acts:
        stripe.dispute("cs_test_1", act, state)


def test_a_dispute_takes_the_money_aside_and_tells_the_merchant(client, db, stripe, stall, order):
    disputed(stripe, ("created", "needs_response"), ("funds_withdrawn", "needs_response"))

    told = deliver(client, stripe, stripe.events * 2)

    assert {t.status_code for t in told} == {200}
    assert (pot("provider", "stripe"), pot("provider", "stripe", "disputed")) == (0, -10000)
    (event,) = db.session.scalars(select(Event).where(Event.name == "stripe.disputed"))
    assert (event.payload["order"], event.payload["amount"]) == (order.number, 10000)
    sign_in(client, db.session.scalars(select(Person).where(Person.name == "Seller")).one())
    page = client.get(f"/desk/{stall.merchant.slug}/x/stripe/")
    assert (page.status_code, order.number in page.text, "answer wanted" in page.text) == (200, True, True)


WON = (
    ("created", "needs_response"),
    ("funds_withdrawn", "under_review"),
    ("closed", "won"),
    ("funds_reinstated", "won"),
)
LOST = (("created", "needs_response"), ("funds_withdrawn", "under_review"), ("closed", "lost"))


@pytest.mark.parametrize("order_of_events", list(itertools.permutations(range(4)))[::5])
def test_a_dispute_that_is_won_brings_the_money_back_in_any_order(
    app, client, db, stripe, stall, order, order_of_events
):
    disputed(stripe, *WON)

    deliver(client, stripe, [stripe.events[n] for n in order_of_events])

    db.session.refresh(order)
    assert (pot("provider", "stripe"), pot("provider", "stripe", "disputed")) == (-10000, 0)
    assert (order.state, db.session.scalars(select(Dispute)).one().state) == ("paid", "won")
    assert merchants(stall) == {"pending": 9500}
    assert check(app) == []


@pytest.mark.parametrize("order_of_events", list(itertools.permutations(range(3)))[::2])
def test_a_dispute_that_is_lost_reverses_every_share_in_any_order(
    app, client, db, stripe, stall, order, order_of_events
):
    disputed(stripe, *LOST)

    deliver(client, stripe, [stripe.events[n] for n in order_of_events] * 2)

    db.session.refresh(order)
    payment = db.session.scalars(select(Payment)).one()
    assert (order.state, payment.refunded, stripe.refunded) == ("refunded", 10000, 0)
    assert (pot("provider", "stripe"), pot("provider", "stripe", "disputed")) == (0, 0)
    assert merchants(stall) == {}
    assert db.session.scalars(select(Refund)).one().key == "dispute:dp_pi_1"
    assert check(app) == []


def test_an_inquiry_moves_no_money(client, db, stripe, order):
    disputed(stripe, ("created", "warning_needs_response"), ("closed", "warning_closed"))

    deliver(client, stripe)

    assert (pot("provider", "stripe"), pot("provider", "stripe", "disputed")) == (-10000, 0)


def test_a_dispute_told_before_its_payment_is_told_again_later(client, db, stripe, stall):
    order = order_from(stall)
    page = page_of(press_pay(client, order))
    stripe.pay(page)
    stripe.dispute(page, "created", "needs_response")
    *paid, dispute = stripe.events

    early, _one, _two, late = deliver(client, stripe, [dispute, *paid, dispute])

    assert (early.status_code, late.json) == (422, {"outcomes": ["dispute_needs_response"]})


OPEN = (("created", "needs_response"), ("funds_withdrawn", "needs_response"))


def dispute(client, db, stripe, *acts):
    disputed(stripe, *acts)
    deliver(client, stripe)
    stripe.events.clear()
    db.session.expire_all()


def late(days) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(days=days))


def test_disputed_money_is_not_released_until_the_dispute_is_won(app, client, db, stripe, stall, order):
    order.receive(None)
    db.session.commit()
    dispute(client, db, stripe, *OPEN)

    with late(8):
        during = complete_received(7), merchants(stall)
        with pytest.raises(Refused, match="A bank disputes this payment"):
            complete(order)
        db.session.rollback()
    dispute(client, db, stripe, ("closed", "won"), ("funds_reinstated", "won"))
    with late(8):
        after = complete_received(7), merchants(stall)

    assert during == (0, {"frozen": 9500})
    assert after == (1, {"payable": 9500})
    assert check(app) == []


def test_disputed_money_is_not_paid_out(app, client, db, stripe, stall, order):
    order.receive(None)
    complete(order)
    planned = PayoutBatch.plan("CNY", 9000, stall.owner).payouts[0]
    db.session.commit()
    dispute(client, db, stripe, *OPEN)

    with pytest.raises(Refused, match="cancel it"):
        planned.send("BANK-1", stall.owner)
    db.session.rollback()
    planned.cancel("disputed", stall.owner)
    db.session.commit()

    with pytest.raises(Refused, match="Nobody has so much"):
        PayoutBatch.plan("CNY", 1, stall.owner)
    assert (merchants(stall), check(app)) == ({"frozen": 9500}, [])


@pytest.mark.parametrize(
    ("end", "pots", "lines"),
    [
        ("won", {}, [("payout", -9500), ("share", 9500)]),
        ("lost", {"payable": -9500}, [("chargeback", -9500), ("payout", -9500), ("share", 9500)]),
    ],
)
def test_what_was_paid_out_is_owed_when_it_is_lost(app, client, db, stripe, stall, order, end, pots, lines):
    order.receive(None)
    complete(order)
    for payout in PayoutBatch.plan("CNY", 1, stall.owner).payouts:
        payout.send("BANK-1", stall.owner)
    db.session.commit()

    dispute(client, db, stripe, *OPEN)
    during = merchants(stall)
    dispute(client, db, stripe, ("closed", end))

    party = Party("merchant", stall.merchant.id)
    told = sorted((line.reason, amount) for line, amount, _n in db.session.execute(lines_of(party)))
    assert during == {"payable": -9500, "frozen": 9500}
    assert (merchants(stall), told) == (pots, lines)
    assert check(app) == []


def test_a_part_is_disputed_and_lost_and_the_rest_goes_on(app, client, db, stripe, stall, order):
    for act, state in (*OPEN, ("closed", "lost")):
        stripe.dispute("cs_test_1", act, state, 2000)
    deliver(client, stripe)

    db.session.refresh(order)
    assert (order.state, merchants(stall)) == ("paid", {"pending": 9500 - 1900})
    assert check(app) == []


def test_nothing_is_refunded_while_a_bank_decides(client, db, stripe, stall, order):
    dispute(client, db, stripe, *OPEN)
    sign_in(client, db.session.scalars(select(Person).where(Person.name == "Seller")).one())
    address = f"/desk/{stall.merchant.slug}/orders/{order.number}"

    page = client.get(address)
    form = {"amount": "1", "reason": "x", "once": once.new_key()}

    assert ("A bank disputes this payment" in page.text, "Give money back" in page.text) == (True, False)
    assert client.post(f"{address}/refunds", data=form).status_code == 409
    assert client.post(f"{address}/cancellation", data={"reason": "x"}).status_code == 409


def test_two_disputes_of_one_payment_thaw_with_the_last(app, client, db, stripe, stall, order):
    for name, act, state in (
        ("dp_a", "created", "needs_response"),
        ("dp_b", "created", "needs_response"),
        ("dp_a", "closed", "won"),
    ):
        stripe.dispute("cs_test_1", act, state, 2000, name)
    deliver(client, stripe)
    stripe.events.clear()
    still = merchants(stall)

    stripe.dispute("cs_test_1", "closed", "won", 2000, "dp_b")
    deliver(client, stripe)

    assert (still, merchants(stall)) == ({"frozen": 9500}, {"pending": 9500})
    assert check(app) == []
