"""Money: paid in by an order, earned bit by bit through the books, and what is left goes back."""

import pytest
from sqlalchemy import func, select, text

from plugins.ads import budgets, counting, jobs
from plugins.ads.counts import Impression, Showing
from plugins.ads.tokens import make, read
from plugins.ads.visitors import Visitor
from shop import once
from shop.checking import check
from shop.errors import NotValid, Refused
from shop.jobs import run_until_idle
from shop.ledger.models import Account, Transfer
from shop.payments.models import Payment
from shop.payments.settling import refund_done, refund_order
from shop.switches import PluginSite
from tests.plugins.ads.conftest import Looker, open_square, pay_in
from tests.support import goods, sales


def clicks(db, square, n: int) -> None:
    """So many people see the ad and follow it."""
    for number in range(n):
        visitor = Visitor(None, f"g{number}", f"from {number}", is_robot=False, is_prefetch=False)
        token = read(make(square.creative.id, square.community.id, "shelf.top", visitor.name))
        assert counting.count_view(token, visitor, square.community) == ""
        assert counting.count_click(token, visitor, square.community) == ""
    db.session.commit()


def pot(square, owner: str, ref: int, purpose: str) -> int:
    return Account.of(owner, "CNY", ref, purpose).balance()


def all_is_well(app, db) -> bool:
    db.session.expire_all()
    return check(app) == []


def test_a_budget_is_an_order_and_counts_when_it_is_paid(db, app, square):
    order = budgets.ask_for(square.campaign, 500, square.potter, once.new_key())
    db.session.commit()
    assert (order.merchant, order.buyer, order.total) == (square.seller, square.potter, 500)
    assert square.campaign.size == 1000

    sales.pay(order)
    run_until_idle(app)
    run_until_idle(app)

    db.session.expire_all()
    assert (square.campaign.size, square.campaign.left, order.state) == (1500, 1500, "received")
    assert all_is_well(app, db)


def test_a_budget_paid_once_is_credited_once(db, square):
    budgets.credit(square.order.number)
    budgets.credit("NOPE-NOPE")

    assert square.campaign.size == 1000


@pytest.mark.parametrize("amount", [0, -1, 10**9 + 1])
def test_a_budget_is_more_than_nothing_and_not_beyond_what_can_be_counted(db, square, amount):
    with pytest.raises(NotValid):
        budgets.ask_for(square.campaign, amount, square.potter, once.new_key())


def test_nobody_pays_where_nobody_sells(db, square):
    db.session.scalars(select(PluginSite)).one().settings = {}

    with pytest.raises(Refused, match="Nobody sells ads in CNY"):
        budgets.ask_for(square.campaign, 100, square.potter, once.new_key())


@pytest.mark.both_engines
def test_the_community_earns_seventy_percent_in_one_transfer_and_not_one_a_click(db, app, square):
    clicks(db, square, 10)

    assert jobs.settle() == 70
    assert jobs.settle() == 0

    assert pot(square, "community", square.community.id, "payable") == 49
    assert pot(square, "site", 0, "payable") == 21
    booked = select(func.count()).where(Transfer.reason == "earning")
    assert db.session.scalar(booked) == 2
    assert all_is_well(app, db)


def test_many_small_settlements_give_what_one_large_one_gives(db, app, square):
    square.flight.price = 1
    for _settlement in range(10):
        clicks_again(db, square, 1)
        jobs.settle()

    assert pot(square, "community", square.community.id, "payable") == 7
    assert pot(square, "site", 0, "payable") == 3
    assert all_is_well(app, db)


def clicks_again(db, square, n: int) -> None:
    """More people than came before."""
    known = db.session.scalar(select(func.count(Impression.id)))
    for number in range(known, known + n):
        visitor = Visitor(None, f"g{number}", f"from {number}", is_robot=False, is_prefetch=False)
        token = read(make(square.creative.id, square.community.id, "shelf.top", visitor.name))
        counting.count_view(token, visitor, square.community)
        assert counting.count_click(token, visitor, square.community) == ""
    db.session.commit()


