"""What shoppers see: labelled, chosen for the page, and cheap for it."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from plugins.ads import choosing, notices, places
from plugins.ads.campaigns import Advertiser, Campaign
from plugins.ads.creatives import Veto
from shop import clock
from shop.switches import switch
from shop.testing.sql import count_sql
from tests.plugins.ads.conftest import Looker, fill_of, fly, open_square, show
from tests.support import goods

# Statements of a page's one question: where it is and what is on there; which ads.
FILLING = 2


def titles(looker: Looker, url: str) -> list[str]:
    return re.findall(r'class="x-ads-words"><b>([^<]*)</b>', looker.filled(url))


def another(square, title: str, name: str = "Weaver", **flight):
    """Another advertiser with a flight of its own, and as much budget."""
    merchant = goods.merchant(goods.person(name), f"{name}'s Loom")
    campaign = Campaign.begin(Advertiser.of_merchant(merchant), title, "CNY", square.potter)
    campaign.budget.resize(1000)
    return show(fly(campaign, **flight), title)


def house(title: str = "Open a group of your own"):
    made = notices.post(
        Advertiser.of_house("Tuanzi"), "house", None,
        title=title, text="", url="https://tuanzi.example/", days=30, picture=None,
    )  # fmt: skip
    return made


def test_an_ad_says_that_it_is_one_before_it_says_anything_else(square, looker):
    looker.headers["Accept-Language"] = "zh-CN"

    page = looker.filled(square.shelf)

    ad = page[page.index('class="x-ads x-ads-text"') :]
    assert ad.index("<b>广告</b>") < ad.index("Potter&#39;s Wheel") < ad.index("A pot for your tea")
    assert 'rel="sponsored nofollow noopener"' in ad


def test_a_place_is_the_same_for_everybody_and_a_page_asks_once_for_all_of_them(db, app, client):
    app.extensions["kept"].most = app.extensions["parts"].most = 0
    square = open_square()
    for n in range(3):
        goods.listing(goods.product(square.merchant, f"Pot {n}", stock=3), square.community, square.owner)
    db.session.commit()
    switch(square.community.id, "ads", False, None)
    db.session.commit()
    client.get(square.shelf)
    with count_sql(app) as without:
        client.get(square.shelf)

    switch(square.community.id, "ads", True, None)
    db.session.commit()
    client.get(square.shelf)
    with count_sql(app) as with_places:
        page = client.get(square.shelf).text
    assert len(with_places) == len(without) + 1, "\n".join(with_places)  # whether any could run here
    assert re.findall(r'data-ads-slot="([^"]+)"', page) == ["shelf.top", "shelf.below"]
    assert "A pot for your tea" not in page
    assert fill_of(Looker(app.test_client(), square.potter).client.get(square.shelf).text) == fill_of(page)

    def asked() -> int:
        client.get(fill_of(page))
        with count_sql(app) as sent:
            assert "A pot for your tea" in client.get(fill_of(page)).text
        assert [statement for statement in sent if not statement.lstrip().upper().startswith("SELECT")] == []
        return len(sent)

    assert asked() == FILLING
    for n in range(3):
        another(square, f"Ad {n}", f"Weaver{n}", priority=1)
    db.session.commit()
    assert asked() == FILLING


def test_nothing_goes_into_a_forged_place_nor_one_of_another_page_nor_into_a_page_loaded_ahead(
    db, square, looker
):
    other = goods.community(goods.person("Else"), "Coffee")
    switch(other.id, "ads", True, None)
    db.session.commit()
    fill = fill_of(looker.client.get(square.shelf).text)

    def told(url: str, **headers: str) -> tuple[int, str]:
        answer = looker.client.get(url, headers=headers)
        return answer.status_code, answer.headers["Cache-Control"]

    assert told(fill) == (200, "no-store")
    assert told(fill, **{"Sec-Purpose": "prefetch;prerender"}) == (204, "no-store")
    assert told(fill.replace("=", "=x")) == (204, "no-store")
    assert told(fill.replace(square.shelf, f"/c/{other.slug}")) == (204, "no-store")
    assert told(fill.partition("?")[0]) == (204, "no-store")


def test_no_room_is_left_where_nothing_could_run(db, square, looker):
    for settings, rooms in (({"per_page": 0}, 0), ({}, 2)):  # above and below the tiles
        switch(square.community.id, "ads", True, None).settings = settings
        db.session.commit()
        assert looker.client.get(square.shelf).text.count("data-ads-fill") == rooms

    square.flight.paused_at = clock.now()
    db.session.commit()
    assert "data-ads-fill" not in looker.client.get(square.shelf).text


def test_an_ad_stands_on_a_shelf_where_something_is_sold(db, square, looker):
    listing = goods.listing(goods.product(square.merchant, "Pot", stock=3), square.community, square.owner)
    goods.offer(listing, square.potter)
    switch(square.community.id, "mall", True, None)
    db.session.commit()

    assert titles(looker, square.shelf) == ["A pot for your tea"]
    assert titles(looker, f"{square.shelf}/p/{listing.id}") == ["A pot for your tea"]


def test_a_product_page_has_room_and_a_product_card_leads_to_the_product_here(db, square, looker):
    product = goods.product(square.merchant, "Small pot", price=4200, stock=5)
    show(fly(square.campaign, priority=9), "Just fired", shape="product", url="", product=product)
    assert titles(looker, square.shelf) == ["A pot for your tea"]

    listing = goods.listing(product, square.community, square.owner)
    db.session.commit()
    assert titles(looker, square.shelf) == ["Just fired"]
    page = f"{square.shelf}/p/{listing.id}"
    (ad,) = looker.ads(page)

    assert looker.sees(ad) == "counted"
    assert looker.client.get(ad["go"]).location.endswith(f"/p/{listing.id}-{product.handle}")


def test_what_is_paid_goes_before_the_groups_own_words_and_the_house_fills_what_is_left(db, square, looker):
    house()
    notices.post(
        Advertiser.of_community(square.community), "own", square.owner,
        title="Tea on Saturday", text="", url="https://tea.example/", days=3, picture=None,
    )  # fmt: skip
    db.session.commit()

    goods.listing(goods.product(square.merchant, "Pot", stock=3), square.community, square.owner)
    switch(square.community.id, "ads", True, None).settings = {"per_page": 3}
    db.session.commit()

    assert titles(looker, square.shelf) == [
        "A pot for your tea",
        "Tea on Saturday",
        "Open a group of your own",
    ]


def test_a_page_has_no_more_ads_than_the_community_wants_and_none_twice(db, square, looker):
    goods.listing(goods.product(square.merchant, "Pot", stock=3), square.community, square.owner)
    show(square.flight, "The same potter again")
    house(), another(square, "A scarf")
    for n, told in ((0, 0), (1, 1), (2, 2), (5, 3)):
        switch(square.community.id, "ads", True, None).settings = {"per_page": n}
        db.session.commit()

        assert len(titles(looker, square.shelf)) == told


def test_another_communitys_own_words_stay_there(db, square, looker):
    other = goods.community(goods.person("Else"), "Coffee")
    notices.post(
        Advertiser.of_community(other), "own", None,
        title="Coffee on Sunday", text="", url="https://coffee.example/", days=3, picture=None,
    )  # fmt: skip
    square.campaign.end(None)
    db.session.commit()

    assert titles(looker, square.shelf) == []


@pytest.mark.parametrize("whole", [True, False])
def test_a_veto_takes_away_a_creative_or_a_whole_advertiser(db, square, looker, whole):
    show(square.flight, "Another pot")
    what = {"advertiser": square.campaign.advertiser} if whole else {"creative": square.creative}
    veto = Veto.put(square.community, square.owner, "Not here", **what)
    db.session.commit()

    assert titles(looker, square.shelf) == ([] if whole else ["Another pot"])
    veto.lift(square.owner)
    db.session.commit()
    assert len(titles(looker, square.shelf)) == 1


def test_nothing_is_shown_before_it_was_looked_over_and_after_it_was_changed(db, square, looker):
    square.creative.change(title="A cheaper pot", url="https://pots.example/")
    db.session.commit()

    assert titles(looker, square.shelf) == []


@pytest.mark.parametrize(
    ("aim", "shown"),
    [
        ({"kinds": ["interest"]}, True),
        ({"kinds": ["knowledge"]}, False),
        ({"tiers": ["guest"]}, True),
        ({"tiers": ["member", "manager"]}, False),
        ({"languages": ["en"]}, True),
        ({"languages": ["zh"]}, False),
        ({"sizes": ["30"]}, True),
        ({"sizes": ["more"]}, False),
        ({"stages": ["growth", "active"]}, True),
        ({"stages": ["start"]}, False),
        ({"not_stages": ["decline", "silent"]}, True),
        ({"stages": ["growth"], "not_stages": ["growth"]}, False),
        ({"tags": ["Pots"]}, False),
        ({"not_tags": ["pots"]}, True),
    ],
)
def test_an_aim_by_kind_size_stage_tier_language_and_tag(db, square, looker, aim, shown):
    square.community.stage = "growth"
    square.flight.aim = aim
    db.session.commit()

    assert bool(titles(looker, square.shelf)) is shown


def test_tags_are_those_of_the_product_on_the_page(db, square, looker):
    product = goods.product(square.merchant, "Pot", stock=3)
    product.tags = ["Clay"]
    listing = goods.listing(product, square.community, square.owner)
    square.flight.aim = {"tags": ["clay"]}
    db.session.commit()
    assert titles(looker, f"{square.shelf}/p/{listing.id}") == ["A pot for your tea"]

    square.flight.aim = {"not_tags": ["clay"]}
    db.session.commit()
    assert titles(looker, f"{square.shelf}/p/{listing.id}") == []


def test_an_article_has_room_for_two_beside_its_tags(db, app, square):
    another(square, "A scarf")
    square.flight.aim = {"tags": ["clay"]}
    db.session.commit()

    def beside(*tags: str) -> set[str]:
        with app.test_request_context():
            told = places.mark("article.below", [SimpleNamespace(tags=tags)], square.community)
            ads = choosing.ads_for(places.read([told], square.community), square.community, None)
            return {candidate.creative.title for candidate, _token in ads.get("article.below", [])}

    assert beside("Clay", "tea") == {"A pot for your tea", "A scarf"}
    assert beside("tea") == {"A scarf"}


def test_an_aim_at_a_community_and_an_exclusion(db, square, looker):
    other = goods.community(goods.person("Else"), "Coffee")
    square.flight.aim_at([other.id])
    db.session.commit()
    assert titles(looker, square.shelf) == []

    square.flight.aim_at([square.community.id])
    db.session.commit()
    assert len(titles(looker, square.shelf)) == 1

    square.flight.aim_at([], [square.community.id])
    db.session.commit()
    assert titles(looker, square.shelf) == []


def test_the_higher_priority_goes_first(db, square, looker):
    another(square, "A scarf", priority=6)
    db.session.commit()

    assert {titles(looker, square.shelf)[0] for _page in range(5)} == {"A scarf"}


def test_a_campaign_ahead_of_its_plan_waits_and_one_behind_is_urgent(db, square, monkeypatch):
    _today, midnight = choosing.day_of(square.community)
    monkeypatch.setattr(choosing, "now", lambda: midnight + timedelta(hours=12))
    flight = square.flight
    flight.is_even, flight.starts_at = True, midnight - timedelta(days=1)
    flight.ends_at = midnight + timedelta(days=10)  # half of today's twentieth part has gone: 50 of 1000

    def urgency(spent_today: int) -> float:
        candidate = choosing.Candidate(
            square.creative, flight, square.campaign, square.campaign.advertiser,
            left=1000 - spent_today, seen=0, spent_today=spent_today, cap_left=None, views=0, clicks=0,
            listing_id=None, product=None,
        )  # fmt: skip
        return choosing.urgency(candidate, square.community)

    assert urgency(50 + 20) == 0.0
    assert urgency(50) == 1.0
    assert urgency(25) == 2.0
    assert urgency(0) == choosing.MOST_URGENT


def test_an_ad_tells_why_it_is_here(db, square, looker):
    page = looker.client.get(f"{square.shelf}/x/ads/why/{square.creative.id}")

    assert page.status_code == 200
    assert "Tea gets 70 % of that" in page.text
    square.creative.state = "waiting"
    db.session.commit()
    assert looker.client.get(f"{square.shelf}/x/ads/why/{square.creative.id}").status_code == 404
