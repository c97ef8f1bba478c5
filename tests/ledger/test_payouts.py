"""What is earned becomes payable when the return window closes, is paid out once, and is clawed back to the cent."""

import re
from datetime import timedelta

import pytest
import time_machine

from shop.checking import check
from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Membership
from shop.db import db as database
from shop.errors import Refused
from shop.jobs import run_until_idle
from shop.ledger.completing import complete
from shop.ledger.models import Account, totals
from shop.ledger.payouts import PAYOUT_MOVES, Payout, PayoutBatch, due
from shop.payments.settling import refund_done, refund_order
from tests.support import goods
from tests.support.people import sign_in
from tests.support.races import meet, race
from tests.support.sales import open_stall, order_from, pay

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stall(db):
    return open_stall(price=10000, stock=None, community_share=500, sharer_share=300)


@pytest.fixture
def operator(db):
    made = goods.person("Operator", is_operator=True)
    db.session.commit()
    return made


def pots(party: str, number: int) -> tuple[int, int, int]:
    """Pending, payable, paid."""
    accounts = (
        Account.of(party, "CNY", number, "pending"),
        Account.of(party, "CNY", number, "payable"),
        Account.of("outside", "CNY", f"{party}:{number}", "paid"),
    )
    pending, payable, paid = (account.balance() for account in accounts)
    database.session.commit()
    return pending, payable, paid


def sold(stall, quantity=1, **more):
    """An order that was paid and received."""
    order = order_from(stall, quantity, **more)
    pay(order)
    order.ship("Post", "T1", stall.owner)
    order.receive(None)
    database.session.commit()
    return order


def completed(stall, quantity=1, **more):
    order = sold(stall, quantity, **more)
    complete(order)
    database.session.commit()
    return order


def give_back(order, amount, key="key"):
    for refund in refund_order(order, amount, "chipped", key, None):
        refund_done(refund)
    database.session.commit()


def test_shares_become_payable_when_the_return_window_closes(app, db, stall):
    order = sold(stall)

    with time_machine.travel(now() + timedelta(days=6, hours=23)):
        run_until_idle(app)
        db.session.expire_all()
        assert (order.state, pots("merchant", stall.merchant.id)) == ("received", (9500, 0, 0))
    with time_machine.travel(now() + timedelta(days=8, hours=1)):
        run_until_idle(app)
        db.session.expire_all()

        assert order.state == "completed"
        assert pots("merchant", stall.merchant.id) == (0, 9500, 0)
        assert pots("community", stall.community.id) == (0, 500, 0)
        run_until_idle(app)
        assert check(app) == []


def test_a_sharer_whose_link_brought_the_sale_is_paid_too(db, stall):
    lin = goods.person("Sharer")
    db.session.add(Membership(community_id=stall.community.id, person_id=lin.id, role="member"))
    db.session.flush()
    link = GroupLink.make(stall.community, lin, "Tuesday")

    completed(stall, link=link)

    assert pots("sharer", lin.id) == (0, 300, 0)
    assert pots("merchant", stall.merchant.id) == (0, 9200, 0)


def test_a_batch_pays_everybody_above_the_threshold(app, db, stall, operator):
    completed(stall, 2)

    batch = PayoutBatch.plan("CNY", 5000, operator)
    db.session.commit()

    assert [(p.account.owner, p.amount, p.state) for p in batch.payouts] == [("merchant", 19000, "planned")]
    assert pots("merchant", stall.merchant.id) == (0, 19000, 0)
    batch.payouts[0].send("BANK-77", operator)
    db.session.commit()
    assert pots("merchant", stall.merchant.id) == (0, 0, 19000)
    assert pots("community", stall.community.id) == (0, 1000, 0)
    assert (batch.payouts[0].note, totals()) == ("BANK-77", {"CNY": 0})
    assert check(app) == []


def test_what_is_promised_is_not_promised_again(db, stall, operator):
    completed(stall)
    PayoutBatch.plan("CNY", 1, operator)
    db.session.commit()

    with pytest.raises(Refused, match="Nobody"):
        PayoutBatch.plan("CNY", 1, operator)


def test_what_was_cancelled_or_came_back_is_due_again(app, db, stall, operator):
    completed(stall)
    first = PayoutBatch.plan("CNY", 5000, operator).payouts[0]
    first.cancel("wrong account", operator)
    second = PayoutBatch.plan("CNY", 5000, operator).payouts[0]
    second.send("BANK-1", operator)
    second.fail("account closed", operator)
    db.session.commit()

    assert (first.state, second.state) == ("cancelled", "failed")
    assert pots("merchant", stall.merchant.id) == (0, 9500, 0)
    assert [amount for _account, amount in due("CNY", 5000)] == [9500]
    assert check(app) == []


def test_a_payout_moves_only_along_its_table(db, stall, operator):
    completed(stall)
    account = Account.of("merchant", "CNY", stall.merchant.id, "payable")
    batch = PayoutBatch(currency="CNY", by_id=operator.id)
    verbs = {"sent": Payout.send, "failed": Payout.fail, "cancelled": Payout.cancel}
    for state, targets in PAYOUT_MOVES.items():
        for to, verb in verbs.items():
            batch.payouts.append(Payout(account_id=account.id, amount=5, state=state))
            db.session.add(batch)
            db.session.flush()
            account.promise(5)
            if to in targets:
                verb(batch.payouts[-1], "x", operator)
                assert batch.payouts[-1].state == to
            else:
                with pytest.raises(Refused, match="moved on"):
                    verb(batch.payouts[-1], "x", operator)


