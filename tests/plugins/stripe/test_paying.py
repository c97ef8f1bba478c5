"""A card pays an order: only Stripe's signed word counts, once, whatever the network does."""

import random
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from plugins.stripe.jobs import close_dead
from shop.clock import now
from shop.events import Event
from shop.jobs import run_until_idle
from shop.ledger.models import Transfer, totals
from shop.payments.cancelling import cancel_order
from shop.payments.deferring import ask_to_capture, ask_to_void
from shop.payments.models import Payment
from shop.payments.reconciling import ask_about_silent
from tests.support.sales import open_stall, order_from

pytestmark = pytest.mark.both_engines


def press_pay(client, order):
    """The shopper of the order presses Pay with a card."""
    client.get(f"/o/{order.secret}")
    return client.post(f"/orders/{order.number}/payments", data={"method": "stripe"})


def page_of(answer) -> str:
    return answer.location.rpartition("/")[2]


def deliver(client, fake, events=None):
    return [client.post("/hooks/pay/stripe", **fake.signed(event)) for event in events or fake.events]


def the_payment(db) -> Payment:
    db.session.expire_all()
    return db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()


def test_a_card_pays_and_only_the_webhook_tells(client, db, stripe):
    order = order_from(open_stall(price=10000))

    answer = press_pay(client, order)
    stripe.pay(page_of(answer))
    back = client.get(f"/orders/{order.number}")
    before = the_payment(db).state
    told = deliver(client, stripe)

    assert (answer.status_code, answer.location) == (303, f"{stripe.url}/pay/cs_test_1")
    assert (back.status_code, before) == (200, "started")
    assert [t.json for t in told] == [{"outcomes": ["paid"]}, {"outcomes": ["late"]}]
    db.session.refresh(order)
    assert (order.state, the_payment(db).captured, stripe.charged) == ("paid", 10000, 10000)


def test_events_told_twice_and_shuffled_count_once(client, db, stripe):
    stall = open_stall(price=10000)
    orders = [order_from(stall) for _ in range(4)]
    for order in orders:
        stripe.pay(page_of(press_pay(client, order)))
    events = stripe.events * 2
    random.Random(7).shuffle(events)

    told = deliver(client, stripe, events)

    outcomes = [word for answer in told for word in answer.json["outcomes"]]
    assert sorted(outcomes) == ["known"] * 8 + ["late"] * 4 + ["paid"] * 4
    db.session.expire_all()
    assert [order.state for order in orders] == ["paid"] * 4
    assert (stripe.charged, totals()) == (40000, {"CNY": 0})
    assert db.session.scalar(select(func.count(Event.id)).where(Event.name == "order.paid")) == 4


def test_a_declined_card_is_no_end_and_another_pays(client, db, stripe):
    order = order_from(open_stall(price=10000))
    page = page_of(press_pay(client, order))

    stripe.pay(page, card="declined")
    deliver(client, stripe)
    declined = the_payment(db).state
    again = page_of(press_pay(client, order))
    stripe.pay(again)
    deliver(client, stripe)

    db.session.refresh(order)
    assert (declined, again, order.state, stripe.charged) == ("started", page, "paid", 10000)


def test_a_page_that_stripe_closed_is_opened_anew(client, db, stripe):
    order = order_from(open_stall(price=10000))
    first = page_of(press_pay(client, order))

    stripe.sessions[first].update(status="expired", url=None)
    second = page_of(press_pay(client, order))
    stripe.pay(second)
    deliver(client, stripe)

    db.session.refresh(order)
    assert (first, second, the_payment(db).reference) == ("cs_test_1", "cs_test_2", "cs_test_2")
    assert order.state == "paid"


@pytest.mark.parametrize("trouble", ["down", "hang up before", "hang up after"])
def test_a_start_without_an_answer_opens_one_page(client, db, stripe, trouble):
    order = order_from(open_stall(price=10000))
    stripe.trouble = [trouble, trouble]  # the SDK itself tries twice

    first = press_pay(client, order)
    second = press_pay(client, order)

    assert first.location == f"/orders/{order.number}"
    assert page_of(second) == "cs_test_1"
    assert len(stripe.sessions) == 1


def test_a_lost_answer_is_asked_for_by_key_even_when_keys_are_forgotten(client, db, stripe):
    order = order_from(open_stall(price=10000))
    stripe.trouble = ["hang up after", "hang up after"]
    press_pay(client, order)
    stripe.pay("cs_test_1")
    stripe.forget_keys()

    with time_machine.travel(now() + timedelta(minutes=2)):
        settled = ask_about_silent()

    payment = the_payment(db)
    db.session.refresh(order)
    assert (settled, order.state, payment.state) == (1, "paid", "captured")
    assert (payment.reference, payment.charge, stripe.charged) == ("cs_test_1", "pi_1", 10000)


