"""Pages are kept with every bundled plugin switched on, and what a plugin shows is seen by the very next request."""

from datetime import timedelta

import pytest
import time_machine

from plugins.ads.creatives import Veto
from plugins.affiliate.articles import Article
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.places import Place
from shop.clock import now
from shop.db import db as shop_db
from shop.hooks import door
from shop.people.models import Person
from shop.switches import switch
from tests.plugins.ads.conftest import fill_of, open_square
from tests.plugins.crowdfunding.conftest import campaign_on
from tests.support import goods
from tests.support.sql import count_sql
from tests.test_kept import PAGE, SHELF, afresh, only_asked


@pytest.fixture
def tea(app, db):
    """A product on the shelf of Tea, where everything is switched on."""
    lin = goods.person("Lin")
    tea = goods.community(lin)
    for loaded in door(app).working():
        if loaded.manifest.level == "community":
            switch(tea.id, loaded.name, True, lin.id)
    listing = goods.listing(goods.product(goods.merchant(lin), "Oolong", stock=3), tea, lin)
    goods.offer(listing, lin)
    db.session.commit()
    return listing


@pytest.fixture
def visitor(client, tea):
    return seen(client)


def seen(client):
    for path in (SHELF, PAGE) * 2:
        assert client.get(path).status_code == 200
    return client


def coupons(tea, size=5, **values):
    """Ten off, which runs in Tea."""
    told = {"title": "Ten off", "kind": "amount", "worth": 1000, "valid_days": 30, "per_person": 1, **values}
    campaign = CouponCampaign.make(tea.product.merchant, shop_db.session.get(Person, 1), size=size, **told)
    shop_db.session.flush()
    place = Place.offer(campaign, tea.community)
    campaign.open()
    shop_db.session.flush()
    return place


def test_every_bundled_plugin_that_shows_something_promises_to_show_everybody_the_same(app):
    silent = {"page_pieces", "offer_panels"}.isdisjoint
    bundled = [p for p in door(app).plugins.values() if p.origin == "bundled" and not silent(p.doorbells)]

    assert [p.name for p in bundled if not p.manifest.shows_alike] == []


def test_shelf_and_page_are_kept_with_everything_switched_on(app, visitor):
    with only_asked(app, times=2):
        assert "Oolong" in visitor.get(SHELF).text
        assert "Oolong" in visitor.get(PAGE).text


def test_a_coupon_is_seen_from_its_opening_to_its_end(app, db, visitor, tea):
    with afresh(app, visitor, SHELF) as opened:
        place = coupons(tea)
        db.session.commit()
    visitor.get(SHELF)
    with afresh(app, visitor, SHELF) as gone:
        place.limit.take(5)
        db.session.commit()

    assert "All coupons" not in opened["before"]
    assert "All coupons" in opened["after"]
    assert "All coupons" not in gone["after"]


def test_a_coupon_appears_when_its_window_opens(app, db, client, tea):
    coupons(tea, claim_from=now() + timedelta(hours=1))
    db.session.commit()
    seen(client)

    with only_asked(app):
        before = client.get(SHELF).text
    with time_machine.travel(now() + timedelta(hours=1)):
        after = client.get(SHELF).text

    assert "All coupons" not in before
    assert "All coupons" in after


def test_something_is_new_for_a_week(app, visitor):
    with only_asked(app):
        before = visitor.get(SHELF).text
    with time_machine.travel(now() + timedelta(days=7)):
        after = visitor.get(SHELF).text

    assert "New</span>" in before
    assert "New</span>" not in after


def test_an_article_is_on_the_shelf_at_once_and_its_author_s_new_name_too(app, db, visitor, tea):
    words = {"title": "How to brew", "body": "Slowly.", "rights": "own"}
    with afresh(app, visitor, SHELF) as published:
        article = Article(community=tea.community, author=shop_db.session.get(Person, 1), **words)
        db.session.add(article)
        db.session.flush()
        article.publish(shop_db.session.get(Person, 1))
        db.session.commit()
    visitor.get(SHELF)
    with afresh(app, visitor, SHELF) as renamed:
        shop_db.session.get(Person, 1).name = "Lin the Elder"
        db.session.commit()

    assert "How to brew" not in published["before"]
    assert "How to brew" in published["after"]
    assert "Lin the Elder" in renamed["after"]


