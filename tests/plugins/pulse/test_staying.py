"""Who stays, who passes it on, and what each mode brought after refunds."""

from datetime import timedelta

import pytest

from plugins.pulse.deeds import deeds_in
from plugins.pulse.staying import Passing, Seat, cohorts_of, passing_of, revenue_of, seats_of
from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Membership
from shop.db import db as shop_db
from shop.payments.settling import refund_order
from tests.plugins.pulse.test_pages import words
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import open_stall, order_from, pay


@pytest.mark.both_engines
def test_cohorts_tell_who_was_seen_and_who_bought_again(app, db):
    stall = open_stall()
    here, ana, bo = stall.community, goods.person("Ana"), goods.person("Bo")
    for person in (ana, bo):
        here.join(person, accepts_rules=True)
    db.session.flush()
    old = now() - timedelta(days=100)
    db.session.query(Membership).filter_by(person_id=stall.owner.id).update({"at": old})
    for _order in range(2):
        pay(order_from(stall, buyer=ana))
    db.session.commit()

    deeds = deeds_in(here, now() - timedelta(days=28), now() + timedelta(seconds=1))
    told = [
        (c.joined, c.seen, c.bought, c.again) for c in cohorts_of(here, seats_of(here), deeds) if c.joined
    ]

    assert told == [(2, 1, 1, 1), (1, 0, 0, 0)]


def test_a_link_of_a_link_is_two_away(group):
    today = now().date()
    run, ana, bo, cy, lost, ring = 1, 2, 3, 4, 5, 6

    seats = [
        Seat(run, today, None), Seat(ana, today, run), Seat(bo, today, ana), Seat(cy, today, ana),
        Seat(lost, today, 99), Seat(ring, today - timedelta(days=90), ring),
    ]  # fmt: skip

    assert passing_of(group.community, seats) == Passing({0: 1, 1: 3, 2: 2}, brought=4, sharers=3)
    assert passing_of(group.community, seats).each == 1.3
    assert passing_of(group.community, []).each is None


@pytest.mark.both_engines
def test_a_mode_brought_what_was_paid_less_what_went_back(app, db):
    stall = open_stall()
    first, second = order_from(stall), order_from(stall)
    pay(first), pay(second)
    refund_order(first, 2800, "Broken", "key", stall.owner)
    db.session.commit()

    (mall,) = revenue_of(stall.community)

    assert (mall.plugin, mall.orders) == ("mall", 2)
    assert [(m.amount, m.currency) for m in mall.kept] == [(2 * first.total - 2800, "CNY")]
    assert [m.amount for m in mall.refunds] == [2800]


def test_the_page_checks_facts_and_gives_no_grade(group, client):
    group.wrote(group.ana, 1, voices=1)
    link = GroupLink.make(group.community, group.owner, "First")
    shop_db.session.flush()
    link.opened().person_id = group.bo.id
    shop_db.session.flush()
    group.at("2026-05-20T04:30:00")
    GroupLink.make(group.community, group.bo, "Second")
    group.count()
    sign_in(client, group.owner)

    page = words(client.get(f"{group.url}/health").text)

    assert "7 of 10 facts are so" in page
    assert "met: 1 member wrote something in four weeks (aim: 1)" in page
    assert "not met: There are rules in writing" in page
    assert "met: Somebody who came by a link made one in four weeks" in page
    assert "not met: Somebody joined by a link of somebody" in page
    assert "Nothing was paid in four weeks" in page
