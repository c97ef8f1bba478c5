"""What each party reads about its money: pots, lines, sums, and the same as a file; what the operator does about it."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from shop import once
from shop.ledger.completing import complete
from shop.ledger.models import Account, transfer
from shop.ledger.payouts import Payout, PayoutBatch
from shop.ledger.statement import Party, lines_of, pots_of, totals_of
from shop.payments.settling import refund_done, refund_order
from shop.people.models import Person
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from, pay
from tests.support.sql import count_sql


@pytest.fixture
def stall(db):
    return open_stall(price=10000, stock=None)


@pytest.fixture
def seller(db, stall):
    return db.session.scalars(select(Person).where(Person.name == "Seller")).one()


@pytest.fixture
def operator(db):
    made = goods.person("Operator", is_operator=True)
    db.session.commit()
    return made


@pytest.fixture
def told(db, stall):
    """A sale that was completed and paid out, of which a part went back later, and a sale that is pending."""
    first = completed(db, stall)
    for payout in PayoutBatch.plan("CNY", 1, stall.owner).payouts:
        payout.send("BANK-1", stall.owner)
    for refund in refund_order(first, 1000, "chipped", "key", None):
        refund_done(refund)
    pay(order_from(stall))
    return first


def completed(db, stall):
    order = order_from(stall)
    pay(order)
    order.receive(None)
    complete(order)
    db.session.commit()
    return order


def words(page) -> str:
    """What stands on a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.mark.both_engines
def test_the_lines_of_a_party_sum_to_its_pots(db, stall, told):
    party = Party("merchant", stall.merchant.id)

    (pots,) = pots_of(party)
    lines = [(line.reason, amount) for line, amount, _n in db.session.execute(lines_of(party))]

    assert (pots.pending, pots.payable, pots.paid) == (9500, -950, 9500)
    assert sorted(lines) == [("clawback", -950), ("payout", -9500), ("share", 9500), ("share", 9500)]
    assert sum(amount for _reason, amount in lines) == pots.pending + pots.payable
    assert [(reason, money.amount) for reason, money in totals_of(party)] == [
        ("share", 19000),
        ("clawback", -950),
        ("payout", -9500),
    ]
    assert pots.months[-1][1] == 18050
    assert [amount for _start, amount in pots.months[:-1]] == [0, 0, 0, 0, 0]


def test_a_merchant_reads_its_statement(db, client, stall, seller, told):
    sign_in(client, seller)

    page = client.get(f"/desk/{stall.merchant.slug}/statement")

    assert page.status_code == 200
    assert "Pending ¥95.00" in words(page)
    assert "Payable -¥9.50 comes off what is earned next" in words(page)
    assert "Paid out ¥95.00" in words(page)
    assert f"Refund after the return window {told.number} -¥9.50" in words(page)


def test_a_manager_and_a_sharer_read_theirs(client, stall, told):
    sign_in(client, stall.owner)

    page = client.get(f"/c/{stall.community.slug}/manage/statement")
    mine = client.get("/me/earnings")

    assert "Pending ¥5.00" in words(page)
    assert "Payable -¥0.50" in words(page)
    assert (mine.status_code, "No lines here" in mine.text) == (200, True)


def test_a_month_has_its_own_lines(client, stall, seller, told):
    sign_in(client, seller)
    address = f"/desk/{stall.merchant.slug}/statement"

    assert "No lines here" in client.get(f"{address}?month=2020-01").text
    assert client.get(f"{address}?month=yesterday").status_code == 422
    assert client.get(f"{address}?month=9999-12").status_code == 422


def test_lines_are_sorted_and_of_one_kind(client, stall, seller, told):
    sign_in(client, seller)
    address = f"/desk/{stall.merchant.slug}/statement"

    smallest = words(client.get(f"{address}?sort=amount"))
    of_refunds = client.get(f"{address}?what=clawback")

    assert smallest.index("-¥9.50") < smallest.index("-¥95.00")
    assert words(of_refunds).count(told.number) == 1
    assert "what=clawback" in re.search(r'href="([^"]+statement.csv[^"]*)"', of_refunds.text)[1]
    file = client.get(f"{address}.csv?what=clawback").text
    assert ("-9.50" in file, "Sale" in file) == (True, False)


