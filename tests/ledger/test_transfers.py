"""Transfers balance by construction, and the database itself keeps them as they were written."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shop.ledger.models import Account, totals, transfer

pytestmark = pytest.mark.both_engines


@pytest.fixture
def pots(db):
    made = Account.of("provider", "CNY", "demopay"), Account.of("held", "CNY")
    transfer(*made, 1000, "payment", key="payment:1")
    db.session.commit()
    return made


def test_the_books_sum_to_nothing(pots):
    provider, held = pots

    assert (provider.balance(), held.balance()) == (-1000, 1000)
    assert totals() == {"CNY": 0}


def test_an_account_is_opened_once(db, pots):
    again = Account.of("held", "CNY")

    assert again.id == pots[1].id


INSERT = (
    "INSERT INTO transfer (key, debit_id, credit_id, amount, currency, reason, at) "
    "VALUES ('{key}', {debit}, {credit}, {amount}, '{currency}', 'x', '2026-01-01')"
)
GOOD = {"key": "new", "debit": "{a}", "credit": "{b}", "amount": 5, "currency": "CNY"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": -5},
        {"amount": 0},
        {"amount": "'abc'"},
        {"currency": "USD"},
        {"credit": "{a}"},
        {"credit": 999},
        {"key": "payment:1"},
    ],
)
def test_a_wrong_transfer_is_refused_by_the_database(db, pots, wrong):
    statement = INSERT.format(**{**GOOD, **wrong}).format(a=pots[0].id, b=pots[1].id)

    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))

    db.session.rollback()
    assert totals() == {"CNY": 0}
    assert pots[1].balance() == 1000


@pytest.mark.parametrize("tampering", ["UPDATE transfer SET amount = 1", "DELETE FROM transfer"])
def test_what_is_written_stays(db, pots, tampering):
    with pytest.raises(DBAPIError):
        db.session.execute(text(tampering))

    db.session.rollback()
    assert pots[1].balance() == 1000


def test_no_back_door_changes_what_is_written(app, db, pots):
    values = {"a": pots[0].id, "b": pots[1].id}
    replacing = INSERT.format(**{**GOOD, "key": "payment:1"}).format(**values)
    doors = {
        "sqlite": [replacing.replace("INSERT", "INSERT OR REPLACE", 1)],
        "postgresql": ["TRUNCATE transfer CASCADE"],
    }[db.engine.dialect.name]

    for statement in [*doors, "UPDATE account SET owner_ref = 'me'", "DELETE FROM account"]:
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()

    assert pots[1].balance() == 1000


def test_the_statement_of_these_tests_is_right_but_for_what_they_change(db, pots):
    db.session.execute(text(INSERT.format(**GOOD).format(a=pots[0].id, b=pots[1].id)))

    assert pots[1].balance() == 1005


def test_two_currencies_do_not_mix(db, pots):
    with pytest.raises(ValueError, match="one currency"):
        transfer(pots[0], Account.of("held", "USD"), 5, "x", key="mixed")
