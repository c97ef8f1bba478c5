"""`shop check` finds nothing wrong with good books, and each thing that can be wrong."""

from contextlib import ExitStack
from functools import cache

import pytest
from sqlalchemy import text

from shop.checking import check
from shop.db import db as database
from shop.ledger.completing import complete
from shop.ledger.payouts import PayoutBatch
from shop.payments.settling import refund_done, refund_order
from tests.support import apps
from tests.support.sales import open_stall, order_from, pay

pytestmark = pytest.mark.both_engines


@pytest.fixture(scope="module")
def books(databases, tmp_path_factory):
    """The address of the filled books on an engine; they are filled once, and each test has a copy."""
    with ExitStack() as closing:

        @cache
        def of(engine):
            folder = tmp_path_factory.mktemp(engine)
            url = closing.enter_context(databases.fresh(engine, folder))
            app = apps.make(url, folder)
            with app.app_context():
                fill()
            apps.put_away(app)
            return url

        yield of


@pytest.fixture
def database_url(request, databases, tmp_path, books):
    with databases.fresh(request.param, tmp_path, like=books(request.param)) as url:
        yield url


def fill():
    """A shop with an order waiting, one paid, one of which a part went back, and one that was paid out."""
    stall = open_stall(price=9999, stock=20)
    order_from(stall)
    pay(order_from(stall, 2))
    order = order_from(stall)
    pay(order)
    (refund,) = refund_order(order, 500, "chipped", "key", None)
    refund_done(refund)
    done = order_from(stall)
    pay(done)
    done.receive(None)
    complete(done)
    PayoutBatch.plan("CNY", 1000, stall.owner).payouts[0].send("BANK-1", stall.owner)
    database.session.commit()
    database.session.remove()


def test_good_books_are_well(app, cli_runner):
    assert check(app) == []

    result = cli_runner.invoke(args=["check"])

    assert (result.exit_code, result.output) == (0, "All is well.\n")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE limits SET remaining = remaining - 1 WHERE kind = 'stock'", "its holds say"),
        ("UPDATE limits SET remaining = remaining - 1 WHERE kind = 'seats'", "seats taken"),
        ("UPDATE order_line SET amount = amount + 1 WHERE id = 2", "lines and adjustments"),
        ("UPDATE share SET amount = amount + 1 WHERE id = 1", "its shares do not sum"),
        ("UPDATE orders SET state = 'pending' WHERE state = 'paid'", "was paid and does not say so"),
        ("UPDATE orders SET state = 'paid' WHERE state = 'pending'", "what was captured is not its total"),
        ("UPDATE payment SET captured = captured + 1 WHERE id = 1", "captured and booked differ"),
        ("UPDATE payment SET refunded = refunded + 1 WHERE id = 1", "is not what its refunds say"),
        ("UPDATE refund SET id = 900", "went out and is not in the books"),
        (
            "UPDATE share SET reversed = reversed - 1 WHERE reversed > 0 AND party = 'merchant'",
            "its shares say",
        ),
        ("UPDATE share SET reversed = 0", "is not what was refunded"),
        ("UPDATE share SET payable_at = NULL", "pot of merchant"),
        ("UPDATE share SET frozen_at = '2026-01-01 00:00:00'", "The frozen pot of merchant"),
        ("UPDATE payment SET is_with_merchant = true", "as if somebody else had it"),
        ("UPDATE payout SET amount = amount - 1", "the books say otherwise"),
        ("UPDATE payout SET state = 'failed'", "the books say otherwise"),
        ("UPDATE account SET promised = 0", "is not what its payouts say"),
        ("DELETE FROM payout_change; DELETE FROM payout", "is of no payout"),
        ("UPDATE once_key SET answer = 'NOBODY' WHERE id = 1", "which is not there"),
        ("UPDATE event SET at = '2020-01-01 00:00:00'", "waits for a worker"),
        ("UPDATE orders SET hold_until = '2020-01-01 00:00:00'", "was not expired"),
        ("UPDATE product SET price_from = 1", "its lowest price"),
        ("UPDATE hold SET until = '2020-01-01 00:00:00' WHERE id = 1", "Hold 1 is past its time"),
        (
            "UPDATE once_key SET answer = (SELECT answer FROM once_key WHERE id = 1) WHERE id = 2",
            "answers two keys",
        ),
        (
            "INSERT INTO delivery (event_id, listener, due_at, tries, dead_at) "
            "VALUES (1, 'nobody', '2026-01-01 00:00:00', 10, '2026-01-01 00:00:00')",
            "failed for good",
        ),
        (
            "INSERT INTO picture (product_id, position, state, key, width, alt, note, tries) "
            "VALUES (1, 1, 'stored', 'lost', 400, '', '', 0)",
            "has no file",
        ),
        (
            "INSERT INTO limits (id, kind, size, remaining) VALUES (900, 'codes', 5, 5); "
            "INSERT INTO hold (limit_id, n, purpose) VALUES (900, 1, 'x')",
            "its holds alone keep 1",
        ),
    ],
)
def test_damage_is_found(app, db, cli_runner, damage, said):
    for statement in damage.split(";"):
        db.session.execute(text(statement))
    db.session.commit()

    result = cli_runner.invoke(args=["check"])

    assert result.exit_code == 1
    assert said in result.output


@pytest.mark.parametrize(
    ("guard", "damage", "said"),
    [
        (
            "account_keeps_its_name ON account",
            "UPDATE account SET currency = 'USD' WHERE owner = 'held'",
            "mixes",
        ),
        (
            "account_keeps_its_name ON account",
            "UPDATE account SET currency = 'USD' WHERE owner = 'provider'",
            "The ledger of USD sums to",
        ),
        (
            "account_keeps_its_name ON account",
            "UPDATE account SET owner_ref = '900' WHERE owner = 'community'",
            "pot of community 900",
        ),
        (
            "transfer_immutable ON transfer",
            "UPDATE transfer SET amount = 1 WHERE key = 'payment:1'",
            "booked differ",
        ),
        (
            "transfer_immutable ON transfer",
            "DELETE FROM transfer WHERE key LIKE 'refund:1'",
            "is not in the books",
        ),
        ("transfer_immutable ON transfer", "DELETE FROM transfer WHERE reason = 'share'", "its shares say"),
    ],
)
def test_damage_behind_the_databases_own_guard_is_found(app, db, guard, damage, said):
    """Whoever owns the database can drop its triggers; the books then no longer fit each other."""
    names = {"transfer_immutable ON transfer": ("transfer_no_update", "transfer_no_delete")}
    guards = (
        (guard,) if db.engine.dialect.name == "postgresql" else names.get(guard, (guard.partition(" ")[0],))
    )
    for trigger in guards:
        db.session.execute(text(f"DROP TRIGGER {trigger}"))
    db.session.execute(text(damage))
    db.session.commit()

    assert any(said in finding for finding in check(app))
