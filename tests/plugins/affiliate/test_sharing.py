"""Sharers of this shop's own sales: off at first, two levels at most, out of the merchant's share, back again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import Pause, Programme, Rate
from shop.checking import check
from shop.clock import now
from shop.communities.links import GroupLink
from shop.db import db as database
from shop.errors import Refused
from shop.events import record
from shop.hooks import door
from shop.hookspecs import Cut
from shop.jobs import run_until_idle
from shop.ledger.completing import complete
from shop.orders.models import Order
from shop.orders.shares import cut_out
from shop.payments.settling import refund_done, refund_order
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods
from tests.support.sales import Stall, open_stall, order_from, pay


@pytest.fixture
def stall(db) -> Stall:
    """Tea for 100.00; the listing pays its sharer 3 %."""
    made = open_stall(price=10000, stock=None, community_share=500, sharer_share=300)
    switch(made.community.id, "affiliate", True, made.owner.id)
    database.session.commit()
    return made


@pytest.fixture
def link(stall) -> GroupLink:
    """Ana came by the owner's link, and shares one of her own."""
    first = GroupLink.make(stall.community, stall.owner, "first")
    database.session.flush()
    ana = goods.person("Ana")
    stall.community.join(ana, accepts_rules=True, link_id=first.id)
    database.session.flush()
    made = GroupLink.make(stall.community, ana, "hers")
    database.session.commit()
    return made


def pays(stall: Stall, levels: str = "2", **terms) -> Programme:
    """The merchant pays 8 %, and 2 % to who brought the sharer; the community wants so many levels."""
    values = {"points": 800, "second_points": 200, **terms}
    programme = Programme(
        merchant_id=stall.merchant.id, kind="sales", name="Sharers", currency="CNY", rates=[], **values
    )
    database.session.add(programme)
    switch(stall.community.id, "affiliate", True, None).settings = {"levels": levels}
    database.session.commit()
    return programme


def shared(order: Order) -> dict[str, int]:
    """Who gets what of an order."""
    database.session.refresh(order, ["shares"])
    found: dict[str, int] = {}
    for share in order.shares:
        found[share.party] = found.get(share.party, 0) + share.amount - share.reversed
    return found


def sales() -> list[tuple[int, str, int, str]]:
    database.session.rollback()
    rows = database.session.scalars(select(Conversion).order_by(Conversion.level))
    return [(row.level, row.promoter.name, row.commission, row.state) for row in rows]


def test_at_first_nobody_earns_more_than_the_listing_says(stall, link):
    order = order_from(stall, link=link)

    assert shared(order) == {"merchant": 9200, "community": 500, "sharer": 300}

    pays(stall, levels="0")
    assert shared(order_from(stall, link=link))["sharer"] == 300
    assert sales() == []


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ("1", [(1, "Ana", 800, "pending")]),
        ("2", [(1, "Ana", 800, "pending"), (2, "Owner", 200, "pending")]),
        ("7", []),
    ],
)
def test_one_level_or_two_and_the_listings_share_counts_towards_it(app, stall, link, levels, told):
    pays(stall, levels)

    order = order_from(stall, link=link)
    assert [state for *_row, state in sales()] == ["unpaid"] * len(told)
    pay(order)
    run_until_idle(app)

    assert sales() == told
    earned = sum(amount for _level, _name, amount, _state in told) or 300
    assert shared(order) == {"merchant": 9500 - earned, "community": 500, "sharer": earned}
    assert check(app) == []


def test_there_is_no_third_level(stall, link):
    second = GroupLink.make(stall.community, link.sharer, "second")
    database.session.flush()
    bo = goods.person("Bo")
    stall.community.join(bo, accepts_rules=True, link_id=second.id)
    database.session.flush()
    theirs = GroupLink.make(stall.community, bo, "Bo's")
    database.session.commit()
    pays(stall)

    order_from(stall, link=theirs)

    assert [(level, name) for level, name, *_rest in sales()] == [(1, "Bo"), (2, "Ana")]


def test_whoever_buys_by_their_own_link_earns_nothing_by_the_programme(stall, link):
    pays(stall)

    order_from(stall, buyer=link.sharer, link=link)

    assert sales() == []


def test_who_is_paused_earns_nothing_by_the_programme(stall, link):
    pays(stall)
    database.session.add(Pause(community_id=stall.community.id, person_id=link.sharer_id, reason="spam"))
    database.session.commit()

    order_from(stall, link=link)

    assert sales() == []