def test_a_refund_after_the_payout_is_taken_off_the_next_one(app, db, stall, operator):
    first = completed(stall)
    PayoutBatch.plan("CNY", 1, operator)
    for payout in db.session.query(Payout):
        payout.send("BANK-1", operator)
    db.session.commit()

    give_back(first, 3333)

    assert pots("merchant", stall.merchant.id) == (0, -3166, 9500)
    assert pots("community", stall.community.id) == (0, -167, 500)
    completed(stall)
    batch = PayoutBatch.plan("CNY", 1, operator)
    assert {p.account.owner: p.amount for p in batch.payouts} == {"merchant": 9500 - 3166, "community": 333}
    db.session.commit()
    assert check(app) == []


def test_a_refund_of_everything_reverses_every_share_to_the_cent(app, db, stall, operator):
    order = completed(stall)
    for payout in PayoutBatch.plan("CNY", 1, operator).payouts:
        payout.send("BANK-1", operator)

    for number, part in enumerate((1, 3333, 6666)):
        give_back(order, part, f"key-{number}")

    assert order.state == "refunded"
    assert pots("merchant", stall.merchant.id) == (0, -9500, 9500)
    assert pots("community", stall.community.id) == (0, -500, 500)
    assert (Account.of("held", "CNY").balance(), totals()) == (0, {"CNY": 0})
    assert check(app) == []


def test_a_refund_between_planning_and_sending_stops_the_payout(app, db, stall, operator):
    order = completed(stall)
    payout = PayoutBatch.plan("CNY", 5000, operator).payouts[0]
    db.session.commit()
    give_back(order, 1000)

    with pytest.raises(Refused, match="cancel it"):
        payout.send("BANK-1", operator)
    db.session.rollback()

    assert (payout.state, pots("merchant", stall.merchant.id)) == ("planned", (0, 8550, 0))
    payout.cancel("a refund came", operator)
    again = PayoutBatch.plan("CNY", 5000, operator).payouts[0]
    again.send("BANK-2", operator)
    db.session.commit()
    assert pots("merchant", stall.merchant.id) == (0, 0, 8550)
    assert check(app) == []


def test_a_party_pays_what_it_owes_and_no_more(app, db, client, stall, operator):
    order = completed(stall)
    PayoutBatch.plan("CNY", 1, operator)
    for payout in db.session.query(Payout):
        payout.send("BANK-1", operator)
    db.session.commit()
    give_back(order, 10000, "all of it")
    owes = Account.of("merchant", "CNY", stall.merchant.id, "payable")
    assert pots("merchant", stall.merchant.id) == (0, -9500, 9500)
    sign_in(client, operator)
    said = re.search(r'debts/\d+".*?name="once" value="([^"]+)"', client.get("/admin/payouts").text, re.S)
    paid = {"amount": "95.00", "note": "BANK-7", "once": said[1]}

    too_much = client.post(f"/admin/payouts/debts/{owes.id}", data=paid | {"amount": "95.01"})
    answers = [client.post(f"/admin/payouts/debts/{owes.id}", data=paid) for _press in range(2)]

    assert (too_much.status_code, [a.status_code for a in answers]) == (409, [303, 303])
    assert pots("merchant", stall.merchant.id) == (0, 0, 0)
    assert totals() == {"CNY": 0}
    assert check(app) == []


def test_each_currency_has_a_batch_of_its_own(db, stall, operator):
    completed(stall)
    assert due("USD", 1) == []


def plan_at_once(app, runner):
    """Read what is due; once everybody has read it, plan and send it."""
    with app.test_request_context():
        operator = database.session.query(goods.Person).filter_by(is_operator=True).one()
        found = [(account.id, amount) for account, amount in due("CNY", 1)]
        operator_id = operator.id
        database.session.commit()
        meet()
        batch = PayoutBatch(currency="CNY", by_id=operator_id)
        for account_id, amount in found:
            if database.session.get_one(Account, account_id).promise(amount):
                batch.payouts.append(Payout(account_id=account_id, amount=amount))
        database.session.add(batch)
        database.session.flush()
        for payout in batch.payouts:
            payout.send(f"BANK-{runner}", operator)
        database.session.commit()
        return sum(payout.amount for payout in batch.payouts)


def plan_without_the_guard(app, runner):
    Account.promise = promise_blindly
    Account.covers_promises = lambda self: True
    return plan_at_once(app, runner)


def promise_blindly(account, amount):
    account.promised += amount
    return True


@pytest.mark.races
def test_sixteen_operators_at_once_pay_what_is_payable_once(app, db, stall, operator, database_url):
    completed(stall)

    outcomes = race(plan_at_once, database_url, LOCK_SECONDS=30)

    assert [o.error for o in outcomes if o.error] == []
    assert sum(o.value for o in outcomes) == 10000
    assert pots("merchant", stall.merchant.id) == (0, 0, 9500)
    assert check(app) == []


@pytest.mark.races
def test_without_the_guard_they_pay_it_many_times(app, db, stall, operator, database_url):
    completed(stall)

    outcomes = race(plan_without_the_guard, database_url, LOCK_SECONDS=30)

    assert sum(o.value or 0 for o in outcomes) > 10000
    assert pots("merchant", stall.merchant.id)[1] < 0
