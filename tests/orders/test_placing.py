"""An order is placed once, holds what it takes, and tells who gets what and why it is credited."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from shop import once
from shop.clock import now
from shop.communities.links import GroupLink
from shop.db import db as database
from shop.errors import NotValid, Refused, SoldOut
from shop.jobs import run_until_idle
from shop.orders.models import MOVES, Order
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from tests.support import goods
from tests.support.races import race
from tests.support.sales import DELIVERY, open_stall, order_from, pay

pytestmark = pytest.mark.both_engines


def left(db, stall) -> int:
    db.session.expire_all()
    return stall.product.variants[0].left


def test_an_order_holds_its_stock_for_a_while(db):
    stall = open_stall(stock=3)

    order = order_from(stall, 2)

    assert (order.total, order.currency, order.state, order.is_payable) == (25600, "CNY", "pending", True)
    assert left(db, stall) == 1
    assert timedelta(minutes=14) < order.hold_until - now() <= timedelta(minutes=15)


def test_an_order_that_is_not_paid_in_time_gives_its_stock_back(app, db):
    stall = open_stall(stock=3)
    order = order_from(stall, 2)

    with time_machine.travel(now() + timedelta(minutes=16)):
        assert order.is_overdue
        db.session.commit()
        run_until_idle(app)
        db.session.refresh(order)

    assert order.state == "expired"
    assert left(db, stall) == 3


def test_what_expired_can_be_bought_at_once_without_waiting_for_a_job(db):
    stall = open_stall(stock=2)
    order_from(stall, 2)

    with time_machine.travel(now() + timedelta(minutes=16)):
        second = order_from(stall, 2)

    assert second.state == "pending"
    assert left(db, stall) == 0


def test_more_than_is_left_is_refused_and_nothing_is_half_done(db):
    stall = open_stall(stock=1)

    with pytest.raises(SoldOut, match="Only 1 left"):
        order_from(stall, 2)
    db.session.rollback()

    assert left(db, stall) == 1
    assert db.session.scalar(select(func.count(Order.id))) == 0


@pytest.mark.parametrize("quantity", [0, -1, 1000, 1.5, "2"])
def test_a_wrong_quantity_is_not_valid(db, quantity):
    stall = open_stall()

    with pytest.raises(NotValid):
        make_quote(stall.community, [Wish(stall.offer, quantity, stall.product.variants[0])], buyer=None)


def test_a_closed_community_sells_nothing(db):
    stall = open_stall()
    stall.community.close(stall.owner)

    with pytest.raises(Refused, match="closed"):
        order_from(stall)


def test_the_same_key_answers_with_the_same_order(db):
    stall = open_stall(stock=5)
    key = once.new_key()

    first = order_from(stall, 2, key=key)
    second = order_from(stall, 2, key=key)

    assert first.number == second.number
    assert left(db, stall) == 3


def test_the_same_key_with_another_order_is_refused(db):
    stall = open_stall(stock=5)
    key = once.new_key()
    order_from(stall, 2, key=key)

    with pytest.raises(NotValid, match="already sent"):
        order_from(stall, 1, key=key)


def test_a_page_that_was_open_when_the_key_was_rotated_still_counts(app, db):
    stall = open_stall(stock=5)
    key = once.new_key()

    app.config.update(SECRET_KEY_FALLBACKS=["an even older one", app.secret_key])
    app.secret_key = "a newer key that only tests know"
    order_from(stall, 2, key=key)
    order_from(stall, 2, key=key)
    order_from(stall, 1, key=once.new_key())

    assert left(db, stall) == 2


@pytest.mark.parametrize("forged", ["", "x", "abc.def"])
def test_a_forged_key_is_refused(db, forged):
    with pytest.raises(NotValid, match="not one of ours"):
        order_from(open_stall(), key=forged or "nothing")


def test_a_price_that_changed_meanwhile_is_told(db):
    stall = open_stall()
    wish = Wish(stall.offer, 1, stall.product.variants[0])
    seen = make_quote(stall.community, [wish], buyer=None).fingerprint
    stall.product.variants[0].price = 13900
    db.session.commit()

    with pytest.raises(Refused, match="changed meanwhile"):
        place(
            make_quote(stall.community, [wish], buyer=None),
            Placing({}, DELIVERY),
            key=once.new_key(),
            seen=seen,
        )


def test_the_shares_of_a_credited_order_sum_to_its_total(db):
    stall = open_stall(price=9999, community_share=500, sharer_share=333)
    link = GroupLink.make(stall.community, stall.owner, "Tuesday")

    order = order_from(stall, link=link)

    told = {share.party: share.amount for share in order.shares}
    assert told == {"community": 500, "sharer": 333, "merchant": 9166}
    assert sum(told.values()) == order.total == 9999
    assert (order.credit.reason, order.credit.sharer_id, order.credit.link.name) == (
        "link",
        stall.owner.id,
        "Tuesday",
    )


def test_nobody_earns_a_sharers_share_of_an_order_without_a_link(db):
    order = order_from(open_stall(price=10000))

    assert {share.party: share.amount for share in order.shares} == {"community": 500, "merchant": 9500}
    assert order.credit.reason == "direct"


def test_a_link_that_has_ended_credits_nobody(db):
    stall = open_stall()
    link = GroupLink.make(stall.community, stall.owner, "Old")
    link.end()

    order = order_from(stall, link=link)

    assert (order.credit.reason, order.credit.sharer_id) == ("expired_link", None)


def test_a_link_of_another_community_credits_nobody_here(db):
    stall = open_stall()
    other = goods.community(stall.owner, "Run")
    link = GroupLink.make(other, stall.owner, "Run link")

    order = order_from(stall, link=link)

    assert (order.credit.reason, order.credit.community_id) == ("other_community", None)


def test_an_order_moves_only_along_its_table(db):
    stall = open_stall(stock=None)
    for state, targets in MOVES.items():
        for to in MOVES:
            order = order_from(stall)
            db.session.execute(Order.__table__.update().where(Order.id == order.id).values(state=state))
            db.session.expire(order)
            if to in targets:
                order.move(to)
                assert order.state == to
            else:
                with pytest.raises(Refused):
                    order.move(to)


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_other_currencies_are_sold_in_their_own_minor_units(db, currency):
    stall = open_stall(price=1250, currency=currency, community_share=333)

    order = order_from(stall, 3)
    pay(order)

    assert (order.total, order.currency, order.state) == (3750, currency, "paid")
    assert sum(share.amount for share in order.shares) == 3750


def buy_one(app, runner):
    """One of 64 buyers presses three times; the answers are order numbers, or None when it was sold out."""
    with app.test_request_context():
        keys = once.new_key()
        answers = []
        for _press in range(3):
            offer = database.session.scalars(select(goods.Offer)).one()
            wish = Wish(offer, 1, offer.listing.product.variants[0])
            try:
                quote = make_quote(offer.listing.community, [wish], buyer=None)
                order = place(quote, Placing({"name": str(runner)}, DELIVERY), key=keys)
                database.session.commit()
                answers.append(order.number)
            except SoldOut:
                database.session.rollback()
                answers.append(None)
        return answers


@pytest.mark.races
def test_64_buyers_press_three_times_for_10_units(db, database_url):
    stall = open_stall(stock=10)

    outcomes = race(buy_one, database_url, processes=4, threads=16, LOCK_SECONDS=30)

    assert [o.error for o in outcomes if o.error] == []
    bought = [o.value for o in outcomes if o.value[0] is not None]
    assert len(bought) == 10
    assert all(len(set(numbers)) == 1 for numbers in bought)
    assert left(db, stall) == 0
    assert db.session.scalar(select(func.count(Order.id))) == 10
