"""At the counter: who and what, once and for all; mistakes undone; what came in late from a phone without a network."""

import json
from datetime import timedelta

import pytest

from plugins.coupons import codes, counter, syncing
from plugins.coupons.redemptions import Conflict, Redemption
from shop.clock import now
from shop.errors import NotValid
from shop.jobs import run_until_idle
from shop.merchants.models import Staff
from tests.plugins.coupons.conftest import claimed, shown
from tests.plugins.coupons.test_claiming import once_of
from tests.support import goods
from tests.support.people import sign_in


@pytest.fixture
def mine(db, house):
    """Ana's coupon."""
    return claimed(house.campaign(size=5), goods.person("Ana"))


def confirm(client, house, code, **more):
    """Look, then press."""
    page = client.get(house.counter, query_string={"code": code}).text
    return client.post(f"{house.counter}/redemptions", data={"code": code, "once": once_of(page), **more})


def test_a_scan_tells_who_and_what_and_one_press_uses_it(db, client, house, mine):
    sign_in(client, house.chayu)
    code = shown(mine)

    page = client.get(house.counter, query_string={"code": code}).text
    data = {"code": code, "once": once_of(page)}
    first, again = (client.post(f"{house.counter}/redemptions", data=data) for _press in range(2))

    assert all(words in page for words in ("Ana", "¥10.00 off", "Ten off", "scanned", "Confirm"))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    done = client.get(first.location).text
    assert all(words in done for words in ("Done", "Today: 1 use", "Taken off: ¥10.00"))
    assert "Today" not in page
    used = db.session.query(Redemption).one()
    assert (used.how, used.discount, used.by_id) == ("scanned", 1000, house.chayu.id)
    second = confirm(client, house, mine.spoken)
    assert (second.status_code, "used already" in second.text) == (
        422 if not once_of(second.text) else 409,
        True,
    )


def test_the_short_code_is_typed_as_people_read_it(db, client, house, mine):
    sign_in(client, house.chayu)

    answer = confirm(client, house, f" {mine.spoken.lower()} ")

    assert answer.status_code == 303
    assert db.session.query(Redemption).one().how == "typed"


def test_the_owner_of_a_coupon_sees_that_it_was_used(db, client, house, mine):
    sign_in(client, house.chayu)
    confirm(client, house, mine.code)
    sign_in(client, mine.person)

    facts = client.get(f"/me/x/coupons/{mine.code}/state").json

    assert facts["state"] == "used"
    assert "at Tea House" in facts["words"]
    assert client.get(f"/me/x/coupons/{mine.code}/qr.svg").status_code == 404


def test_a_picture_of_the_code_is_stale_and_a_forged_one_is_nothing(db, house, mine):
    fresh, old = shown(mine, ago=60), shown(mine, ago=200)
    forged = fresh[:-1] + ("A" if fresh[-1] != "A" else "B")

    assert counter.look(fresh, house.merchant).refusal == ""
    assert "old picture" in counter.look(old, house.merchant).refusal
    assert "not made by us" in counter.look(forged, house.merchant).refusal
    assert "not one of our codes" in counter.look("http://evil.example", house.merchant).refusal
    assert "Nobody has this" in counter.look("22222222", house.merchant).refusal


def test_a_new_key_ends_what_phones_have_kept(db, client, house, mine):
    before = shown(mine)
    sign_in(client, house.shan)

    client.post(f"{house.counter}/key")

    assert "before the counter's key was changed" in counter.look(before, house.merchant).refusal
    assert counter.look(shown(mine), house.merchant).refusal == ""
    sign_in(client, house.chayu)
    assert client.post(f"{house.counter}/key").status_code == 403


def test_another_merchants_counter_does_not_know_it(db, client, house, mine):
    other = goods.person("Other")
    goods.merchant(other, "Coffee House")
    sign_in(client, other)

    page = client.get("/desk/coffee-house/x/coupons/counter", query_string={"code": mine.code}).text

    assert "Nobody has this coupon here." in page
    assert "Ana" not in page
    assert client.get(house.counter).status_code == 404


