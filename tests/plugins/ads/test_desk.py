"""The desks: an advertiser begins, pays and ends; the operator looks over; managers say no."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from plugins.ads import choosing
from plugins.ads.campaigns import Campaign, Flight
from plugins.ads.counts import Impression
from plugins.ads.creatives import Creative, Veto
from shop import clock
from shop.jobs import run_until_idle
from shop.orders.models import Order
from tests.plugins.ads.conftest import Looker
from tests.support import goods, sales

DESK = "/desk/potters-wheel/x/ads"


@pytest.fixture
def potter(square, client):
    """The advertiser, at the desk."""
    square.merchant.slug = "potters-wheel"
    return goods.signed_in(client, square.potter)


@pytest.fixture
def operator(db, app, square):
    somebody = goods.person("Op", is_operator=True)
    db.session.commit()
    return goods.signed_in(app.test_client(), somebody)


@pytest.fixture
def manager(db, app, square):
    db.session.commit()
    return goods.signed_in(app.test_client(), square.owner)


def hidden(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]+)"', page)[0]


def flight_form(**more):
    begins = clock.now()
    return {
        "name": "Spring",
        "term": "cpc",
        "price": "0.50",
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + timedelta(days=9):%Y-%m-%dT%H:%M}",
        "is_even": "y",
        "priority": "5",
    } | more


def picture() -> tuple[BytesIO, str]:
    held = BytesIO()
    Image.new("RGB", (600, 300), "#a05030").save(held, "PNG")
    held.seek(0)
    return held, "pot.png"


def test_from_a_name_to_an_ad_that_is_shown(db, square, potter, operator, app):
    begun = potter.post(f"{DESK}/", data={"name": "Spring pots"})
    campaign = db.session.scalars(select(Campaign).order_by(Campaign.id.desc())).first()
    flown = potter.post(
        f"{DESK}/{campaign.id}/flights",
        data=flight_form(communities=[square.community.id], tiers=["guest"], not_stages=["silent"]),
    )
    flight = campaign.flights[0]
    made = potter.post(
        f"{DESK}/flights/{flight.id}/creatives",
        data={
            "shape": "picture",
            "title": "Fresh",
            "url": "https://pots.example/",
            "picture": picture(),
            "alt": "A pot",
        },
    )
    page = potter.get(f"{DESK}/{campaign.id}").text
    asked = potter.post(f"{DESK}/{campaign.id}/budget", data={"amount": "5.00", "once": hidden(page, "once")})
    order = db.session.scalars(select(Order).order_by(Order.id.desc())).first()

    assert [answer.status_code for answer in (begun, flown, made, asked)] == [303] * 4
    assert (flight.price, flight.aim, flight.is_everywhere) == (
        50,
        {"tiers": ["guest"], "not_stages": ["silent"]},
        False,
    )
    assert "no communities: Silent · for visitors · only in Tea" in page
    assert (asked.location, order.total) == (f"/orders/{order.number}", 500)
    creative = db.session.scalars(select(Creative).order_by(Creative.id.desc())).first()
    assert (creative.state, creative.picture["alt"]) == ("waiting", "A pot")

    assert "Fresh" in operator.get("/admin/x/ads/").text
    assert operator.post(f"/admin/x/ads/creatives/{creative.id}/approval").status_code == 303
    sales.pay(order)
    run_until_idle(app)
    square.campaign.end(None)
    db.session.commit()
    assert "Fresh" in Looker(app.test_client()).filled(square.shelf)


def test_the_same_press_pays_in_once(db, square, potter):
    page = potter.get(f"{DESK}/{square.campaign.id}").text
    form = {"amount": "5.00", "once": hidden(page, "once")}

    places = {potter.post(f"{DESK}/{square.campaign.id}/budget", data=form).location for _press in range(3)}

    assert len(places) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"price": "0"}, "Please say what you pay"),
        ({"price": "two"}, "not an amount"),
        ({"ends_at": "2020-01-01T10:00"}, "must end after it begins"),
        ({"priority": "11"}, "between 1 and 10"),
        ({"term": "free"}, "Not a valid choice"),
    ],
)
def test_a_flight_that_makes_no_sense_is_not_kept(db, square, potter, wrong, words):
    answer = potter.post(f"{DESK}/{square.campaign.id}/flights", data=flight_form(**wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert len(db.session.scalars(select(Flight)).all()) == 1


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"title": ""}, "Please write a headline"),
        ({"title": "x" * 41}, "longer than 40"),
        ({"text": "x" * 91}, "longer than 90"),
        ({"url": "http://pots.example/"}, "https://"),
        ({"url": "javascript:alert(1)"}, "https://"),
        ({"url": "https://user@pots.example/"}, "https://"),
        ({"shape": "picture"}, "choose a picture"),
        ({"shape": "product"}, "choose the product"),
    ],
)
def test_a_creative_that_breaks_the_rules_is_not_kept(db, square, potter, form, words):
    good = {"shape": "text", "title": "A pot", "text": "", "url": "https://pots.example/"}

    answer = potter.post(f"{DESK}/flights/{square.flight.id}/creatives", data=good | form)

    assert answer.status_code == 422
    assert words in answer.text
    assert len(db.session.scalars(select(Creative)).all()) == 1


def test_nobody_advertises_the_products_of_somebody_else(db, square, potter):
    strange = goods.product(square.seller, "Not mine")
    db.session.commit()

    answer = potter.post(
        f"{DESK}/flights/{square.flight.id}/creatives",
        data={"shape": "product", "title": "A pot", "product": strange.id},
    )

    assert answer.status_code == 422


def test_the_price_is_kept_once_people_have_seen_it(db, square, potter, app):
    looker = Looker(app.test_client())
    looker.sees(looker.ads(square.shelf)[0])

    other_price = potter.post(f"{DESK}/flights/{square.flight.id}", data=flight_form(price="0.01"))
    same_price = potter.post(
        f"{DESK}/flights/{square.flight.id}", data=flight_form(price="0.07", day_cap="3.00")
    )

    assert (other_price.status_code, same_price.status_code) == (409, 303)
    db.session.expire_all()
    assert (square.flight.price, square.flight.day_cap, square.flight.name) == (7, 300, "Spring")


def test_a_changed_creative_is_looked_over_again_and_a_retired_one_is_gone(db, square, potter, app):
    url = f"{DESK}/creatives/{square.creative.id}"
    assert potter.get(f"{url}/edit").status_code == 200
    changed = potter.post(url, data={"shape": "text", "title": "Cheaper", "url": "https://pots.example/"})
    db.session.expire_all()

    assert (changed.status_code, square.creative.state) == (303, "waiting")
    assert potter.post(f"{url}/retirement").status_code == 303
    db.session.expire_all()
    assert square.creative.retired_at is not None


def test_a_campaign_that_ends_gives_back_what_is_left(db, square, potter, app):
    ended = potter.post(f"{DESK}/{square.campaign.id}/end")
    again = potter.post(f"{DESK}/{square.campaign.id}/end")

    db.session.expire_all()
    assert (ended.status_code, again.status_code) == (303, 409)
    assert (square.campaign.size, square.campaign.left) == (0, 0)
    assert Looker(app.test_client()).filled(square.shelf).count("data-ads-seen") == 0


def test_a_flight_rests_and_goes_on(db, square, potter):
    states = []
    for _press in range(2):
        potter.post(f"{DESK}/flights/{square.flight.id}/pause")
        db.session.expire_all()
        states.append(square.flight.state)

    assert states == ["paused", "running"]


def test_another_merchants_campaign_is_not_there(db, square, potter):
    goods.merchant(square.potter, "Second")
    db.session.commit()
    base = "/desk/second/x/ads"

    pages = (f"{square.campaign.id}", f"flights/{square.flight.id}", f"creatives/{square.creative.id}")

    assert {potter.get(f"{base}/{page}").status_code for page in pages} == {404}


def test_reports_tell_every_sum_and_every_reason(db, square, potter, app):
    looker = Looker(app.test_client())
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad), looker.sees(ad), looker.follows(ad)

    campaign = potter.get(f"{DESK}/{square.campaign.id}").text
    creative = potter.get(f"{DESK}/creatives/{square.creative.id}").text

    for page in (campaign, creative):
        assert "Shelf, above the tiles" in page
        assert "Counted already" in page
        assert "100.0 %" in page


def test_a_report_is_a_file_by_day_ad_place_and_community(db, square, potter, manager, operator, app):
    square.creative.title = "=1+1"
    db.session.commit()
    looker = Looker(app.test_client())
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad), looker.follows(ad), looker.follows(ad)
    number = square.creative.id

    files = [
        potter.get(f"{DESK}/{square.campaign.id}/report.csv"),
        potter.get(f"{DESK}/report.csv"),
        potter.get(f"{DESK}/creatives/{number}/report.csv"),
        manager.get(f"{square.shelf}/x/ads/manage/report.csv"),
        operator.get("/admin/x/ads/report.csv"),
    ]

    where = f'{choosing.day_of(square.community)[0]:%Y-%m-%d},Pots,\'=1+1,"Shelf, above the tiles",Tea'
    assert {file.text.lstrip("\ufeff") for file in files} == {
        "day,campaign,ad,place,community,views,clicks,passed_by,seconds,spent,currency,not_counted,why\r\n"
        f"{where},1,1,0,,0.07,CNY,,\r\n"
        f"{where},,,,,,,1,clicks: Counted already\r\n"
    }
    assert [file.headers["Content-Disposition"] for file in files][3:] == [
        'attachment; filename="ads-tea.csv"',
        'attachment; filename="ads.csv"',
    ]
    assert f"{DESK}/{square.campaign.id}/report.csv" in potter.get(f"{DESK}/{square.campaign.id}").text


def test_who_writes_an_ad_and_who_looks_it_over_is_told_which_rule_it_may_break(db, square, potter, operator):
    square.creative.title, square.creative.state = "Forward it and get a free coupon", "waiting"
    db.session.commit()

    pages = [potter.get(f"{DESK}/creatives/{square.creative.id}").text, operator.get("/admin/x/ads/").text]

    assert [page.count("Sharing itself is rewarded") for page in pages] == [1, 1]


def test_campaigns_are_searched_and_sorted(db, square, potter):
    for name in ("Bowls", "Cups"):
        potter.post(f"{DESK}/", data={"name": name})

    shown = [
        re.findall(r'<th scope="row"><a[^>]*>([^<]+)', potter.get(f"{DESK}/?{query}").text)
        for query in ("sort=-name", "q=cu", "state=over")
    ]

    assert shown == [["Pots", "Cups", "Bowls"], ["Cups"], []]
    assert "Nothing found" in potter.get(f"{DESK}/?state=over").text


def test_managers_take_an_ad_away_and_let_it_again(db, square, manager, app):
    base = f"{square.shelf}/x/ads/manage"
    assert "A pot for your tea" in manager.get(base).text
    without = manager.post(f"{base}/vetoes", data={"creative": square.creative.id})
    put = manager.post(
        f"{base}/vetoes", data={"creative": square.creative.id, "whole": "1", "reason": "Too many pots"}
    )

    veto = db.session.scalars(select(Veto)).one()
    assert (without.status_code, put.status_code) == (422, 303)
    assert veto.advertiser_id == square.campaign.advertiser_id
    assert Looker(app.test_client()).ads(square.shelf) == []
    assert manager.post(f"{base}/vetoes/{veto.id}/removal").status_code == 303
    assert len(Looker(app.test_client()).ads(square.shelf)) == 1


def test_managers_say_something_of_their_own(db, square, manager, app):
    base = f"{square.shelf}/x/ads/manage/notices"
    form = {"title": "Tea on Saturday", "url": "https://tea.example/", "days": "3"}
    wrong = manager.post(base, data=form | {"url": "tea.example"})
    said = manager.post(base, data=form)
    square.campaign.end(None)
    db.session.commit()

    assert (wrong.status_code, said.status_code) == (422, 303)
    assert "Tea on Saturday" in Looker(app.test_client()).filled(square.shelf)
    notice = db.session.scalars(select(Creative).where(Creative.title == "Tea on Saturday")).one()
    assert manager.post(f"{base}/{square.creative.id}/removal").status_code == 404
    assert manager.post(f"{base}/{notice.id}/removal").status_code == 303
    assert "Tea on Saturday" not in Looker(app.test_client()).filled(square.shelf)


def test_the_operator_declines_stops_and_takes_back(db, square, operator, app):
    square.creative.state = "waiting"
    db.session.commit()
    url = f"/admin/x/ads/creatives/{square.creative.id}"
    assert operator.post(f"{url}/refusal").status_code == 422
    assert operator.post(f"{url}/refusal", data={"reason": "No price on it"}).status_code == 303
    assert operator.post(f"{url}/approval").status_code == 303
    looker = Looker(app.test_client())
    (ad,) = looker.ads(square.shelf)
    looker.sees(ad), looker.follows(ad)
    view = db.session.scalars(select(Impression)).one()
    assert operator.get(f"{url}/views").status_code == 200

    taken = operator.post(f"/admin/x/ads/views/{view.id}/void", data={"reason": "a click farm"})
    stop = f"/admin/x/ads/advertisers/{square.campaign.advertiser_id}/stop"
    stopped = operator.post(stop, data={"reason": "Sells nothing"})

    db.session.expire_all()
    assert (taken.status_code, stopped.status_code, square.campaign.spent) == (303, 303, 0)
    assert Looker(app.test_client()).ads(square.shelf) == []
    operator.post(stop)
    assert len(Looker(app.test_client()).ads(square.shelf)) == 1


def test_the_operator_fills_what_is_empty(db, square, operator, app):
    form = {
        "kind": "partner",
        "by": "The library",
        "title": "Read more",
        "url": "https://library.example/",
        "days": "9",
    }
    square.campaign.end(None)
    db.session.commit()

    said = operator.post("/admin/x/ads/notices", data=form)

    page = Looker(app.test_client()).filled(square.shelf)
    assert said.status_code == 303
    assert page.index("The library") < page.index("Read more")
    notice = db.session.scalars(select(Creative).where(Creative.title == "Read more")).one()
    operator.post(f"/admin/x/ads/notices/{notice.id}/removal")
    assert "Read more" not in Looker(app.test_client()).filled(square.shelf)
