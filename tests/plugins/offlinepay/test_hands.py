"""What a merchant takes in hand, the merchant owes to the books: nobody is paid twice, nobody is forgotten."""

import pytest
from sqlalchemy import select

from plugins.offlinepay.models import Instructions
from shop.checking import check
from shop.communities.links import GroupLink
from shop.errors import Refused
from shop.jobs import run_until_idle
from shop.ledger.completing import complete
from shop.ledger.models import Account, totals
from shop.ledger.payouts import PayoutBatch
from shop.ledger.statement import Party, lines_of, pots_of, totals_of
from shop.payments.models import Payment, Refund
from shop.payments.settling import refund_order
from shop.people.models import Person
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from, pay

pytestmark = pytest.mark.both_engines


@pytest.fixture
def stall(db):
    stall = open_stall(price=10000, stock=None, community_share=500, sharer_share=300)
    db.session.add(Instructions(merchant_id=stall.merchant.id, text="At the door", is_on=True))
    db.session.commit()
    return stall


@pytest.fixture
def link(db, stall):
    link = GroupLink.make(stall.community, stall.owner, "Tuesday")
    db.session.commit()
    return link


@pytest.fixture
def desk(app, db, stall):
    """The seller's browser."""
    seller = app.test_client()
    sign_in(seller, db.session.scalars(select(Person).where(Person.name == "Seller")).one())
    return seller


@pytest.fixture
def cash(client, db, stall, link, desk):
    """An order of 100 that was paid at the door."""
    return paid_at_the_door(client, db, desk, stall, link)


def paid_at_the_door(client, db, desk, stall, link=None):
    order = order_from(stall, link=link)
    client.get(f"/o/{order.secret}")
    client.post(f"/orders/{order.number}/payments", data={"method": "offlinepay"})
    confirm(db, desk, stall)
    db.session.refresh(order)
    return order


def confirm(db, desk, stall):
    payment = db.session.scalars(select(Payment).order_by(Payment.id.desc())).first()
    address = f"/desk/{stall.merchant.slug}/x/offlinepay/payments/{payment.id}/confirmation"
    assert desk.post(address, data={"note": "two notes"}).status_code == 303
    db.session.expire_all()


def hand_back(db, desk, stall, order, amount):
    refund_order(order, amount, "chipped", f"key-{amount}", None)
    db.session.commit()
    refund = db.session.scalars(select(Refund).order_by(Refund.id.desc())).first()
    address = f"/desk/{stall.merchant.slug}/x/offlinepay/refunds/{refund.id}/confirmation"
    assert desk.post(address).status_code == 303
    db.session.expire_all()


def pot(owner, ref="", purpose="") -> int:
    return Account.of(owner, "CNY", ref, purpose).balance()


def pots(stall, link) -> tuple[int, ...]:
    """The merchant's pending and payable, the community's, the sharer's."""
    others = (("community", stall.community.id), ("sharer", link.sharer_id))
    merchant = [pot("merchant", stall.merchant.id, purpose) for purpose in ("pending", "payable")]
    return (*merchant, *(pot(owner, ref, p) for owner, ref in others for p in ("pending", "payable")))


def test_the_merchant_owes_what_is_the_others(app, stall, link, cash):
    assert cash.state == "paid"
    assert pots(stall, link) == (0, -800, 500, 0, 300, 0)
    assert (pot("provider", "offlinepay"), pot("held"), totals()) == (0, 0, {"CNY": 0})
    assert check(app) == []


def test_nobody_is_paid_what_is_in_hand_and_the_others_are(app, db, stall, link, cash):
    cash.receive(None)
    complete(cash)
    db.session.commit()

    payouts = PayoutBatch.plan("CNY", 1, stall.owner).payouts

    assert [(p.account.owner, p.amount) for p in payouts] == [("community", 500), ("sharer", 300)]
    assert check(app) == []


def test_the_debt_comes_off_the_next_payout(app, db, stall, cash):
    online = order_from(stall)
    pay(online)
    online.receive(None)
    complete(online)
    db.session.commit()

    payouts = PayoutBatch.plan("CNY", 1, stall.owner).payouts

    assert [(p.account.owner, p.amount) for p in payouts] == [("merchant", 9500 - 800), ("community", 500)]
    assert check(app) == []


def test_half_handed_back_halves_the_debt_and_all_of_it_ends_it(app, db, stall, link, desk, cash):
    hand_back(db, desk, stall, cash, 5000)
    half = pots(stall, link)
    hand_back(db, desk, stall, cash, 3000)
    hand_back(db, desk, stall, cash, 2000)

    assert half == (0, -400, 250, 0, 150, 0)
    assert pots(stall, link) == (0, 0, 0, 0, 0, 0)
    assert (cash.state, pot("held"), totals()) == ("refunded", 0, {"CNY": 0})
    assert check(app) == []


def test_handed_back_after_payout_everybody_owes_a_share(app, db, stall, link, desk, cash):
    cash.receive(None)
    complete(cash)
    for payout in PayoutBatch.plan("CNY", 1, stall.owner).payouts:
        payout.send("BANK-1", stall.owner)
    db.session.commit()

    hand_back(db, desk, stall, cash, 10000)

    assert pots(stall, link) == (0, 0, 0, -500, 0, -300)
    assert check(app) == []


def test_cash_for_a_dead_order_is_owed_until_it_is_handed_back(app, client, db, stall, desk):
    order = order_from(stall)
    client.get(f"/o/{order.secret}")
    client.post(f"/orders/{order.number}/payments", data={"method": "offlinepay"})
    client.post(f"/orders/{order.number}/cancellation")
    confirm(db, desk, stall)
    run_until_idle(app)
    waiting = pot("unallocated"), pot("merchant", stall.merchant.id, "payable")
    well = check(app)

    refund = db.session.scalars(select(Refund)).one()
    desk.post(f"/desk/{stall.merchant.slug}/x/offlinepay/refunds/{refund.id}/confirmation")

    assert (waiting, well) == ((10000, -10000), [])
    assert (pot("unallocated"), pot("merchant", stall.merchant.id, "payable")) == (0, 0)
    assert check(app) == []


def test_the_statement_says_where_the_money_is(db, stall, cash):
    party = Party("merchant", stall.merchant.id)

    (found,) = pots_of(party)
    lines = [(line.reason, amount) for line, amount, _n in db.session.execute(lines_of(party))]

    assert (found.pending, found.payable, found.paid) == (0, -800, 0)
    assert sorted(lines) == [("collected", -10000), ("share", 9200)]
    assert [(reason, money.amount) for reason, money in totals_of(party)] == [
        ("share", 9200),
        ("collected", -10000),
    ]
    assert found.months[-1][1] == 9200


def test_money_that_is_confirmed_twice_counts_once(db, desk, stall, cash):
    payment = db.session.scalars(select(Payment)).one()

    again = desk.post(
        f"/desk/{stall.merchant.slug}/x/offlinepay/payments/{payment.id}/confirmation", data={"note": "x"}
    )

    assert again.status_code == 409
    with pytest.raises(Refused):
        refund_order(cash, 10001, "too much", "key", None)


def test_the_operator_sees_who_owes(db, client, stall, cash):
    operator = goods.person("Operator", is_operator=True)
    db.session.commit()
    sign_in(client, operator)

    page = client.get("/admin/payouts").text

    assert "Owed" in page
    assert (stall.merchant.name in page, "¥8.00" in page) == (True, True)