def test_a_mistake_is_undone_with_a_reason_and_the_coupon_is_good_again(db, client, house, mine):
    sign_in(client, house.chayu)
    confirm(client, house, mine.code)
    used = db.session.query(Redemption).one()
    place = f"{house.counter}/redemptions/{used.id}/undoing"

    assert client.post(place, data={"reason": ""}).status_code == 422
    assert client.post(place, data={"reason": "Wrong table"}).status_code == 303
    assert client.post(place, data={"reason": "Again"}).status_code == 409

    log = client.get(f"{house.counter}/log").text
    assert ("Wrong table" in log, "Chayu" in log) == (True, True)
    assert confirm(client, house, mine.code).status_code == 303
    db.session.expire_all()
    assert mine.state == "used"
    assert mine.campaign.total.left == 4


def test_a_coupon_is_withdrawn_with_a_reason_that_its_owner_reads(db, client, app, house, mine):
    sign_in(client, house.shan)

    answer = client.post(f"{house.counter}/claims/{mine.code}/voiding", data={"reason": "Sold on the web"})

    assert answer.status_code == 303
    assert "Sold on the web" in client.get(answer.location).text
    run_until_idle(app)
    assert "Sold on the web" in app.extensions["mailman"].outbox[-1].body
    sign_in(client, mine.person)
    assert "Withdrawn: Sold on the web" in client.get(f"/me/x/coupons/{mine.code}").text
    db.session.expire_all()
    assert mine.campaign.total.left == 5


def test_the_bill_tells_what_a_percentage_takes_off(db, client, house):
    ana = goods.person("Ana")
    place = house.campaign(kind="percent", worth=0, percent=20, most_off=1500, least=2000, per_person=3)
    sign_in(client, house.chayu)
    small, large = claimed(place, ana), claimed(place, ana)

    refused = confirm(client, house, small.code, bill="19.99")
    confirm(client, house, small.code, bill="50.00")
    confirm(client, house, large.code, bill="100.00")

    assert (refused.status_code, "from ¥20.00 on" in refused.text) == (422, True)
    assert [(used.bill, used.discount) for used in db.session.query(Redemption)] == [
        (5000, 1000),
        (10000, 1500),
    ]


def test_a_phone_without_a_network_knows_what_it_needs_and_nothing_more(db, house, mine):
    kept = counter.kept_offline(house.merchant)

    number = codes.base36(mine.campaign_id)
    key = bytes.fromhex(kept["campaigns"][number]["key"])
    hour = codes.hour_of(mine.valid_until)
    assert codes.coupon_key(key, mine.code, hour) == mine.key(1)
    assert kept["used"] == []
    assert "Ana" not in json.dumps(kept)


def test_the_worker_may_reach_the_page_above_it(client, house):
    sign_in(client, house.chayu)

    answer = client.get(f"{house.counter}/worker.js")

    assert answer.headers["Service-Worker-Allowed"] == house.counter


def test_who_may_not_stand_at_the_counter_is_shown_no_way_there(db, client, house):
    ana = goods.person("Ana")
    db.session.add(Staff(merchant_id=house.merchant.id, person_id=ana.id, role="analyst"))

    sign_in(client, ana)
    seen = client.get(f"{house.desk}/").text
    sign_in(client, house.shan)
    opened = client.get(f"{house.desk}/").text

    assert f'href="{house.counter}"' not in seen
    assert f'href="{house.counter}"' in opened


