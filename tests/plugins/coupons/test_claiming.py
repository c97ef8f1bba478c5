"""Claiming: what is asked, how many, from when, and what comes back."""

import re
from datetime import timedelta

import pytest

from plugins.coupons import jobs
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import claim
from plugins.coupons.places import Place
from plugins.coupons.waiting import Waiting
from shop import once
from shop.clock import now
from shop.errors import NotValid, Refused, SoldOut
from shop.jobs import run_until_idle
from shop.limits import holds_for
from shop.switches import PluginSwitch
from shop.testing.sql import count_sql
from tests.plugins.coupons.conftest import claimed
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import paid_here


def test_a_coupon_is_claimed_on_its_page_and_waits_in_the_wallet(db, client, house):
    place, ana = house.campaign(size=3), goods.person("Ana")
    sign_in(client, ana)
    page = client.get(f"{house.shelf}/{place.campaign_id}").text
    key = page.partition('name="once" value="')[2].partition('"')[0]

    first = client.post(f"{house.shelf}/{place.campaign_id}/claims", data={"once": key})
    again = client.post(f"{house.shelf}/{place.campaign_id}/claims", data={"once": key})

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert first.location.startswith("/me/x/coupons/")
    db.session.expire_all()
    assert (place.campaign.total.left, place.limit.left) == (2, 2)
    assert "Ten off" in client.get(first.location).text
    assert "¥10.00 off" in client.get("/me/x/coupons/").text


def test_one_person_has_at_most_so_many(db, house):
    place, ana = house.campaign(per_person=2), goods.person("Ana")
    claimed(place, ana)
    claimed(place, ana)

    with pytest.raises(SoldOut, match="as many of these as one person may have"):
        claim(place, ana, key=once.new_key())

    db.session.rollback()
    assert place.campaign.total.left == 8


def test_one_community_has_at_most_so_many(db, house):
    place = house.campaign(size=10, most=1)
    claimed(place, goods.person("Ana"))

    with pytest.raises(SoldOut, match="community's coupons are all claimed"):
        claim(place, goods.person("Ben"), key=once.new_key())


def test_a_community_cannot_take_more_than_the_campaign_has(db, house):
    place = house.campaign(size=1)
    other = goods.community(house.lin, "Coffee")
    elsewhere = Place.offer(place.campaign, other)
    elsewhere.allow(house.lin)
    claimed(place, goods.person("Ana"))

    with pytest.raises(SoldOut, match="All of them are claimed"):
        claim(elsewhere, goods.person("Ben"), key=once.new_key())


def test_what_is_asked_first_is_told_and_asked(db, client, house):
    place, ana = house.campaign(for_followers=True, for_members=True), goods.person("Ana")
    sign_in(client, ana)

    page = client.get(f"{house.shelf}/{place.campaign_id}").text
    answer = client.post(f"{house.shelf}/{place.campaign_id}/claims", data={"once": once_of(page)})

    assert "You follow Tea House" in page
    assert "Claim it" not in page
    assert answer.status_code == 409
    assert "This is asked first: You are a member of Tea." in answer.text

    house.community.join(ana, accepts_rules=True)
    client.post(f"{house.shelf}/{place.campaign_id}/following")
    page = client.get(f"{house.shelf}/{place.campaign_id}").text

    assert "Claim it" in page
    assert (
        client.post(f"{house.shelf}/{place.campaign_id}/claims", data={"once": once_of(page)}).status_code
        == 303
    )


def test_staff_only_is_for_staff_only(db, house):
    place = house.campaign(staff_only=True)
    db.session.commit()

    with pytest.raises(Refused, match="You work for Tea House"):
        claim(place, goods.person("Ana"), key=once.new_key())
    db.session.rollback()

    assert claimed(place, house.chayu).state == "held"


def test_a_window_that_is_not_open_gives_nothing(db, house):
    early = house.campaign(claim_from=now() + timedelta(hours=1))
    late = house.campaign(claim_from=now() - timedelta(days=2), claim_until=now() - timedelta(hours=1))
    ended = house.campaign()
    ended.campaign.end(house.shan)

    for place in (early, late, ended):
        with pytest.raises(Refused, match="cannot be claimed now"):
            claim(place, goods.person(f"P{place.id}"), key=once.new_key())
        db.session.rollback()


