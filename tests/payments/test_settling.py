"""Money counts once, fits what was asked, and never disappears."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from shop.clock import now
from shop.db import db as database
from shop.errors import NotValid, Refused
from shop.events import Event
from shop.jobs import run_until_idle
from shop.ledger.models import Account, Transfer, totals
from shop.payments.cancelling import cancel_order
from shop.payments.method import Report
from shop.payments.models import PAYMENT_MOVES, Payment, Refund
from shop.payments.settling import intend, refund_done, refund_order, remember, settle
from tests.support.races import race
from tests.support.sales import captured, open_stall, order_from, pay, started

pytestmark = pytest.mark.both_engines


def balance(owner, ref="", purpose="") -> int:
    return Account.of(owner, "CNY", ref, purpose).balance()


def test_a_verified_report_pays_the_order_and_shares_it_out(db):
    stall = open_stall(price=10000)
    order = order_from(stall)
    payment = started(order)

    outcome = settle("demopay", captured(payment))

    assert (outcome, order.state, payment.state, payment.captured) == ("paid", "paid", "captured", 10000)
    assert balance("provider", "demopay") == -10000
    assert balance("held") == 0
    assert balance("merchant", stall.merchant.id, "pending") == 9500
    assert balance("community", stall.community.id, "pending") == 500
    assert totals() == {"CNY": 0}


def test_the_same_report_again_changes_nothing(db):
    order = order_from(open_stall(price=10000))
    payment = started(order)
    report = captured(payment)

    outcomes = [
        remember("demopay", report),
        settle("demopay", report),
        remember("demopay", report),
        settle("demopay", report),
    ]

    assert outcomes == [True, "paid", False, "late"]
    assert db.session.scalar(select(func.count(Transfer.id))) == 3
    assert db.session.scalar(select(func.count(Event.id)).where(Event.name == "order.paid")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 1},
        {"amount": 1000000},
        {"currency": "USD"},
        {"reference": "ref-of-nobody"},
        {"kind": "blessed"},
    ],
)
def test_a_genuine_report_that_does_not_fit_our_books_pays_nothing(db, wrong):
    order = order_from(open_stall(price=10000))
    payment = started(order)
    facts = {"kind": "captured", "reference": payment.reference, "amount": 10000, "currency": "CNY"} | wrong

    with pytest.raises(NotValid):
        settle("demopay", Report("evt", **facts))

    assert (order.state, payment.state) == ("pending", "started")


def test_money_for_a_cancelled_order_waits_and_goes_back(db):
    order = order_from(open_stall(price=10000))
    payment = started(order)
    cancel_order(order, "changed my mind", None)

    outcome = settle("demopay", captured(payment))

    assert (outcome, order.state) == ("unallocated", "cancelled")
    assert balance("unallocated") == 10000
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount, refund.state) == (10000, "asked")
    assert refund_done(refund)
    assert (balance("unallocated"), balance("provider", "demopay")) == (0, 0)


def test_late_money_takes_the_stock_again_while_it_is_there(app, db):
    stall = open_stall(stock=1)
    order = order_from(stall)
    payment = started(order)

    with time_machine.travel(now() + timedelta(minutes=16)):
        run_until_idle(app)
        db.session.expire_all()
        assert order.state == "expired"
        outcome = settle("demopay", captured(payment))
        db.session.commit()

    assert (outcome, order.state) == ("paid", "paid")
    db.session.expire_all()
    assert stall.product.variants[0].left == 0


def test_late_money_goes_back_when_somebody_else_has_the_last_one(app, db):
    stall = open_stall(stock=1)
    payment = started(order_from(stall))

    with time_machine.travel(now() + timedelta(minutes=16)):
        pay(order_from(stall))
        outcome = settle("demopay", captured(payment))
        db.session.commit()

    assert outcome == "unallocated"
    db.session.expire_all()
    assert stall.product.variants[0].left == 0
    assert totals() == {"CNY": 0}


def test_partial_refunds_reverse_every_share_exactly(db):
    stall = open_stall(price=9999, community_share=333)
    order = order_from(stall)
    pay(order)

    for part in (1, 3333, 6665):
        (refund,) = refund_order(order, part, "spilled", f"key-{part}", None)
        refund_done(refund)

    assert order.state == "refunded"
    assert all(share.reversed == share.amount for share in order.shares)
    assert [
        balance("merchant", stall.merchant.id, "pending"),
        balance("community", stall.community.id, "pending"),
    ] == [0, 0]
    assert (balance("provider", "demopay"), balance("held"), totals()) == (0, 0, {"CNY": 0})


def test_never_more_goes_back_than_was_captured(db):
    order = order_from(open_stall(price=10000))
    payment = pay(order)
    refund_order(order, 6000, "part", "one", None)
    db.session.commit()

    with pytest.raises(Refused, match="more than is left"):
        refund_order(order, 4001, "too much", "two", None)
    db.session.rollback()

    db.session.refresh(payment)
    assert (payment.refunded, payment.refundable) == (6000, 4000)


def test_a_declined_payment_may_be_tried_again(db):
    order = order_from(open_stall())
    payment = started(order)

    settle("demopay", Report("evt", "failed", str(payment.reference), payment.amount, "CNY", note="declined"))
    again = intend(order, "demopay")
    db.session.flush()

    assert (payment.state, order.state, again.id != payment.id) == ("failed", "pending", True)


def test_a_payment_moves_only_along_its_table(db):
    order = order_from(open_stall(stock=None))
    for state, targets in PAYMENT_MOVES.items():
        for to in PAYMENT_MOVES:
            payment = Payment(order=order, method="demopay", amount=5, currency="CNY", state=state)
            db.session.add(payment)
            db.session.flush()
            assert payment.move(to) == (to in targets)


def settle_it(app, runner):
    """Webhook, return page and reconciling job at once: each runner settles the same payment."""
    with app.test_request_context():
        payment = database.session.scalars(select(Payment)).one()
        report = captured(payment)
        fresh = Report(f"evt-{runner}", report.kind, report.reference, report.amount, report.currency)
        remember("demopay", fresh)
        outcome = settle("demopay", fresh)
        database.session.commit()
        return outcome


@pytest.mark.races
def test_sixteen_settle_at_once_and_one_does(db, database_url):
    stall = open_stall(price=10000)
    started(order_from(stall))

    outcomes = race(settle_it, database_url, processes=4, threads=4, LOCK_SECONDS=30)

    assert [o.error for o in outcomes if o.error] == []
    assert sorted(o.value for o in outcomes) == ["late"] * 15 + ["paid"]
    assert totals() == {"CNY": 0}
    assert balance("merchant", stall.merchant.id, "pending") == 9500


def refund_it(app, runner):
    with app.test_request_context():
        payment = database.session.scalars(select(Payment)).one()
        try:
            payment.ask_refund(1000, "again", f"key-{runner // 2}-{runner}")
            database.session.commit()
            return True
        except Refused:
            database.session.rollback()
            return False


@pytest.mark.races
def test_sixteen_refunds_of_a_tenth_are_ten(db, database_url):
    payment = pay(order_from(open_stall(price=10000)))

    outcomes = race(refund_it, database_url, processes=4, threads=4, LOCK_SECONDS=30)

    assert [o.error for o in outcomes if o.error] == []
    assert sum(o.value for o in outcomes) == 10
    db.session.refresh(payment)
    assert payment.refunded == payment.captured == 10000
