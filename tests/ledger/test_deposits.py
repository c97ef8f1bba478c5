"""What is paid in advance: a bill, what was used of it, and what goes back."""

from types import SimpleNamespace

import pytest

from shop import once
from shop.checking import check
from shop.db import db as shop_db
from shop.errors import Refused
from shop.hooks import door
from shop.hookspecs import Problem
from shop.ledger.deposits import use_deposit
from shop.ledger.models import Account
from shop.money import Money
from shop.orders.billing import bill
from shop.orders.models import Order
from shop.payments.cancelling import cancel_order
from shop.payments.settling import refund_done, refund_order
from shop.people.models import Person
from tests.support import goods, sales


@pytest.fixture
def order(db) -> Order:
    """1,000 of a budget, paid."""
    buyer = goods.person("Advertiser")
    made = billed(buyer, once_key(db))
    sales.pay(made)
    return made


def once_key(db) -> str:
    return once.new_key()


def billed(buyer: Person, key: str) -> Order:
    merchant = goods.merchant(goods.person("Seller"))
    community = goods.community(goods.person("Owner"))
    made = bill("mall", community, merchant, Money(1000, "CNY"), "A budget", buyer=buyer, key=key)
    shop_db.session.commit()
    return made


def pot(order: Order, owner: str, ref: int, purpose: str) -> int:
    return Account.of(owner, order.currency, ref, purpose).balance()


def test_a_bill_is_an_order_of_one_line_whose_money_nobody_has_earned(db, app):
    buyer = goods.person("Advertiser")

    order = billed(buyer, once_key(db))
    sales.pay(order)

    assert (order.state, order.total, order.buyer) == ("paid", 1000, buyer)
    assert [(line.plugin, line.title, line.amount) for line in order.lines] == [("mall", "A budget", 1000)]
    assert pot(order, "deposit", 0, "pending") == 1000
    assert check(app) == []


def test_the_same_key_is_the_same_bill(db):
    buyer, merchant = goods.person("Advertiser"), goods.merchant(goods.person("Seller"))
    community, key = goods.community(goods.person("Owner")), once_key(db)

    twice = [
        bill("mall", community, merchant, Money(1000, "CNY"), "A budget", buyer=buyer, key=key)
        for _n in (1, 2)
    ]

    assert twice[0] is twice[1]


@pytest.mark.parametrize("money", [Money(0, "CNY"), Money(-5, "CNY"), Money(5, "EUR")])
def test_a_bill_is_of_the_merchants_currency_and_more_than_nothing(db, money):
    buyer, merchant = goods.person("Advertiser"), goods.merchant(goods.person("Seller"))

    with pytest.raises(Refused):
        bill("mall", goods.community(buyer), merchant, money, "A budget", buyer=buyer, key=once_key(db))


@pytest.mark.both_engines
def test_what_was_used_is_payable_to_who_earned_it_and_what_was_not_goes_back(db, app, order):
    use_deposit(order, {("community", order.community_id): 210, ("site", 0): 90}, "use:1")
    use_deposit(order, {("community", order.community_id): -70, ("site", 0): -30}, "use:2")
    db.session.commit()
    assert pot(order, "community", order.community_id, "payable") == 140

    (refund,) = refund_order(order, 800, "not used", "back", None)
    refund_done(refund)
    db.session.commit()

    assert pot(order, "deposit", 0, "pending") == 0
    assert pot(order, "community", order.community_id, "payable") == 140
    assert pot(order, "site", 0, "payable") == 60
    assert check(app) == []


def test_a_refund_beyond_the_deposit_is_clawed_back_in_proportion(db, app, order):
    use_deposit(order, {("community", order.community_id): 420, ("site", 0): 180}, "use:1")

    (refund,) = refund_order(order, 500, "we were wrong", "back", None)
    refund_done(refund)
    db.session.commit()

    assert pot(order, "community", order.community_id, "payable") == 350
    assert pot(order, "site", 0, "payable") == 150
    assert check(app) == []


def test_no_more_is_used_than_is_there_and_no_more_comes_back_than_was_earned(db, order):
    with pytest.raises(Refused, match="not so much left"):
        use_deposit(order, {("community", 1): 1001}, "use:1")

    with pytest.raises(Refused, match="not so much left"):
        use_deposit(order, {("community", 1): -1}, "use:2")


def test_the_owner_of_a_line_may_refuse_that_its_money_goes_back(db, app, order):
    says_no = SimpleNamespace(function=lambda: [Problem("It was used.")], argnames=(), kwargnames=())
    door(app)._implementations["action_checking"] = [("mall", says_no)]

    with pytest.raises(Refused, match="It was used"):
        cancel_order(order, "", order.buyer)

    db.session.refresh(order)
    assert order.state == "paid"