def test_what_one_party_earned_the_other_has_passed_on(db, client, stall, seller):
    pots = [("merchant", stall.merchant), ("community", stall.community)]
    mine, theirs = [Account.of(owner, "CNY", whose.id, "payable") for owner, whose in pots]
    transfer(mine, theirs, 200, "earning", key="coupons:1")
    transfer(theirs, mine, 50, "earning_back", key="coupons:1:back")
    db.session.commit()

    merchants = words(goods.signed_in(client, seller).get(f"/desk/{stall.merchant.slug}/statement"))
    communities = words(
        goods.signed_in(client, stall.owner).get(f"/c/{stall.community.slug}/manage/statement")
    )

    assert f"Passed on {stall.community.name} – -¥2.00" in merchants
    assert f"Came back to you {stall.community.name} – ¥0.50" in merchants
    assert f"Earned {stall.merchant.name} – ¥2.00" in communities
    assert f"Taken back {stall.merchant.name} – -¥0.50" in communities


def test_a_statement_as_a_file_runs_no_formula(db, client, stall, seller, told):
    sign_in(client, seller)

    answer = client.get(f"/desk/{stall.merchant.slug}/statement.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    assert answer.mimetype == "text/csv"
    assert [(row["what"], row["amount"], row["currency"]) for row in rows] == [
        ("Sale", "95.00", "CNY"),
        ("Paid out", "-95.00", "CNY"),
        ("Refund after the return window", "-9.50", "CNY"),
        ("Sale", "95.00", "CNY"),
    ]


def test_a_long_statement_costs_no_more_statements(app, db, client, stall, seller, told):
    sign_in(client, seller)
    address = f"/desk/{stall.merchant.slug}/statement"
    client.get(address)
    with count_sql(app) as few:
        client.get(address)
    for _n in range(5):
        pay(order_from(stall))

    with count_sql(app) as many:
        client.get(address)

    assert len(many) == len(few)


def test_the_operator_plans_sends_and_notes_what_came_back(db, client, stall, operator):
    completed(db, stall)
    sign_in(client, operator)
    assert "¥95.00" in client.get("/admin/payouts").text
    form = {"currency": "CNY", "once": once.new_key()}

    first, again = client.post("/admin/payouts", data=form), client.post("/admin/payouts", data=form)

    batch = db.session.scalars(select(PayoutBatch)).one()
    address = f"/admin/payouts/{batch.id}"
    assert (first.location, again.location) == (address, address)
    file = client.get(f"{address}.csv").text.removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(file)))[1:] == [
        [f"P{batch.id}-1", "merchant", "Old Hill", "", "95.00", "CNY"]
    ]
    assert client.post(f"{address}/sending", data={"note": ""}).status_code == 422
    assert client.post(f"{address}/sending", data={"note": "BANK-77"}).status_code == 303
    assert "BANK-77" in client.get(address).text
    payout = db.session.scalars(select(Payout)).one()
    failure = f"/admin/payouts/items/{payout.id}/failure"
    assert client.post(failure, data={"note": "account closed"}).status_code == 303
    assert client.post(failure, data={"note": "account closed"}).status_code == 409
    assert "¥95.00" in client.get("/admin/payouts").text


def test_nothing_due_is_refused_in_words(client, operator):
    sign_in(client, operator)

    answer = client.post("/admin/payouts", data={"currency": "CNY", "once": once.new_key()})

    assert (answer.status_code, "Nobody has so much" in answer.text) == (409, True)


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)"])
def test_the_file_for_the_bank_runs_no_formula(db, client, stall, operator, name):
    stall.merchant.name = name
    completed(db, stall)
    batch = PayoutBatch.plan("CNY", 5000, operator)
    db.session.commit()
    sign_in(client, operator)

    rows = list(csv.reader(io.StringIO(client.get(f"/admin/payouts/{batch.id}.csv").text)))

    assert rows[1][2] == "'" + name