def test_the_share_is_agreed_with_the_first_view(db, app, square):
    clicks_again(db, square, 5)
    db.session.scalars(select(PluginSite)).one().settings = {"sellers": "house", "community_share": 10}
    clicks_again(db, square, 5)

    jobs.settle()

    assert pot(square, "community", square.community.id, "payable") == 49
    assert db.session.scalars(select(Showing)).one().share == 70


def test_what_is_left_goes_back_and_nothing_more_is_shown(db, app, square, client):
    clicks(db, square, 10)
    square.campaign.end(square.potter)
    db.session.flush()

    assert budgets.give_back(square.campaign, square.potter) == 930
    db.session.commit()
    run_until_idle(app)

    payment = db.session.scalars(select(Payment)).one()
    db.session.refresh(payment)
    assert (payment.captured, payment.refunded) == (1000, 930)
    assert (square.campaign.size, square.campaign.left) == (70, 0)
    assert Looker(client).ads(square.shelf) == []
    assert budgets.give_back(square.campaign, square.potter) == 0


def test_two_payments_are_used_in_their_order_and_go_back_from_the_last(db, app, square):
    second = pay_in(square.campaign, 500, square.potter)
    square.flight.price = 120
    clicks(db, square, 10)
    square.campaign.end(square.potter)
    db.session.flush()

    assert budgets.give_back(square.campaign, square.potter) == 300
    db.session.commit()

    refunded = {p.order_id: p.refunded for p in db.session.scalars(select(Payment))}
    assert refunded == {square.order.id: 0, second.id: 300}
    assert pot(square, "community", square.community.id, "payable") == 840


def test_a_budget_does_not_go_back_by_hand(db, square, client):
    staff = goods.signed_in(client, square.sam)

    answer = staff.post(
        f"/desk/house/orders/{square.order.number}/refunds",
        data={"amount": "10.00", "reason": "please", "once": once.new_key()},
    )

    assert answer.status_code == 409
    assert "This is an ad budget" in answer.text


def test_money_that_a_dispute_took_back_cannot_be_spent(db, app, square):
    (refund,) = refund_order(square.order, 400, "a dispute", "dispute:1", None)
    refund_done(refund)
    budgets.took_back(refund.id)
    db.session.commit()

    assert (square.campaign.size, square.campaign.left) == (600, 600)
    assert all_is_well(app, db)


@pytest.mark.both_engines
def test_a_settled_click_that_was_not_honest_comes_back_from_who_earned_it(db, app, square):
    clicks(db, square, 10)
    jobs.settle()
    operator = goods.person("Op", is_operator=True)

    for impression in db.session.scalars(select(Impression).limit(4)):
        counting.void(impression, operator, "a click farm")
    db.session.commit()

    assert jobs.settle() == -28
    assert pot(square, "community", square.community.id, "payable") == 29
    assert pot(square, "site", 0, "payable") == 13
    assert (square.campaign.spent, square.campaign.left) == (42, 958)
    assert all_is_well(app, db)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE ads_deposit SET amount = amount - 1", "is not what was paid in"),
        ("UPDATE ads_stat SET spent = spent + 1", "is not what its views and clicks cost"),
        ("UPDATE ads_settlement SET given = given + 1", "is not what was given"),
        ("ALTER TABLE ads_stat RENAME TO ads_gone", "The books of ads could not be read"),
    ],
)
def test_the_books_of_the_shop_tell_of_ads_too(db, app, square, cli_runner, damage, said):
    clicks(db, square, 3)
    jobs.settle()
    db.session.execute(text(damage))
    db.session.commit()

    result = cli_runner.invoke(args=["check"])

    assert result.exit_code == 1
    assert said in result.output


def test_an_unpaid_budget_shows_nothing(db, client):
    square = open_square(paid=6)

    assert Looker(client).ads(square.shelf) == []