def test_days_after_claiming_and_fixed_days(db, house):
    ana, until = goods.person("Ana"), now() + timedelta(days=5)

    rolling = claimed(house.campaign(valid_days=3), ana)
    fixed = claimed(house.campaign(valid_days=None, valid_until=until), ana)

    assert rolling.valid_until - rolling.valid_from == timedelta(days=3)
    assert fixed.valid_until == until


def test_what_nobody_used_in_time_can_be_claimed_by_others_but_not_by_the_same_again(db, app, house):
    place, ana = house.campaign(size=1), goods.person("Ana")
    mine = claimed(place, ana)
    mine.valid_until = now() - timedelta(seconds=1)
    db.session.commit()

    assert jobs.expire() == 1
    db.session.expire_all()

    assert mine.state == "expired"
    assert (place.campaign.total.left, place.limit.left) == (1, 1)
    with pytest.raises(SoldOut, match="one person may have"):
        claim(place, ana, key=once.new_key())
    db.session.rollback()
    assert claimed(place, goods.person("Ben")).state == "held"


def test_who_comes_too_late_waits_in_turn_and_has_a_day(db, app, house):
    place = house.campaign(size=1)
    mine = claimed(place, goods.person("Ana"))
    ben, kim = goods.person("Ben"), goods.person("Kim")
    Waiting.join(place, ben)
    db.session.flush()
    Waiting.join(place, kim)
    mine.void(house.shan, "a mistake")
    db.session.commit()

    with pytest.raises(SoldOut, match="wait for one that comes back"):
        claim(place, goods.person("Zoe"), key=once.new_key())
    db.session.rollback()
    assert jobs.invite_waiting() == 1
    db.session.expire_all()

    assert Waiting.turn_of(place.campaign, ben) is not None
    assert Waiting.turn_of(place.campaign, kim) is None
    with pytest.raises(SoldOut):
        claim(place, kim, key=once.new_key())
    db.session.rollback()
    assert claimed(place, ben).state == "held"
    db.session.refresh(place.campaign.total)
    assert place.campaign.total.left == 0


def test_a_turn_that_is_missed_goes_to_the_next(db, app, house):
    place = house.campaign(size=1)
    mine, ben, kim = claimed(place, goods.person("Ana")), goods.person("Ben"), goods.person("Kim")
    Waiting.join(place, ben)
    db.session.flush()
    Waiting.join(place, kim)
    mine.void(house.shan, "a mistake")
    db.session.commit()
    jobs.invite_waiting()
    turn = Waiting.turn_of(place.campaign, ben)
    turn.turn_until = now() - timedelta(seconds=1)
    for hold in turn_holds(db, turn):
        hold.until = turn.turn_until
    db.session.commit()

    jobs.invite_waiting()
    db.session.expire_all()

    assert Waiting.of(place.campaign, ben) is None
    assert Waiting.turn_of(place.campaign, kim) is not None


def test_a_reminder_comes_once(db, app, house):
    place, ana = house.campaign(valid_days=10, remind_days=3), goods.person("Ana")
    mine = claimed(place, ana)

    assert jobs.remind() == 0
    mine.valid_until = now() + timedelta(days=2)
    db.session.commit()
    assert jobs.remind() == 1
    db.session.commit()
    assert jobs.remind() == 0

    db.session.commit()
    run_until_idle(app)
    letters = [m for m in app.extensions["mailman"].outbox if "ends soon" in m.subject]
    assert [letter.to for letter in letters] == [["ana@example.com"]]


def test_worth_is_fixed_once_the_campaign_is_open(db, house):
    place = house.campaign()

    with pytest.raises(Refused, match="stays as it is"):
        place.campaign.write({"worth": 1})
    db.session.rollback()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"kind": "amount", "worth": 0}, "how much it is worth"),
        ({"kind": "percent", "percent": 101}, "From 1 to 100"),
        ({"kind": "gift", "gift": ""}, "what the gift is"),
        ({"kind": "voucher", "worth": 100, "price": 200}, "at most what it is worth"),
        ({"kind": "gift", "gift": "Tea", "online": True}, "handed over at the counter"),
        ({"kind": "amount", "worth": 1, "at_counter": False}, "good for something"),
        ({"kind": "free", "worth": 1}, "not known"),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(db, house, values, why):
    with pytest.raises(NotValid, match=why):
        CouponCampaign.make(house.merchant, house.shan, title="x", **values)
    db.session.rollback()