def test_scans_come_in_later_once_and_conflicts_are_listed(db, client, app, house):
    ana, place = goods.person("Ana"), house.campaign(size=5, per_person=5)
    good, twice, void, gone = (claimed(place, ana) for _n in range(4))
    for each in (good, twice, void, gone):
        each.valid_from -= timedelta(days=20)
    db.session.commit()
    scans = [
        {"ref": f"scan-000{n}", "text": text}
        for n, text in enumerate(
            (
                shown(good, 3600),
                shown(twice, 60),
                shown(void, 60),
                shown(gone, 9 * 86400),
                shown(good)[:-1] + "1",
                "x",
            )
        )
    ]
    sign_in(client, house.chayu)
    confirm(client, house, twice.code)
    void.void(house.shan, "sold")
    db.session.commit()

    told = client.post(f"{house.counter}/sync", data={"scans": json.dumps(scans)}).json["outcome"]
    again = client.post(f"{house.counter}/sync", data={"scans": json.dumps(scans)}).json["outcome"]

    assert list(told.values()) == ["good", "twice", "void", "late", "forged", "unknown"]
    assert again == told
    used = db.session.query(Redemption).filter_by(how="offline").one()
    assert (used.claim_id, used.is_beyond, used.synced_at is not None) == (good.id, False, True)
    assert timedelta(minutes=58) < now() - used.at < timedelta(minutes=62)
    assert db.session.query(Conflict).count() == 5
    log = client.get(f"{house.counter}/log").text
    assert "It was used before:" in log
    conflict = db.session.query(Conflict).filter_by(kind="twice").one()
    settle = f"{house.counter}/conflicts/{conflict.id}/settlement"
    assert client.post(settle, data={"reason": "Paid by the house"}).status_code == 403
    sign_in(client, house.shan)
    assert client.post(settle, data={"reason": "Paid by the house"}).status_code == 303


def test_what_is_scanned_as_soon_as_it_is_claimed_counts(db, client, house, mine):
    sign_in(client, house.chayu)
    scans = [{"ref": "scan-0001", "text": shown(mine)}]

    told = client.post(f"{house.counter}/sync", data={"scans": json.dumps(scans)}).json["outcome"]

    assert told == {"scan-0001": "good"}
    assert db.session.query(Redemption).one().at == mine.valid_from


def test_used_in_time_and_synced_when_others_had_its_place_counts_and_says_so(db, house):
    place = house.campaign(size=1, valid_days=1)
    mine, ben = claimed(place, goods.person("Ana")), goods.person("Ben")
    text = shown(mine, 7200)
    mine.valid_from -= timedelta(days=1)
    mine.valid_until = now().replace(minute=0, second=0, microsecond=0)
    text = mine.text(1, mine.valid_until - timedelta(seconds=90))
    db.session.commit()
    assert mine.expire()
    db.session.commit()
    claimed(place, ben)

    told = syncing.take_in([syncing.Scanned("scan-0001", text)], house.merchant, house.chayu)

    assert told == {"scan-0001": "good"}
    assert db.session.query(Redemption).one().is_beyond


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "x",
        "{}",
        "[1]",
        '[{"ref": 1, "text": "x"}]',
        '[{"ref": "12345678", "text": "x", "bill": true}]',
        "[" * 9000,
    ],
)
def test_scans_that_cannot_be_read_are_refused(sent, app):
    if sent == "{}":
        assert syncing.read_scans(sent) == []
        return
    with app.test_request_context(), pytest.raises(NotValid):
        syncing.read_scans(sent)


def test_codes_say_what_they_say_and_nothing_else(app):
    with app.test_request_context():
        key = codes.coupon_key(codes.campaign_key(7, 1, 12), "7KQ2M4XP", 497640)
        text = codes.text_of("7KQ2M4XP", 12, 497640, 1, key, 59716800)
        scan = codes.read(text.lower())

    assert text.startswith("TZ1.7KQ2M4XP.C.ANZC.1.")
    assert len(text) <= 61
    assert isinstance(scan, codes.Scan)
    with app.test_request_context():
        assert scan.is_signed(7)
        assert not scan.is_signed(8)
    assert codes.read("7kq2-m4xp") == "7KQ2M4XP"
    assert codes.read("7KQ2-M4X0") is None
    assert codes.read("TZ1.A.B.C.D.ZZZZZZZZZZZZZ.F") is None