@pytest.mark.parametrize("path", [SHELF, PAGE])
def test_a_page_made_for_one_visitor_asks_one_thing_however_long_it_is(app, db, visitor, tea, path):
    app.extensions["kept"].most = 0
    with count_sql(app) as with_one:
        visitor.get(path)
    for n in range(30):
        more = goods.listing(
            goods.product(tea.product.merchant, f"Tea {n}"), tea.community, shop_db.session.get(Person, 1)
        )
        goods.offer(more, shop_db.session.get(Person, 1))
    db.session.commit()
    visitor.get(path)
    asked = app.extensions["parts"].asked
    with count_sql(app) as with_many:
        page = visitor.get(path).text

    assert (len(with_one), len(with_many), app.extensions["parts"].asked - asked) == (0, 0, 1)
    assert "Oolong" in page


def test_who_is_signed_in_sees_the_same_shelf_and_the_same_page(app, db, visitor, tea):
    mei = goods.person("Mei")
    db.session.commit()
    signed_in = goods.signed_in(app.test_client(), mei)
    for path in (SHELF, PAGE):
        signed_in.get(path)
    parts = len(app.extensions["parts"])
    asked = app.extensions["kept"].asked

    with count_sql(app) as sql:
        shelf, page = signed_in.get(SHELF).text, signed_in.get(PAGE).text

    assert "Oolong" in shelf
    assert "Oolong" in page
    assert app.extensions["kept"].asked == asked + 4  # who asks, and whether it is true
    assert len(app.extensions["parts"]) == parts
    assert sql == []


def test_pages_are_kept_while_an_ad_runs_and_it_comes_and_goes_with_the_very_next_request(
    app, db, client, tea
):
    seen(client)
    with afresh(app, client, SHELF) as begun:
        square = open_square(community=tea.community)
    seen(client)
    with only_asked(app, times=2):
        shelf = client.get(SHELF)
        assert "data-ads-fill" in client.get(PAGE).text
    with only_asked(app):
        assert client.get(SHELF, headers={"If-None-Match": shelf.headers["ETag"]}).status_code == 304
    assert "A pot for your tea" in client.get(fill_of(shelf.text)).text
    with afresh(app, client, SHELF) as refused:
        Veto.put(tea.community, square.owner, "Not here", creative=square.creative)
        db.session.commit()

    assert "data-ads-fill" not in begun["before"]
    assert "data-ads-fill" in begun["after"]
    assert "data-ads-fill" not in refused["after"]
    assert client.get(fill_of(shelf.text)).status_code == 204


def test_pages_are_kept_and_unchanged_with_an_ad_and_a_campaign_on_them(app, db, client, tea):
    open_square(community=tea.community)
    campaign_on(tea, shop_db.session.get(Person, 1))
    db.session.commit()
    seen(client)

    with only_asked(app, times=2):
        shelf, page = client.get(SHELF), client.get(PAGE)
    with only_asked(app, times=2):
        told = [
            client.get(path, headers={"If-None-Match": one.headers["ETag"]}).status_code
            for path, one in ((SHELF, shelf), (PAGE, page))
        ]

    assert told == [304, 304]
    assert "data-ads-fill" in shelf.text
    assert "data-ads-fill" in page.text
    assert "To the campaign" in page.text


def test_a_page_leaves_room_for_an_ad_from_the_instant_at_which_its_flight_begins(app, db, client, tea):
    begins = now() + timedelta(hours=1)
    open_square(community=tea.community, starts_at=begins)
    seen(client)

    with only_asked(app):
        before = client.get(SHELF).text
    with time_machine.travel(begins):
        after = client.get(SHELF).text

    assert "data-ads-fill" not in before
    assert "data-ads-fill" in after