def test_a_webhook_finds_a_payment_whose_start_got_no_answer(client, db, stripe):
    order = order_from(open_stall(price=10000))
    stripe.trouble = ["hang up after", "hang up after"]
    press_pay(client, order)
    stripe.pay("cs_test_1")

    told = deliver(client, stripe)

    db.session.refresh(order)
    assert ([t.status_code for t in told], order.state) == ([200, 200], "paid")


def test_asking_after_the_webhook_changes_nothing(client, db, stripe):
    order = order_from(open_stall(price=10000))
    stripe.pay(page_of(press_pay(client, order)))
    deliver(client, stripe)
    before = db.session.scalar(select(func.count(Transfer.id)))

    with time_machine.travel(now() + timedelta(minutes=2)):
        settled = ask_about_silent()

    assert (settled, db.session.scalar(select(func.count(Transfer.id)))) == (0, before)


def test_the_page_of_a_dead_order_is_closed(app, client, db, stripe):
    order = order_from(open_stall(price=10000))
    press_pay(client, order)
    cancel_order(order, "changed my mind", None)
    db.session.commit()

    closed = close_dead()

    assert (closed, stripe.sessions["cs_test_1"]["status"]) == (1, "expired")
    assert the_payment(db).state == "failed"


def test_money_for_a_dead_order_goes_back_by_itself(app, client, db, stripe):
    order = order_from(open_stall(price=10000))
    stripe.pay(page_of(press_pay(client, order)))
    cancel_order(order, "changed my mind", None)
    db.session.commit()

    told = deliver(client, stripe)
    run_until_idle(app)

    assert told[0].json == {"outcomes": ["unallocated"]}
    assert (stripe.charged, stripe.refunded) == (10000, 10000)
    assert totals() == {"CNY": 0}


def reserved(client, db, stripe):
    """An order whose lines ask that money is only reserved, and a card that does."""
    order = order_from(open_stall(price=10000))
    order.lines[0].inputs = {**order.lines[0].inputs, "deferred_capture": True}
    db.session.commit()
    stripe.pay(page_of(press_pay(client, order)))
    deliver(client, stripe)
    db.session.expire_all()
    return order


def test_reserved_money_is_taken_later_and_once(app, client, db, stripe):
    order = reserved(client, db, stripe)
    before = (the_payment(db).state, order.state, stripe.charged)

    ask_to_capture(order)
    ask_to_capture(order)
    db.session.commit()
    run_until_idle(app)
    deliver(client, stripe)

    db.session.refresh(order)
    assert before == ("authorized", "pending", 0)
    assert (the_payment(db).state, order.state, stripe.charged) == ("captured", "paid", 10000)


def test_a_capture_without_an_answer_is_asked_again(app, client, db, stripe):
    order = reserved(client, db, stripe)
    stripe.trouble = ["", "hang up after", "hang up after"]

    ask_to_capture(order)
    db.session.commit()
    run_until_idle(app)
    with time_machine.travel(now() + timedelta(seconds=10)):
        run_until_idle(app)

    assert (the_payment(db).state, stripe.charged) == ("captured", 10000)


def test_reserved_money_is_let_go(app, client, db, stripe):
    order = reserved(client, db, stripe)

    ask_to_void(order)
    db.session.commit()
    run_until_idle(app)

    assert (the_payment(db).state, stripe.intents["pi_1"]["status"], stripe.charged) == (
        "voided",
        "canceled",
        0,
    )


def test_what_was_reserved_for_a_dead_order_is_let_go(client, db, stripe):
    order = reserved(client, db, stripe)
    cancel_order(order, "changed my mind", None)
    db.session.commit()

    close_dead()

    assert (the_payment(db).state, stripe.intents["pi_1"]["status"]) == ("voided", "canceled")


def test_one_payment_that_stripe_does_not_know_does_not_stop_the_others(client, db, stripe):
    stall = open_stall(price=10000)
    forgotten, order = order_from(stall), order_from(stall)
    press_pay(client, forgotten)
    page = page_of(press_pay(client, order))
    stripe.pay(page)
    del stripe.sessions["cs_test_1"]

    with time_machine.travel(now() + timedelta(minutes=2)):
        settled = ask_about_silent()

    db.session.refresh(order)
    assert (settled, order.state) == (1, "paid")
