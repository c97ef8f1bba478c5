"""What counts and what does not, each with its reason."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from plugins.ads import counting
from plugins.ads.campaigns import Flight
from plugins.ads.choosing import day_of
from plugins.ads.counting import WHY
from plugins.ads.counts import FlightDay, Impression, Showing, Stat, Uncounted
from shop import clock
from shop.switches import PluginSite, switch
from tests.plugins.ads.conftest import PHONE, Looker, fly, open_square, show
from tests.support import goods


def spent(db, square) -> int:
    db.session.expire_all()
    return square.campaign.spent


def reasons(db) -> dict[str, int]:
    db.session.expire_all()
    rows = db.session.execute(select(Uncounted.reason, func.sum(Uncounted.n)).group_by(Uncounted.reason))
    return {reason: int(n) for reason, n in rows}


def test_a_view_counts_once_and_its_click_once_and_the_click_costs_its_price(db, square, looker):
    (ad,) = looker.ads(square.shelf)

    told = [looker.sees(ad), looker.sees(ad), looker.follows(ad), looker.follows(ad)]

    assert told == ["counted", "again", "counted", "again"]
    assert spent(db, square) == 7
    (stat,) = db.session.scalars(select(Stat))
    assert (stat.views, stat.clicks, stat.spent, stat.slot) == (1, 1, 7, "shelf.top")
    assert reasons(db) == {"again": 2}


def test_a_click_without_a_view_leads_on_but_is_not_counted(db, square, looker):
    (ad,) = looker.ads(square.shelf)

    answer = looker.client.get(ad["go"], headers=looker.headers)

    assert (answer.status_code, answer.location) == (303, "https://pots.example/tea")
    assert answer.headers["X-Ads"] == "unseen"
    assert spent(db, square) == 0


def test_a_token_dies_after_two_hours(db, square, looker, monkeypatch):
    (ad,) = looker.ads(square.shelf)
    late = clock.now() + timedelta(hours=2, seconds=2)

    monkeypatch.setattr("plugins.ads.tokens.now", lambda: late)

    assert (looker.sees(ad), looker.follows(ad)) == ("old", "old")
    assert spent(db, square) == 0


def test_a_forged_token_is_nothing(db, square, looker):
    (ad,) = looker.ads(square.shelf)
    forged = {"seen": ad["seen"].replace("/seen/", "/seen/x"), "go": ad["go"].replace("/go/", "/go/x")}

    assert looker.sees(forged) == "forged"
    assert looker.client.get(forged["go"]).status_code == 404


@pytest.mark.parametrize(
    ("agent", "headers", "why"),
    [
        ("Googlebot/2.1 (+http://www.google.com/bot.html)", {}, "robot"),
        ("", {}, "robot"),
        ("curl/8.0", {}, "robot"),
        (PHONE, {"Sec-Purpose": "prefetch;prerender"}, "prefetch"),
        (PHONE, {"Purpose": "prefetch"}, "prefetch"),
        (PHONE, {"X-Moz": "prefetch"}, "prefetch"),
    ],
)
def test_programs_and_pages_loaded_in_advance_are_not_counted(db, square, client, agent, headers, why):
    looker = Looker(client, agent=agent)
    (ad,) = looker.ads(square.shelf)

    assert looker.sees(ad, **headers) == why
    assert reasons(db) == {why: 1}


@pytest.mark.parametrize(
    ("blocked", "why"),
    [
        ("127.0.0.0/8", "blocked"),
        ("203.0.113.0/24, Mozilla/5", "blocked"),
        ("203.0.113.0/24, nokia, x", ""),
        ("::1, 127.0.0.1", "blocked"),
    ],
)
def test_what_the_operator_has_shut_out_is_not_counted(db, square, looker, blocked, why):
    (ad,) = looker.ads(square.shelf)
    site = db.session.scalars(select(PluginSite).where(PluginSite.name == "ads")).one()
    site.settings = {**site.settings, "blocked": blocked}
    db.session.commit()

    assert looker.sees(ad) == (why or "counted")
    assert reasons(db) == ({"blocked": 1} if why else {})


def test_the_advertisers_own_people_cost_it_nothing(db, square, client):
    looker = Looker(client, square.potter)
    (ad,) = looker.ads(square.shelf)

    assert (looker.sees(ad), looker.follows(ad)) == ("own", "own")
    assert spent(db, square) == 0


def test_managers_who_earn_by_it_are_not_counted(db, square, client):
    looker = Looker(client, square.owner)
    (ad,) = looker.ads(square.shelf)

    assert looker.sees(ad) == "manager"


def test_somebody_else_cannot_use_the_token_of_a_page(db, app, square, looker):
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad)
    other = Looker(app.test_client(), goods.person("Lin"))
    db.session.commit()

    assert other.follows(ad) == "stranger"
    assert Looker(app.test_client()).follows(ad) == "stranger"


def test_a_click_a_minute_and_no_more(db, square, client, monkeypatch):
    looker, told = Looker(client), []
    for _page in range(2):
        (ad,) = looker.ads(square.shelf)
        told += [looker.sees(ad), looker.follows(ad)]

    assert told == ["counted", "counted", "counted", "rate"]
    assert spent(db, square) == 7


def test_five_views_of_one_ad_in_five_minutes_and_no_more(db, square, looker):
    told = [looker.sees(looker.ads(square.shelf)[0]) for _page in range(6)]

    assert told == ["counted"] * 5 + ["rate"]


def test_a_neighbourhood_that_shares_an_address_may_look_but_not_for_ever(db, app, square, monkeypatch):
    monkeypatch.setattr(counting, "NEIGHBOURS", 1)
    told = []
    for _guest in range(6):
        looker = Looker(app.test_client())
        told.append(looker.sees(looker.ads(square.shelf)[0]))

    assert told == ["counted"] * 5 + ["rate"]


def test_a_flight_is_not_shown_more_often_to_one_person_than_it_wants(db, client):
    square = open_square(often=2)
    looker = Looker(client)
    first = looker.ads(square.shelf)[0]
    second = looker.ads(square.shelf)[0]
    third = looker.ads(square.shelf)[0]

    told = [looker.sees(ad) for ad in (first, second, third)]

    assert told == ["counted", "counted", "often"]
    assert looker.ads(square.shelf) == []


def test_the_community_says_how_many_a_member_sees_a_day(db, app, square, client):
    switch(square.community.id, "ads", True, square.owner.id).settings = {"per_day": 1}
    db.session.commit()
    looker = Looker(client)
    first, second = looker.ads(square.shelf)[0], looker.ads(square.shelf)[0]

    told = [looker.sees(first), looker.sees(second)]

    assert told == ["counted", "full"]
    assert looker.ads(square.shelf) == []


def test_what_stopped_after_the_page_was_made_is_not_counted(db, square, looker):
    (ad,) = looker.ads(square.shelf)
    square.flight.paused_at = clock.now()
    db.session.commit()

    assert looker.sees(ad) == "ended"


def test_a_thousand_views_cost_their_price_to_the_cent_however_small_each_is(db, app, square, monkeypatch):
    monkeypatch.setattr(counting, "VIEW_RATES", ())
    flight = fly(square.campaign, "cpm", 333, priority=9)
    creative = show(flight, "By views")

    costs = []
    for _n in range(1000):
        n, _day = counting._showing(flight, square.community, "views")
        costs.append(n * 333 // 1000 - (n - 1) * 333 // 1000)

    assert (sum(costs), set(costs)) == (333, {0, 1})
    assert creative.flight_id == flight.id


def test_views_that_cost_less_than_a_cent_add_up_to_the_cent(db, app, client, monkeypatch):
    monkeypatch.setattr(counting, "VIEW_RATES", ())
    square = open_square(term="cpm", price=250)
    looker = Looker(client)

    for _page in range(8):
        assert looker.sees(looker.ads(square.shelf)[0]) == "counted"

    assert spent(db, square) == 2
    assert sorted(db.session.scalars(select(Impression.cost))) == [0] * 6 + [1, 1]


def test_a_flat_price_is_taken_once_a_day_and_community_with_the_first_view(db, app, client):
    square = open_square(term="flat", price=300)
    looker = Looker(client)

    for _page in range(3):
        looker.sees(looker.ads(square.shelf)[0])
    assert spent(db, square) == 300

    yesterday, _begun = day_of(square.community)
    showing = db.session.scalars(select(Showing)).one()
    showing.charged_on = yesterday - timedelta(days=1)
    db.session.commit()
    looker.sees(looker.ads(square.shelf)[0])

    assert spent(db, square) == 600


def test_the_budget_is_the_last_word(db, app, client):
    square = open_square(paid=13)
    looker, other = Looker(client), Looker(app.test_client())
    one, two = looker.ads(square.shelf)[0], other.ads(square.shelf)[0]
    looker.sees(one), other.sees(two)

    told = [looker.follows(one), other.follows(two)]

    assert told == ["counted", "budget"]
    assert (spent(db, square), square.campaign.left) == (7, 6)
    assert looker.ads(square.shelf) == []


def test_the_day_has_a_cap_of_its_own(db, app, client):
    square = open_square(day_cap=10)
    looker, other = Looker(client), Looker(app.test_client())
    one, two = looker.ads(square.shelf)[0], other.ads(square.shelf)[0]
    looker.sees(one), other.sees(two)

    told = [looker.follows(one), other.follows(two)]

    assert told == ["counted", "day"]
    assert spent(db, square) == 7
    assert looker.ads(square.shelf) == []
    square.flight.day_cap = 20
    FlightDay.recap(square.flight)
    db.session.commit()
    assert len(looker.ads(square.shelf)) == 1


def test_an_uncounted_click_undoes_everything_it_began(db, app, client):
    square = open_square(paid=5, price=7)
    square.campaign.budget.resize(7)
    db.session.commit()
    looker = Looker(client)
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad)
    square.campaign.budget.resize(5)
    db.session.commit()

    assert looker.follows(ad) == "budget"
    impression = db.session.scalars(select(Impression)).one()
    assert (impression.clicked_at, impression.click_cost) == (None, 0)
    assert db.session.scalars(select(Showing)).one().clicks == 0


def test_a_view_that_was_not_honest_leaves_every_sum_once(db, square, looker, person_operator):
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad), looker.follows(ad)
    impression = db.session.scalars(select(Impression)).one()

    done = [counting.void(impression, person_operator, "a click farm") for _twice in (1, 2)]
    db.session.commit()

    assert done == [True, False]
    assert spent(db, square) == 0
    (stat,) = db.session.scalars(select(Stat))
    assert (stat.views, stat.clicks, stat.spent) == (0, 0, 0)
    assert (db.session.scalars(select(Showing)).one().spent, reasons(db)) == (0, {"void": 1})


@pytest.fixture
def person_operator(db):
    return goods.person("Op", is_operator=True)


def test_every_reason_has_words(db, square):
    assert all(str(words) for words in WHY.values())
    assert db.session.scalar(select(func.count(Flight.id))) == 1