@pytest.mark.parametrize(("hours", "many"), [(23, 1), (25, 0)])
def test_a_visit_counts_as_long_as_the_window_also_without_the_link(stall, link, hours, many):
    pays(stall, "1", window_hours=24)
    buyer = goods.person("Buyer")
    link.opened().person_id = buyer.id
    database.session.commit()

    with time_machine.travel(now() + timedelta(hours=hours)):
        order_from(stall, buyer=buyer)

        assert len(sales()) == many


@pytest.mark.parametrize(("touch", "name"), [("first", "Ana"), ("last", "Bo")])
def test_the_first_or_last_sharer_counts(stall, link, touch, name):
    pays(stall, "1", touch=touch)
    buyer, bo = goods.person("Buyer"), goods.person("Bo")
    stall.community.join(bo, accepts_rules=True)
    database.session.flush()
    later = GroupLink.make(stall.community, bo, "later")
    link.opened().person_id = buyer.id
    database.session.commit()

    with time_machine.travel(now() + timedelta(hours=2)):
        later.opened().person_id = buyer.id
        database.session.commit()
        order_from(stall, buyer=buyer)

        assert [row[1] for row in sales()] == [name]


def test_rates_of_person_and_product_count_here_too(stall, link):
    programme = pays(stall, "1")
    programme.rates.append(Rate(product=stall.product.handle, points=1000))
    programme.rates.append(Rate(person_id=link.sharer_id, points=1200))
    database.session.commit()

    order_from(stall, link=link)

    assert sales() == [(1, "Ana", 1200, "unpaid")]


def test_it_is_payable_with_the_order_and_goes_back_with_the_money(app, stall, link):
    pays(stall)
    order = order_from(stall, link=link)
    payment = pay(order)
    order.receive(None)
    complete(order)
    database.session.commit()
    run_until_idle(app)
    assert [row[3] for row in sales()] == ["payable", "payable"]

    for amount, left in ((5000, [400, 100]), (5000, [0, 0])):
        (refund,) = refund_order(order, amount, "chipped", f"key-{amount}-{left[0]}", None)
        refund_done(refund)
        database.session.commit()
        run_until_idle(app)
        assert [row[2] for row in sales()] == left

    assert [row[3] for row in sales()] == ["rejected", "rejected"]
    assert payment.captured == payment.refunded
    assert check(app) == []


def test_a_cancelled_order_leaves_nothing(app, stall, link):
    pays(stall)
    order = order_from(stall, link=link)

    order.move("cancelled")
    record("order.cancelled", order.community_id, order=order.number)
    database.session.commit()
    run_until_idle(app)

    assert sales() == []


def test_the_merchant_always_keeps_a_tenth(stall, link):
    order = order_from(stall, link=link)

    cut_out(order, order.shares, [Cut("sharer", link.sharer_id, 99999), Cut("sharer", link.sharer_id, 1)])
    database.session.commit()

    assert shared(order)["merchant"] == 1000
    with pytest.raises(ValueError, match="a cut goes to"):
        cut_out(order, order.shares, [Cut("site", 0, 5)])


def test_who_came_by_a_link_is_told_that_its_sharer_earns(client, stall, link):
    page = f"/c/{stall.community.slug}/p/{stall.offer.listing_id}"
    pays(stall)
    assert "who shared this with you" not in client.get(page).text

    client.get(f"/g/{link.token}", headers={"User-Agent": "Mozilla/5.0 (iPhone)"})

    assert "Promotion: Ana, who shared this with you, earns when you buy it here." in client.get(page).text


def test_a_programme_that_fails_stops_the_sale(stall, link, monkeypatch):
    def fails(_order):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("plugins.affiliate.sharing.cuts_of", fails)

    with pytest.raises(Refused):
        order_from(stall, link=link)


def test_a_merchant_reads_where_a_provider_cannot_send_all_of_it(app, client, stall, link, monkeypatch):
    programme = pays(stall, points=2800)
    goods.signed_in(client, database.session.scalars(select(Person).where(Person.name == "Seller")).one())
    page = f"/desk/{stall.merchant.slug}/x/affiliate/programmes/{programme.id}"
    monkeypatch.setattr(type(door().methods["demopay"]), "most_shared", 30)

    fits = client.get(page).text
    programme.points = 2900
    database.session.commit()

    assert "at most 30 %" not in fits
    assert "sends others at most 30 % of an order by itself" in client.get(page).text
