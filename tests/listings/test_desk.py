"""Proposals and offers on the merchant's desk."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop.communities.models import Community
from shop.db import db as the_db
from shop.events import Event
from shop.listings.models import Listing, Offer
from shop.listings.split import split
from shop.merchants.models import Merchant
from shop.switches import switch
from tests.support import goods

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def lin(client: FlaskClient):
    somebody = goods.person("Lin")
    goods.signed_in(client, somebody)
    return somebody


@pytest.fixture
def shop(lin) -> Merchant:
    return goods.merchant(lin)


@pytest.fixture
def tea(lin) -> Community:
    where = goods.community(lin)
    switch(where.id, "mall", True, lin.id)
    return where


def only_listing() -> Listing:
    the_db.session.expire_all()
    return the_db.session.query(Listing).one()


def only_offer() -> Offer:
    the_db.session.expire_all()
    return the_db.session.query(Offer).one()


SHARES = {"community_share": "12.5", "sharer_share": "3"}


@pytest.mark.both_engines
@pytest.mark.parametrize("by", ["membership", "address", "link"])
def test_product_is_proposed(client: FlaskClient, shop, tea, by):
    made = goods.product(shop)
    named = {
        "membership": {"communities": tea.id},
        "address": {"address": " Tea "},
        "link": {"address": "https://shop.example/c/tea/about?x=1"},
    }

    answer = client.post(f"/desk/old-hill/products/{made.id}/proposals", data=SHARES | named[by])

    assert answer.status_code == 303
    listing = only_listing()
    assert (listing.state, listing.community_share, listing.sharer_share) == ("proposed", 1250, 300)
    assert [e.name for e in the_db.session.query(Event)] == ["listing.proposed"]
    assert "Tea" in client.get("/desk/old-hill/listings").text


def test_who_gets_what_is_shown_before_it_is_proposed(client: FlaskClient, shop, tea):
    made = goods.product(shop, price=9999)

    answer = client.post(
        f"/desk/old-hill/products/{made.id}/proposals", data=SHARES | {"communities": tea.id, "act": "look"}
    )

    assert answer.status_code == 200
    assert "12.50" in answer.text  # 12.5 % of 99.99, and a cent more by the largest remainder
    assert the_db.session.query(Listing).count() == 0


@pytest.mark.parametrize("amount", [0, 1, 7, 9999, 12800, 10**12])
@pytest.mark.parametrize("shares", [(0, 0, 0), (1250, 300, 0), (3333, 3333, 333), (9000, 0, 1000)])
def test_parts_of_a_sale_sum_to_its_price(amount, shares):
    parts = split(amount, "CNY", *shares)

    assert sum(p.amount for p in (parts.merchant, parts.community, parts.sharer, parts.site)) == amount


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({}, 422, "Please choose a community."),
        ({"address": "nowhere"}, 422, "No community has the address"),
        ({"address": "tea", "community_share": "91"}, 422, "From 0 to 90."),
        ({"address": "tea", "community_share": "60", "sharer_share": "40"}, 422, "at most 90 %"),
        ({"address": "tea", "community_share": "1.234"}, 422, "At most two decimals."),
        ({"address": "tea", "community_share": "NaN"}, 422, ""),
        ({"address": "tea", "community_share": "much"}, 422, ""),
        ({"communities": "999"}, 422, ""),
    ],
)
def test_proposal_that_makes_no_sense(client: FlaskClient, shop, tea, changes, status, told):
    made = goods.product(shop)

    answer = client.post(f"/desk/old-hill/products/{made.id}/proposals", data=SHARES | changes)

    assert answer.status_code == status
    assert told in answer.text
    assert the_db.session.query(Listing).count() == 0


def test_proposal_to_two_is_made_to_both_or_to_none(client: FlaskClient, shop, tea, lin):
    made = goods.product(shop)
    run = goods.community(lin, "Run")
    goods.community(goods.person("Ana"), "Closed").close(lin)

    answer = client.post(
        f"/desk/old-hill/products/{made.id}/proposals",
        data=SHARES | {"communities": run.id, "address": "closed"},
    )

    assert answer.status_code == 409
    assert "This community is closed." in answer.text
    assert the_db.session.query(Listing).count() == 0


def test_declined_product_is_proposed_again_with_other_shares(client: FlaskClient, shop, tea, lin):
    listing = Listing.propose(goods.product(shop), tea, lin)
    the_db.session.flush()
    listing.decline(lin, "Too little for us.")
    number = listing.id

    page = client.get(f"/desk/old-hill/listings/{number}")
    answer = client.post(f"/desk/old-hill/listings/{number}/proposal", data=SHARES)
    again = client.post(f"/desk/old-hill/listings/{number}/proposal", data=SHARES)

    assert "Too little for us." in page.text
    assert (answer.status_code, again.status_code) == (303, 409)
    assert (only_listing().state, only_listing().community_share, only_listing().reason) == (
        "proposed",
        1250,
        "",
    )


def test_listing_is_withdrawn(client: FlaskClient, shop, tea, lin):
    number = goods.listing(goods.product(shop), tea, lin).id

    answer = client.post(f"/desk/old-hill/listings/{number}/withdrawal")

    assert (answer.status_code, only_listing().state) == (303, "withdrawn")
    assert client.get(f"/c/tea/p/{number}").status_code == 404
    assert client.post(f"/desk/old-hill/listings/{number}/withdrawal").status_code == 409


@pytest.mark.parametrize("n", [0, 1, 3])
def test_listings_are_listed(client: FlaskClient, shop, tea, lin, n):
    for i in range(n):
        goods.listing(goods.product(shop, f"Tea {i}"), tea, lin)

    assert client.get("/desk/old-hill/listings").text.count('scope="row"') == n
    assert client.get("/desk/old-hill/listings?state=declined").text.count('scope="row"') == 0


def test_foreign_listing_and_offer_are_not_found(client: FlaskClient, shop, tea, lin):
    theirs = goods.listing(goods.product(goods.merchant(goods.person("Ana"), "Other")), tea, lin)
    offer = goods.offer(theirs, lin)
    listing, number = theirs.id, offer.id

    assert client.get(f"/desk/old-hill/listings/{listing}").status_code == 404
    assert client.get(f"/desk/old-hill/listings/{listing}/offers/new/mall/buy").status_code == 404
    assert client.get(f"/desk/old-hill/offers/{number}").status_code == 404
    for path in (
        f"listings/{listing}/withdrawal",
        f"listings/{listing}/proposal",
        f"offers/{number}",
        f"offers/{number}/end",
    ):
        assert client.post(f"/desk/old-hill/{path}").status_code == 404


@pytest.mark.parametrize("role", ["counter", "analyst"])
def test_only_managers_propose_and_offer(client: FlaskClient, lin, tea, role):
    shop = goods.merchant(goods.person("Ana"))
    listing = goods.listing(goods.product(shop), tea, lin)
    number, product = listing.id, listing.product_id
    goods.staff(shop, lin, role)

    assert client.get(f"/desk/old-hill/listings/{number}").status_code == 200
    assert client.post(f"/desk/old-hill/products/{product}/proposals").status_code == 403
    assert client.post(f"/desk/old-hill/listings/{number}/withdrawal").status_code == 403
    assert client.post(f"/desk/old-hill/listings/{number}/offers/new/mall/buy").status_code == 403


@pytest.mark.both_engines
def test_offer_is_switched_on_with_a_window_in_the_communitys_time(client: FlaskClient, shop, tea, lin):
    number = goods.listing(goods.product(shop), tea, lin).id

    page = client.get(f"/desk/old-hill/listings/{number}")
    form = client.get(f"/desk/old-hill/listings/{number}/offers/new/mall/buy")
    answer = client.post(
        f"/desk/old-hill/listings/{number}/offers/new/mall/buy",
        data={"window-opens_at": "2026-01-02T08:00", "window-limit": "5", "most": "2"},
    )

    assert "/offers/new/mall/buy" in page.text
    assert "Asia/Shanghai" in form.text
    assert answer.status_code == 303
    offer = only_offer()
    assert offer.opens_at == datetime(2026, 1, 2, 0, 0, tzinfo=UTC)
    assert (offer.closes_at, offer.limit.size, offer.settings["most"]) == (None, 5, 2)
    edit = client.get(f"/desk/old-hill/offers/{offer.id}").text
    assert 'value="2026-01-02T08:00"' in edit
    assert 'value="5"' in edit


@pytest.mark.parametrize(
    "sent",
    [
        {"window-opens_at": "2026-01-02T08:00", "window-closes_at": "2026-01-01T08:00"},
        {"window-opens_at": "soon"},
        {"window-limit": "0"},
        {"window-limit": "many"},
        {"most": "-3"},
        {"window-opens_at": "0001-01-01T00:00"},
    ],
)
def test_offer_that_makes_no_sense(client: FlaskClient, shop, tea, lin, sent):
    number = goods.listing(goods.product(shop), tea, lin).id

    answer = client.post(f"/desk/old-hill/listings/{number}/offers/new/mall/buy", data=sent)

    assert answer.status_code == 422
    assert the_db.session.query(Offer).count() == 0


def test_offer_of_a_mode_that_is_off_is_not_found(client: FlaskClient, shop, tea, lin):
    number = goods.listing(goods.product(shop), tea, lin).id
    switch(tea.id, "mall", False, lin.id)

    assert client.post(f"/desk/old-hill/listings/{number}/offers/new/mall/buy").status_code == 404
    assert client.get(f"/desk/old-hill/listings/{number}/offers/new/nothing/buy").status_code == 404


def test_offer_is_changed_and_ended(client: FlaskClient, shop, tea, lin):
    offer = goods.offer(goods.listing(goods.product(shop), tea, lin), lin, limit=5)
    offer.limit.take(3)
    place = f"/desk/old-hill/offers/{offer.id}"

    smaller = client.post(place, data={"window-limit": "2"})
    larger = client.post(place, data={"window-limit": "8", "note": "Ships at once"})
    ended = client.post(f"{place}/end")
    again = client.post(f"{place}/end")
    changed = client.post(place, data={})

    assert [a.status_code for a in (smaller, larger, ended, again, changed)] == [409, 303, 303, 409, 409]
    assert (only_offer().limit.size, only_offer().limit.left) == (8, 5)
    assert only_offer().settings["note"] == "Ships at once"
    assert only_offer().ended_at is not None


def test_withdrawn_listing_takes_no_offers(client: FlaskClient, shop, tea, lin):
    listing = goods.listing(goods.product(shop), tea, lin)
    listing.withdraw(lin)
    number = listing.id

    assert client.post(f"/desk/old-hill/listings/{number}/offers/new/mall/buy", data={}).status_code == 409


def test_offer_shows_on_the_phone_page(app: Flask, client: FlaskClient, shop, tea, lin):
    listing = goods.listing(goods.product(shop, stock=4), tea, lin)
    number = listing.id
    client.post(f"/desk/old-hill/listings/{number}/offers/new/mall/buy", data={"note": "Ships at once"})

    page = app.test_client().get(f"/c/tea/p/{number}")

    assert page.status_code == 200
    assert "Nobody has opened a way" not in page.text
