"""A merchant of several stores: who stands where, which coupon is good where, and what the books tell of it."""

import csv
import io
import json

import pytest

from plugins.coupons import checking, counter
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.redemptions import Conflict, Redemption
from plugins.coupons.stores import Store, StoreStaff, standing_of
from shop import once
from shop.errors import NotValid
from shop.merchants.models import Staff
from tests.plugins.coupons.conftest import claimed, shown
from tests.plugins.coupons.test_claiming import once_of
from tests.support import goods
from tests.support.people import sign_in


@pytest.fixture
def gates(db, house):
    """The tea house's two stores."""
    two = (
        Store.add(house.merchant, "East Gate", "1 East Street", "9–17"),
        Store.add(house.merchant, "West Gate", "2 West Street"),
    )
    db.session.commit()
    return two


def confirm(client, house, code):
    page = client.get(house.counter, query_string={"code": code}).text
    return client.post(f"{house.counter}/redemptions", data={"code": code, "once": once_of(page)})


def stand_in(client, house, store):
    return client.post(f"{house.counter}/store", data={"store": store.id})


def belong(db, house, *stores):
    """Chayu belongs to these stores."""
    staff = db.session.query(Staff).filter_by(merchant_id=house.merchant.id, person_id=house.chayu.id).one()
    StoreStaff.put(staff, stores)
    db.session.commit()
    return staff


def test_a_merchant_of_one_counter_notices_nothing(db, client, house):
    mine = claimed(house.campaign(), goods.person("Ana"))
    sign_in(client, house.shan)

    pages = [client.get(f"{house.desk}/new").text, client.get(house.counter).text]
    used = confirm(client, house, mine.code)

    assert used.status_code == 303
    assert not any("stores" in page.lower().split("<main")[1] for page in pages)
    assert db.session.query(Redemption).one().store_id is None


def test_a_manager_opens_changes_and_closes_stores(db, client, house):
    sign_in(client, house.shan)
    place = f"{house.desk}/stores"

    nameless = client.post(place, data={"name": "", "address": "1 East Street"})
    client.post(place, data={"name": "East Gate", "address": "1 East Street", "hours": "9–17"})
    store = db.session.query(Store).one()
    client.post(f"{place}/{store.id}", data={"name": "Old Gate", "address": "1 East Street"})
    closed = client.post(f"{place}/{store.id}/closing")
    twice = client.post(f"{place}/{store.id}/closing")

    db.session.expire_all()
    assert [nameless.status_code, closed.status_code, twice.status_code] == [422, 303, 409]
    assert (store.name, store.hours, store.is_closed) == ("Old Gate", "", True)
    assert client.post(f"{place}/{store.id}/opening").status_code == 303
    assert "Old Gate" in client.get(place).text
    other = goods.person("Other")
    goods.merchant(other, "Coffee House")
    sign_in(client, other)
    assert client.get(f"/desk/coffee-house/x/coupons/stores/{store.id}").status_code == 404


def test_whoever_may_stand_in_several_says_where_first(db, client, house, gates):
    _east, west = gates
    mine = claimed(house.campaign(per_person=2), goods.person("Ana"))
    sign_in(client, house.chayu)

    asked = client.get(house.counter, query_string={"code": mine.code}).text
    refused = client.post(f"{house.counter}/redemptions", data={"code": mine.code, "once": once.new_key()})
    stand_in(client, house, west)
    used = confirm(client, house, mine.code)

    assert "In which store do you stand?" in asked
    assert "Ana" not in asked
    assert (refused.status_code, "Please say first" in refused.text or "In which store" in refused.text) == (
        409,
        True,
    )
    assert used.status_code == 303
    assert db.session.query(Redemption).one().store_id == west.id
    assert "West Gate" in client.get(house.counter).text
    client.post(f"{house.counter}/store")
    assert "In which store" in client.get(house.counter).text


def test_counter_staff_stand_only_where_they_belong(db, client, house, gates):
    east, west = gates
    sign_in(client, house.shan)
    staff = belong(db, house)
    client.post(f"{house.desk}/stores/staff/{staff.id}", data={"stores": [east.id]})
    sign_in(client, house.chayu)

    page = client.get(house.counter).text
    elsewhere = stand_in(client, house, west)

    assert ("In which store" in page, "East Gate" in page) == (False, True)
    assert elsewhere.status_code == 403
    assert standing_of(house.merchant, house.chayu).store_id == east.id
    assert standing_of(house.merchant, house.shan).is_asked
    east.close()
    db.session.commit()
    assert "Ask a manager" in client.get(house.counter).text
    house.merchant.dismiss(staff, house.shan)
    db.session.commit()
    assert db.session.query(StoreStaff).count() == 0


def test_a_coupon_of_some_stores_is_refused_elsewhere_with_the_right_ones(db, client, house, gates):
    east, west = gates
    mine = claimed(house.campaign(store_ids=[east.id]), goods.person("Ana"))
    sign_in(client, house.shan)
    stand_in(client, house, west)

    page = client.get(house.counter, query_string={"code": mine.code}).text
    refused = client.post(f"{house.counter}/redemptions", data={"code": mine.code, "once": once.new_key()})
    moved = client.post(
        f"{house.counter}/redemptions", data={"code": mine.code, "once": once.new_key(), "store": east.id}
    )
    stand_in(client, house, east)
    used = confirm(client, house, mine.code)

    assert "This coupon is good in another store: East Gate." in page
    assert (refused.status_code, moved.status_code, used.status_code) == (409, 409, 303)
    assert "another store now" in moved.text
    log = client.get(f"{house.counter}/log").text
    assert ("East Gate" in log, "Today" in log) == (True, True)


