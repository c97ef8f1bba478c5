"""Money goes back once, in parts or whole, and a dispute keeps the books right."""

import pytest

from shop.checking import check
from shop.errors import Refused
from shop.jobs import run_until_idle
from shop.ledger.models import Account, totals
from shop.payments.reconciling import send_refunds_of
from shop.payments.settling import refund_order
from tests.plugins.stripe.test_paying import deliver, page_of, press_pay
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


def ask_back(db, order, amount, key="spilled"):
    (refund,) = refund_order(order, amount, "spilled", key, None)
    db.session.commit()
    return refund


def pot(owner, ref="", purpose="") -> int:
    return Account.of(owner, "CNY", ref, purpose).balance()


def test_parts_and_the_rest_go_back(app, client, db, stripe, order):
    for n, part in enumerate((1, 3333, 6666)):
        refund = ask_back(db, order, part, f"key-{n}")
        send_refunds_of(refund.payment_id)
    told = deliver(client, stripe)

    db.session.refresh(order)
    assert [t.json["outcomes"] for t in told] == [["late"]] * 3
    assert (stripe.refunded, order.state) == (10000, "refunded")
    assert (pot("provider", "stripe"), totals()) == (0, {"CNY": 0})
    assert check(app) == []


def test_never_more_than_was_paid(db, stripe, order):
    ask_back(db, order, 6000)

    with pytest.raises(Refused):
        refund_order(order, 4001, "too much", "again", None)


@pytest.mark.parametrize("forgets", [False, True])
def test_a_refund_without_an_answer_is_sent_once(app, db, stripe, order, forgets):
    refund = ask_back(db, order, 4000)
    stripe.trouble = ["hang up before", "", "hang up after", "hang up after"]

    run_until_idle(app)
    if forgets:
        stripe.forget_keys()
    send_refunds_of(refund.payment_id)

    db.session.refresh(refund)
    assert (refund.state, refund.reference, stripe.refunded) == ("done", "re_1", 4000)


def test_the_webhook_may_be_first(app, client, db, stripe, order):
    refund = ask_back(db, order, 4000)
    stripe.trouble = ["", "", "hang up after", "hang up after"]
    run_until_idle(app)

    told = deliver(client, stripe)
    send_refunds_of(refund.payment_id)

    db.session.refresh(refund)
    assert (told[0].json, refund.state, stripe.refunded) == ({"outcomes": ["refunded"]}, "done", 4000)


def test_a_refund_that_stripe_refuses_is_told_and_moves_nothing(app, db, stripe, order):
    refund = ask_back(db, order, 4000)
    stripe.intents["pi_1"]["amount_received"] = 0

    send_refunds_of(refund.payment_id)

    db.session.refresh(refund)
    assert (refund.state, "greater than" in refund.note, pot("provider", "stripe")) == (
        "failed",
        True,
        -10000,
    )


def test_a_refund_made_in_stripes_dashboard_counts_once(app, client, db, stripe, order):
    status, _made = stripe._refund({"payment_intent": "pi_1", "amount": "2500"})

    told = deliver(client, stripe, stripe.events * 2)

    assert (status, [t.json["outcomes"] for t in told]) == (200, [["refunded"], ["known"]])
    assert pot("provider", "stripe") == -7500
    assert check(app) == []
