"""Whatever people, providers and the clock do, in any order: no state is left but by its table, the books are right.

Hypothesis chooses the deeds; after each of them `shop check` must find nothing. SHOP_BOOKS_STEPS makes it longer.
"""

import os
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from shop.checking import check
from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import Event
from shop.ledger.books import freeze_shares, thaw_shares
from shop.ledger.completing import complete_received
from shop.ledger.models import Transfer
from shop.ledger.payouts import PAYOUT_MOVES, Payout, PayoutBatch, PayoutChange
from shop.orders.expiring import expire_overdue
from shop.orders.models import MOVES, Order, OrderChange
from shop.orders.receiving import receive_shipped
from shop.payments.cancelling import cancel_order
from shop.payments.method import Report
from shop.payments.models import PAYMENT_MOVES, REFUND_MOVES, Payment, Refund
from shop.payments.settling import intend, refund_done, refund_order, settle
from tests.support.sales import open_stall, order_from

# In `make test` a few hundred deeds; `SHOP_BOOKS_STEPS=5000 pytest tests/ledger/test_any_order_of_deeds.py` for more.
STEPS = int(os.environ.get("SHOP_BOOKS_STEPS", "0"))
LENGTH = 40
WAYS = st.sampled_from(("demopay", "demopay", "offlinepay"))
TABLES = ((Payment, PAYMENT_MOVES), (Refund, REFUND_MOVES), (Payout, PAYOUT_MOVES))


