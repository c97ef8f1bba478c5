"""What a plugin owes somebody outside an order: booked once, released once, paid out, taken back to the cent."""

import pytest
from sqlalchemy.exc import IntegrityError

from shop.checking import check
from shop.db import db as database
from shop.errors import Refused
from shop.ledger.earnings import Earning
from shop.ledger.models import Account, totals
from shop.ledger.payouts import PayoutBatch
from shop.ledger.statement import Party, pots_of, totals_of
from tests.support import goods
from tests.support.races import race

pytestmark = pytest.mark.both_engines


@pytest.fixture
def lin(db):
    made = goods.person("Lin")
    db.session.commit()
    return made


def earned(lin, amount=900, key="1"):
    payer = Account.of("provider", "CNY", "affiliate:7")
    earning = Earning.book("affiliate", key, payer, "sharer", lin.id, amount, "a kettle")
    database.session.commit()
    return earning


def pots(lin):
    (pots,) = pots_of(Party("sharer", lin.id))
    return pots.pending, pots.payable, pots.paid


def test_it_is_pending_then_payable_then_paid_and_clawed_back(app, lin):
    operator = goods.person("Operator", is_operator=True)
    earning = earned(lin)
    assert pots(lin) == (900, 0, 0)

    assert earning.release()
    assert not earning.release()
    (payout,) = PayoutBatch.plan("CNY", 500, operator).payouts
    payout.send("BANK-1", operator)
    database.session.commit()
    assert pots(lin) == (0, 0, 900)

    earning.take_back(300, "goods came back")
    database.session.commit()

    assert pots(lin) == (0, -300, 900)
    assert [(reason, money.amount) for reason, money in totals_of(Party("sharer", lin.id))] == [
        ("earning", 900),
        ("earning_back", -300),
        ("payout", -900),
    ]
    assert totals() == {"CNY": 0}
    assert check(app) == []


def test_no_more_is_taken_back_than_was_earned(app, lin):
    earning = earned(lin)
    earning.take_back(600, "a")

    with pytest.raises(Refused):
        earning.take_back(301, "b")

    assert earning.left.amount == 300
    assert check(app) == []


def test_a_key_is_booked_once(lin):
    earned(lin)

    with pytest.raises(IntegrityError):
        earned(lin)

    database.session.rollback()


def test_the_books_notice_an_earning_that_nobody_booked(app, lin):
    earning = earned(lin)
    earning.amount = 1000
    database.session.commit()

    assert check(app) == [f"The pending pot of sharer {lin.id} (CNY) earned 900, its shares say 1000."]


def test_a_merchant_may_be_the_payer_and_then_has_less(app, lin):
    seller = goods.merchant(lin)
    payer = Account.of("merchant", "CNY", seller.id, "payable")
    earning = Earning.book("coupons", "use:1", payer, "sharer", lin.id, 300)
    earning.release()
    database.session.commit()

    assert payer.balance() == -300
    assert check(app) == []

    earning.take_back(100, "a mistake")
    database.session.commit()

    assert payer.balance() == -200
    assert check(app) == []


def take_all(app, _runner):
    try:
        database.session.get_one(Earning, app.config["EARNING"]).take_back(900, str(_runner))
    except Refused:
        database.session.rollback()
        return 0
    database.session.commit()
    return 900


def release_it(app, _runner):
    released = database.session.get_one(Earning, app.config["EARNING"]).release()
    database.session.commit()
    return int(released)


@pytest.mark.races
def test_sixteen_who_release_and_take_back_at_once(app, database_url, lin):
    number = earned(lin).id
    database.session.commit()

    released = race(release_it, database_url, EARNING=number)
    taken = race(take_all, database_url, EARNING=number)

    assert [o.error for o in released + taken if o.error] == []
    assert sum(o.value for o in released) == 1
    assert sum(o.value for o in taken) == 900
    assert check(app) == []
