"""What links have brought: visits, members and paid orders."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from shop.communities.links import GroupLink
from shop.insight import brought
from shop.money import Money
from tests.support import goods, sales


@pytest.fixture
def stall(db: SQLAlchemy) -> sales.Stall:
    return sales.open_stall(price=5000)


@pytest.mark.both_engines
def test_a_link_is_credited_with_what_was_paid_and_nothing_else(db: SQLAlchemy, stall: sales.Stall):
    link = linked(db, stall)
    paid = sales.order_from(stall, 2, link=link)
    sales.pay(paid)
    sales.order_from(stall, link=link)

    got = brought.by_links([link])[link.id]

    assert (got.visits, got.members, got.orders, got.paid) == (2, 0, 1, {"CNY": 10000})
    assert brought.by_community(stall.community).amounts == [Money(10000, "CNY")]
    assert brought.unattributed_in(stall.community) == {}


@pytest.mark.both_engines
def test_what_comes_without_a_link_stands_by_itself(db: SQLAlchemy, stall: sales.Stall):
    ended = linked(db, stall)
    ended.end()
    sales.pay(sales.order_from(stall, link=ended))
    sales.pay(sales.order_from(stall))

    without = brought.unattributed_in(stall.community)

    assert {reason: got.orders for reason, got in without.items()} == {"expired_link": 1, "direct": 1}
    assert brought.by_links([ended])[ended.id].orders == 0
    assert brought.by_community(stall.community).orders == 0


def test_what_went_back_does_not_count(db: SQLAlchemy, stall: sales.Stall):
    link = linked(db, stall)
    payment = sales.pay(sales.order_from(stall, link=link))

    payment.ask_refund(1500, "one was broken", "key-1")
    db.session.commit()

    assert brought.by_links([link])[link.id].paid == {"CNY": 3500}


def test_the_communitys_page_tells_that_its_link_brought_the_sale(
    app: Flask, db: SQLAlchemy, stall: sales.Stall, client: FlaskClient
):
    link = linked(db, stall)
    sales.pay(sales.order_from(stall, link=link))
    sales.pay(sales.order_from(stall))

    page = goods.signed_in(client, stall.owner).get("/c/tea/manage/insight").text

    assert "Thursday group" in page
    assert page.count("¥50.00") == 3
    assert "Came by themselves" in page


def test_links_are_found_sorted_and_handed_out_with_what_they_brought(
    db: SQLAlchemy, stall: sales.Stall, client: FlaskClient
):
    link = linked(db, stall)
    sales.pay(sales.order_from(stall, link=link))
    GroupLink.make(stall.community, stall.owner, "A poster").end()
    full = GroupLink.make(stall.community, stall.owner, "Full", seats=1)
    db.session.flush()
    full.count_in()
    db.session.commit()
    goods.signed_in(client, stall.owner)
    desk = "/c/tea/manage/links"

    shown = {
        query: names(client.get(f"{desk}?{query}").text) for query in ("sort=name", "state=ended", "q=thurs")
    }
    (_head, row) = client.get(f"{desk}.csv?state=live").text.splitlines()

    assert shown == {
        "sort=name": ["A poster", "Full", "Thursday group"],
        "state=ended": ["Full", "A poster"],
        "q=thurs": ["Thursday group"],
    }
    assert row.startswith(f"Thursday group,http://localhost/g/{link.token},{stall.owner.name},")
    assert row.endswith(",yes,1,0,1,50.00 CNY")


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)', page)


def linked(db: SQLAlchemy, stall: sales.Stall) -> GroupLink:
    link = GroupLink.make(stall.community, stall.owner, "Thursday group")
    db.session.commit()
    return link