def test_a_manager_is_asked_first_where_the_community_wants_it(db, client, house):
    switch = db.session.query(PluginSwitch).filter_by(community_id=house.community.id, name="coupons").one()
    switch.settings = {"asks_first": True, "most_open": 1}
    place = house.campaign()
    second = house.campaign()
    sign_in(client, house.lin)

    assert place.state == "asked"
    assert client.get(f"{house.shelf}/{place.campaign_id}").status_code == 404
    assert client.post(f"{house.shelf}/manage/{place.id}/permission").status_code == 303
    assert client.get(f"{house.shelf}/{place.campaign_id}").status_code == 200
    full = client.post(f"{house.shelf}/manage/{second.id}/permission")
    assert (full.status_code, "lets 1 campaigns run at once" in full.text) == (409, True)


def test_a_merchant_that_is_not_on_the_shelf_is_asked_about(db, house):
    stranger = goods.merchant(goods.person("Stranger"), "Stranger")
    campaign = CouponCampaign.make(stranger, None, title="x", kind="gift", gift="Tea")
    db.session.flush()

    assert Place.offer(campaign, house.community).state == "asked"


def test_a_manager_stops_a_campaign_and_says_how_many(db, client, house):
    place, ana = house.campaign(size=10), goods.person("Ana")
    mine = claimed(place, ana)
    sign_in(client, house.lin)

    page = client.get(f"{house.shelf}/manage").text
    capped = client.post(f"{house.shelf}/manage/{place.id}/cap", data={"most": "1"})
    db.session.expire_all()

    assert "Ten off" in page
    assert (capped.status_code, place.limit.size, place.limit.left) == (303, 1, 0)
    assert client.post(f"{house.shelf}/manage/{place.id}/veto", data={"reason": ""}).status_code == 422
    assert (
        client.post(f"{house.shelf}/manage/{place.id}/veto", data={"reason": "Too loud"}).status_code == 303
    )
    assert client.get(f"{house.shelf}/{place.campaign_id}").status_code == 404
    sign_in(client, ana)
    assert client.get(f"/me/x/coupons/{mine.code}").status_code == 200
    sign_in(client, house.shan)
    assert "Too loud" in client.get(f"{house.desk}/{place.campaign_id}").text


def test_lists_ask_as_often_for_one_as_for_three(app, db, client, house):
    ana = goods.person("Ana")
    sign_in(client, ana)
    places = [house.campaign(title="One")]
    claimed(places[0], ana)
    pages = [
        f"{house.shelf}/",
        "/me/x/coupons/",
        f"/c/{house.community.slug}",
        f"/c/{house.community.slug}/p/{house.listing.id}",
    ]
    one = [statements(app, client, page) for page in pages]

    for title in ("Two", "Three"):
        places.append(house.campaign(title=title))
        claimed(places[-1], ana)

    assert [statements(app, client, page) for page in pages] == one
    assert "Three" in client.get(pages[0]).text


def once_of(page: str) -> str:
    return page.partition('name="once" value="')[2].partition('"')[0]


def turn_holds(db, turn):
    return holds_for(turn.purpose)


def statements(app, client, page: str) -> int:
    client.get(page)
    with count_sql(app) as sent:
        client.get(page)
    return len(sent)


def test_who_has_just_paid_is_offered_a_coupon_that_they_do_not_have(client, house):
    place, mei = house.campaign(), goods.person("Mei")
    order = paid_here(house.community, house.merchant, mei)
    goods.signed_in(client, mei)

    before = client.get(f"/orders/{order.number}").text
    claimed(place, mei)
    after = client.get(f"/orders/{order.number}").text

    assert ("Ten off" in before, "Ten off" in after) == (True, False)


def test_a_merchant_searches_sorts_and_takes_its_coupons_along(db, house, client):
    place = house.campaign(title="Oolong day")
    house.campaign(title="=A cup").campaign.end(house.shan)
    claimed(place, goods.person("Wu Mei"))
    sign_in(client, house.shan)

    shown = [
        re.findall(r'<th scope="row"><a[^>]*>([^<]+)', client.get(f"{house.desk}/?{query}").text)
        for query in ("sort=title", "q=oolong", "state=ended", "state=draft")
    ]
    _head, row = client.get(f"{house.desk}/all.csv?state=ended").text.splitlines()

    assert shown == [["=A cup", "Oolong day"], ["Oolong day"], ["=A cup"], []]
    assert row.startswith("'=A cup,Tea House,¥10.00 off,")
    assert client.get(f"{house.desk}/all.csv?q=oolong").text.rstrip().endswith(",1,10,0")