class Deeds(RuleBasedStateMachine):
    """The deeds of a shop with one stall of forty things; each is one transaction, and what is refused is undone."""

    def __init__(self, app, stall, clock):
        super().__init__()
        self.app, self.stall, self.clock = app, stall, clock
        self.was = states()

    @rule(quantity=st.integers(1, 4))
    def order(self, quantity):
        self.do(lambda: order_from(self.stall, quantity))

    @rule(quantity=st.integers(1, 2), method=WAYS)
    def sell(self, quantity, method):
        """An order all the way to the shopper's hands, so that what comes after has something to come after."""
        self.do(lambda: sell(self.stall, quantity, method))

    @rule(which=st.integers(0, 99), method=WAYS)
    def begin_to_pay(self, which, method):
        order = chosen(Order, which)
        if order is not None:
            self.do(lambda: begin(order, method))

    @rule(
        which=st.integers(0, 99),
        kind=st.sampled_from(("captured", "captured", "captured", "authorized", "failed")),
    )
    def report(self, which, kind):
        payment = chosen(Payment, which, Payment.reference.is_not(None))
        if payment is not None:
            self.do(lambda: settle(payment.method, report_of(payment, kind)))

    @rule(which=st.integers(0, 99))
    def cancel(self, which):
        order = chosen(Order, which)
        if order is not None:
            self.do(lambda: cancel_order(order, "changed my mind", None))

    @rule(which=st.integers(0, 99), verb=st.sampled_from(("ship", "receive")))
    def deliver(self, which, verb):
        order = chosen(Order, which, Order.state.in_(("paid", "shipped")))
        if order is not None:
            deed = {
                "ship": lambda: order.ship("Post", "T1", self.stall.owner),
                "receive": lambda: order.receive(None),
            }
            self.do(deed[verb])

    @rule(which=st.integers(0, 99), part=st.integers(1, 100), at_once=st.booleans())
    def ask_refund(self, which, part, at_once):
        order = chosen(Order, which, Order.state.in_(("paid", "shipped", "received", "completed")))
        if order is not None:
            amount = max(1, order.total * part // 100)
            self.do(lambda: refund(order, amount, at_once))

    @rule(which=st.integers(0, 99), kind=st.sampled_from(("done", "done", "failed", "again")))
    def answer_refund(self, which, kind):
        refund = chosen(Refund, which)
        if refund is not None:
            deed = {
                "done": lambda: refund_done(refund),
                "failed": lambda: refund.move("failed"),
                "again": lambda: refund.move("asked"),
            }
            self.do(deed[kind])

    @rule(which=st.integers(0, 99), part=st.integers(0, 100), ends=st.booleans())
    def dispute(self, which, part, ends):
        """A bank disputes a payment; what was disputed already (or at once) ends, and some of it is lost."""
        payment = chosen(
            Payment, which, Payment.captured > 0, Payment.is_allocated, ~Payment.is_with_merchant
        )
        if payment is not None:
            self.do(lambda: dispute(payment, part, ends))

    @rule(hours=st.sampled_from((0.1, 1, 200, 200)))
    def let_time_pass(self, hours):
        """What the worker does meanwhile, without its patience being tried."""
        self.clock.shift(timedelta(hours=hours))
        expire_overdue()
        receive_shipped(self.app.config["RECEIPT_DAYS"])
        complete_received(self.app.config["RETURN_DAYS"])
        for event in db.session.scalars(select(Event).where(Event.spread_at.is_(None))):
            event.spread_at = now()
        db.session.commit()

    @rule(threshold=st.integers(1, 20000))
    def plan_payouts(self, threshold):
        self.do(lambda: PayoutBatch.plan("CNY", threshold, self.stall.owner))

    @rule(comes_back=st.booleans())
    def pay_out(self, comes_back):
        self.do(lambda: pay_out(self.stall.owner, comes_back))

    @rule(which=st.integers(0, 99), verb=st.sampled_from(("send", "send", "fail", "cancel")))
    def move_payout(self, which, verb):
        payout = chosen(Payout, which)
        if payout is not None:
            self.do(lambda: getattr(payout, verb)("BANK-1", self.stall.owner))

    @invariant()
    def no_state_was_left_but_by_its_table(self):
        is_state = states()
        for model, table in TABLES:
            for number, state in is_state[model].items():
                was = self.was[model].get(number)
                assert was is None or state == was or state in table[was], (model, number, was, state)
        self.was = is_state
        for before, after in db.session.execute(select(OrderChange.from_state, OrderChange.to_state)):
            assert before is None or after in MOVES[before]
        for before, after in db.session.execute(select(PayoutChange.from_state, PayoutChange.to_state)):
            assert after in PAYOUT_MOVES[before]
        db.session.rollback()

    @invariant()
    def the_books_are_right(self):
        assert check(self.app) == []

    def do(self, deed):
        try:
            deed()
            db.session.commit()
        except Refused:
            db.session.rollback()


def begin(order, method="demopay"):
    payment = intend(order, method)
    db.session.flush()
    payment.move("started", reference=f"ref-{payment.id}")


def refund(order, amount, at_once):
    for asked in refund_order(order, amount, "chipped", f"key-{os.urandom(8).hex()}", None):
        if at_once:
            refund_done(asked)


def dispute(payment, lost, ends):
    order, cause = payment.order, os.urandom(8).hex()
    if not order.is_frozen:
        freeze_shares(order, cause)
        if not ends:
            return
    part = payment.refundable * lost // 100
    if part:
        refund_done(payment.ask_refund(part, "lost", f"dispute-{cause}"))
    thaw_shares(order, cause)


def sell(stall, quantity, method):
    order = order_from(stall, quantity)
    begin(order, method)
    settle(
        method,
        report_of(db.session.scalars(select(Payment).order_by(Payment.id.desc())).first(), "captured"),
    )
    order.receive(None)


def pay_out(by, comes_back):
    for payout in PayoutBatch.plan("CNY", 1, by).payouts:
        payout.send("BANK-1", by)
        if comes_back:
            payout.fail("account closed", by)


def report_of(payment, kind):
    return Report(os.urandom(8).hex(), kind, str(payment.reference), payment.amount, payment.currency)


def chosen(model, which, *those):
    """One of the rows, by a number that Hypothesis chose."""
    numbers = db.session.scalars(select(model.id).where(*those).order_by(model.id.desc()).limit(12)).all()
    found = db.session.get_one(model, numbers[which % len(numbers)]) if numbers else None
    return found


def states():
    found = {model: dict(db.session.execute(select(model.id, model.state)).all()) for model, _table in TABLES}
    db.session.rollback()
    return found


@pytest.mark.both_engines
@pytest.mark.timeout(0 if STEPS else 300)
def test_any_order_of_deeds_keeps_the_books_right(app, db):
    stall = open_stall(price=9999, stock=40, community_share=333)
    examples = max(1, STEPS // LENGTH) if STEPS else 6

    with time_machine.travel(now(), tick=True) as clock:
        run_state_machine_as_test(
            lambda: Deeds(app, stall, clock),
            settings=settings(
                max_examples=examples,
                stateful_step_count=LENGTH,
                deadline=None,
                derandomize=not STEPS,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    reached = set(db.session.scalars(select(Transfer.reason).distinct()))
    assert {"share", "refund_share", "release", "payout", "freeze", "thaw", "collected"} <= reached