def test_the_wallet_and_the_coupons_page_tell_where(db, client, house, gates):
    east, _west = gates
    place = house.campaign(store_ids=[east.id])
    mine = claimed(place, goods.person("Ana"))

    before = client.get(f"{house.shelf}/{place.campaign_id}").text
    sign_in(client, mine.person)
    after = client.get(f"/me/x/coupons/{mine.code}").text

    for page in (before, after):
        assert ("1 East Street" in page, "9–17" in page, "West Gate" in page) == (True, True, False)
    counter_of = client.get(f"/me/x/coupons/{mine.code}/state").json
    sign_in(client, house.shan)
    stand_in(client, house, east)
    confirm(client, house, mine.code)
    sign_in(client, mine.person)
    assert counter_of["state"] == "held"
    assert "at Tea House, East Gate" in client.get(f"/me/x/coupons/{mine.code}/state").json["words"]


def test_stores_are_added_to_an_open_campaign_not_taken_away(db, client, house, gates):
    east, west = gates
    campaign = house.campaign(store_ids=[east.id]).campaign

    campaign.write({"store_ids": [east.id, west.id]})
    with pytest.raises(NotValid, match="none taken away"):
        campaign.write({"store_ids": [west.id]})
    campaign.write({"store_ids": []})
    with pytest.raises(NotValid):
        campaign.write({"store_ids": [east.id]})

    sign_in(client, house.shan)
    told = {"title": "New", "kind": "gift", "gift": "Tea", "size": 5, "per_person": 1, "at_counter": "y"}
    told |= {"remind_days": 3, "stores": [west.id]}
    assert client.post(f"{house.desk}/", data=told).status_code == 303
    assert db.session.query(CouponCampaign).filter_by(title="New").one().store_ids == [west.id]


def test_the_only_store_of_a_living_coupon_stays_open(db, client, house, gates):
    east, _west = gates
    house.campaign(store_ids=[east.id], title="East only")
    db.session.commit()
    sign_in(client, house.shan)

    answer = client.post(f"{house.desk}/stores/{east.id}/closing")

    assert (answer.status_code, "“East only” is good in this store only" in answer.text) == (409, True)


def test_counter_staff_read_and_undo_in_their_own_stores_only(db, client, house, gates):
    east, west = gates
    place = house.campaign(per_person=2)
    sign_in(client, house.shan)
    for store, name in ((east, "Ana"), (west, "Ben")):
        stand_in(client, house, store)
        confirm(client, house, claimed(place, goods.person(name)).code)
    belong(db, house, east)
    there = db.session.query(Redemption).filter_by(store_id=west.id).one()
    manager = client.get(f"{house.counter}/log").text
    sign_in(client, house.chayu)

    log = client.get(f"{house.counter}/log").text
    undone = client.post(f"{house.counter}/redemptions/{there.id}/undoing", data={"reason": "Not mine"})

    assert ("Ana" in manager, "Ben" in manager) == (True, True)
    assert ("Ana" in log, "Ben" in log) == (True, False)
    assert undone.status_code == 404


@pytest.mark.both_engines
def test_report_settlement_and_file_tell_the_store(db, client, house, gates):
    place = house.campaign(per_person=2)
    sign_in(client, house.shan)
    for store in gates:
        stand_in(client, house, store)
        confirm(client, house, claimed(place, goods.person(f"Of-{store.id}")).code)

    statement = client.get(f"{house.desk}/settlement").text
    rows = list(csv.reader(io.StringIO(client.get(f"{house.desk}/settlement.csv").text.lstrip("\ufeff"))))

    assert ("Tea House · East Gate" in statement, "Tea House · West Gate" in statement) == (True, True)
    assert [(row[3], row[4]) for row in rows] == [("store", "uses"), ("East Gate", "1"), ("West Gate", "1")]
    assert "By store" in client.get(f"{house.desk}/{place.campaign_id}").text
    assert client.get(f"/c/{house.community.slug}/x/coupons/manage").status_code in (403, 404)
    assert list(checking.uses_say_their_own_stores()) == []
    other = goods.merchant(goods.person("Other"), "Coffee House")
    db.session.query(Redemption).first().store_id = Store.add(other, "Bar", "3 Bar Street").id
    db.session.flush()
    assert len(list(checking.uses_say_their_own_stores())) == 1


def test_a_phone_without_a_network_judges_for_its_own_store(db, client, house, gates):
    east, west = gates
    place, free = house.campaign(store_ids=[east.id], per_person=3), house.campaign(title="Anywhere")
    ana = goods.person("Ana")
    good, wrong, foreign = (claimed(place, ana) for _n in range(3))
    anywhere = claimed(free, ana)

    def told(store):
        kept = counter.kept_offline(house.merchant, store.id)["campaigns"]
        return sorted(each["elsewhere"] for each in kept.values())

    assert told(east) == ["", ""]
    assert told(west) == ["", "This coupon is good in another store: East Gate."]
    belong(db, house, east, west)
    sign_in(client, house.chayu)
    stand_in(client, house, east)  # where the phone is when it sends
    scans = [
        {"ref": f"scan-000{n}", "text": shown(each), "store": store}
        for n, (each, store) in enumerate(
            ((good, east.id), (wrong, west.id), (foreign, 999), (anywhere, None))
        )
    ]

    outcome = client.post(f"{house.counter}/sync", data={"scans": json.dumps(scans)}).json["outcome"]

    assert list(outcome.values()) == ["good", "store", "store", "good"]
    assert [used.store_id for used in db.session.query(Redemption).order_by(Redemption.id)] == [
        east.id,
        east.id,
    ]
    words = [conflict.words for conflict in db.session.query(Conflict).order_by(Conflict.id)]
    assert words == [
        "This coupon is good in another store: East Gate.",
        "Whoever sends it does not work in the store where it was scanned.",
    ]
