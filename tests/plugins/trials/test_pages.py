"""The pages, as their people use them; what anybody writes is shown as letters; every report bears its label."""

import io
import re

import pytest
from PIL import Image

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.reports import TrialReport
from plugins.trials.selecting import apply, confirm
from shop.clock import now
from shop.db import db as shop_db
from shop.testing.sql import count_sql
from tests.plugins.trials.conftest import ADDRESS, open_bench
from tests.support import goods
from tests.support.people import sign_in
from tests.support.sales import paid_here

FORM = {
    "title": "Cups", "kind": "goods", "text": "Drink.", "units": "1", "worth": "39", "apply_days": "5",
    "report_days": "14", "least_letters": "20", "least_pictures": "1", "report_asks": "Does it leak?",
}  # fmt: skip
NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "=cmd|' /C calc'!A0",
)
LABEL = "Free trial: received for nothing, in return for an honest report"


def picture() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "PNG")
    out.seek(0)
    return out, "cup.png"


def test_from_a_batch_to_a_labelled_report(app, db, client):
    bench = open_bench(app, opened=False)
    ana, bo = bench.member("Ana"), bench.member("Bo", days=2)
    shop_db.session.delete(bench.batch)
    shop_db.session.commit()
    desk = f"/desk/{bench.merchant.slug}/x/trials/batches"

    sign_in(client, bench.seller)
    assert "Cup" in client.get(f"{desk}/new").text
    assert client.post(desk, data=FORM | {"listing": bench.listing.id, "units": "0"}).status_code == 422
    home = client.post(desk, data=FORM | {"listing": bench.listing.id}).location
    assert "Cup" in client.get(f"{home}/edit").text
    assert client.post(home, data=FORM | {"units": "2"}).location == home
    assert client.post(home, data=FORM).status_code == 303
    client.post(f"{home}/review")
    batch = shop_db.session.query(TrialBatch).one()
    page, review = (
        f"/c/{bench.community.slug}/x/trials/{part}/{batch.id}" for part in ("batches", "reviews")
    )
    sign_in(client, ana)
    assert client.get(page).status_code == 404
    sign_in(client, bench.owner)
    text = client.get(review).text
    assert "Member for 14 days" in text
    rules = {
        "way": "draw",
        "part-days": "1",
        "number-days": "7",
        "part-household": "1",
        "questions": "Which tea?",
    }
    assert client.post(f"{review}/acceptance", data=rules | {"number-days": "-3"}).status_code == 422
    assert client.post(f"{review}/acceptance", data=rules | {"way": "whoever pays"}).status_code == 422
    client.post(f"{review}/acceptance", data=rules)
    assert (batch.state, batch.rules) == ("open", {"days": 7, "household": 1})

    sign_in(client, bo)
    crosses = client.get(page).text
    apply = f"{page}/applications"
    assert "You do not meet every rule yet" in crosses
    assert client.post(apply, data={"reason": "Please", "answer-0": "Green"}).status_code == 409
    sign_in(client, ana)
    ticks = client.get(page).text
    assert "Member for 7 days" in ticks
    assert "negative reports are welcome" in ticks
    assert client.post(apply, data={"reason": "", "answer-0": "Green"}).status_code == 422
    assert client.post(apply, data={"reason": "Please", "answer-0": ""}).status_code == 422
    assert client.post(apply, data={"reason": "Please", "answer-0": "Green"}).status_code == 303
    batch.apply_until = now()
    bench.work()
    assert "A unit is yours" in client.get(page).text
    assert client.post(f"{page}/confirmation", data={"name": "Ana"}).status_code == 422
    assert client.post(f"{page}/confirmation", data=ADDRESS).status_code == 303
    assert client.post(f"{page}/receipt").status_code == 409
    assert client.get(f"{page}/report").status_code == 409

    sign_in(client, bench.seller)
    parcels = client.get(f"{home}/parcels").text
    number = re.search(r"parcels/(\d+)/shipment", parcels)[1]
    assert "1 Tea Street" in parcels
    assert "1 Tea Street" in client.get(f"{home}/parcels.csv").text
    assert client.post(f"{home}/parcels/{number}/shipment", data={"carrier": ""}).status_code == 422
    client.post(f"{home}/parcels/{number}/shipment", data={"carrier": "SF", "tracking": "SF1"})
    sign_in(client, ana)
    assert "SF1" in client.get(page).text
    client.post(f"{page}/receipt")
    assert "Report due" in client.get("/me/x/trials/trials").text
    short = client.post(f"{page}/report", data={"text": "Bad."})
    bare = client.post(f"{page}/report", data={"text": "It leaks at the handle, sadly."})
    broken = client.post(f"{page}/report", data={
        "text": "It leaks at the handle, sadly.", "pictures": (io.BytesIO(b"no"), "a.png")})  # fmt: skip
    good = client.post(
        f"{page}/report", data={"text": "It leaks at the handle, sadly.", "pictures": picture()}
    )
    shown = [client.get(page).text, client.get(bench.page).text]
    erased = client.get("/me/data.json").json["plugins"]["trials"]

    assert [answer.status_code for answer in (short, bare, broken, good)] == [422, 422, 422, 303]
    for text in shown:
        assert "It leaks at the handle, sadly." in text
        assert text.count(LABEL) == 1
        assert "/files/pictures/" in text
    assert erased["reports"][0]["text"] == "It leaks at the handle, sadly."


def test_a_meal_is_redeemed_once_at_the_counter(app, db, client):
    bench = open_bench(app, kind="meal", way="first")
    ana = bench.applies("Ana")
    counter = goods.staff(bench.merchant, goods.person("Keeper"), "counter")
    shop_db.session.commit()
    sign_in(client, ana.person)
    client.post(f"{bench.url}/confirmation")
    code = ana.code
    shown = client.get(bench.url).text
    sign_in(client, counter)

    wrong = client.post(f"{bench.desk}/redemptions", data={"code": "ABCD"})
    first = client.post(f"{bench.desk}/redemptions", data={"code": code.lower()})
    second = client.post(f"{bench.desk}/redemptions", data={"code": code})

    assert code in shown
    assert [answer.status_code for answer in (wrong, first, second)] == [409, 303, 409]
    assert bench.states() == {"Ana": "received"}


def test_the_merchant_sees_nobody_before_they_have_confirmed(app, db, client):
    bench = open_bench(app, way="first")
    ana = bench.applies("Ana")
    sign_in(client, bench.seller)
    pages = [client.get(f"{bench.desk}{part}").text for part in ("", "/parcels", "/parcels.csv")]
    confirm(ana, ADDRESS)
    shop_db.session.commit()

    assert not any("Ana" in page for page in pages)
    assert "Ana" in client.get(f"{bench.desk}/parcels").text


def test_a_manager_chooses_and_stops_only_what_is_not_given(app, db, client):
    bench = open_bench(app, way="manager", units=1)
    _ana, bo = bench.applies("Ana"), bench.applies("Bo")
    bench.close()
    shop_db.session.commit()
    sign_in(client, bench.owner)
    choice = f"{bench.reviews}/applications/{bo.id}/choice"

    nothing = client.post(choice, data={"reason": ""})
    client.post(choice, data={"reason": "Has a stove."})
    stop = client.post(f"{bench.reviews}/stop", data={"reason": "No."})
    client.post(f"{bench.reviews}/end")
    bench.work()
    sign_in(client, bo.person)

    assert (nothing.status_code, stop.status_code) == (422, 409)
    assert bench.states() == {"Ana": "waiting", "Bo": "offered"}
    assert "Why you were chosen: Has a stove." in client.get(bench.url).text
    assert "A unit is yours: Two cups to try" in bench.mails("Bo")


@pytest.mark.parametrize("nasty", NASTY)
def test_what_people_write_is_shown_as_letters(app, db, client, nasty):
    bench = open_bench(
        app, way="manager", title=nasty[:120], text=nasty, report_asks=nasty, questions=[nasty]
    )
    ana = bench.member("Ana")
    each = TrialApplication(batch=bench.batch, person_id=ana.id, reason=nasty, answers=[nasty])
    db.session.add(each)
    bench.close()
    sign_in(client, bench.owner)
    db.session.commit()
    texts = [client.get(bench.reviews).text]
    client.post(f"{bench.reviews}/applications/{each.id}/choice", data={"reason": nasty})
    confirm(each, {**ADDRESS, "name": nasty, "street": nasty, "city": nasty})
    sign_in(client, ana)
    texts += [client.get(url).text for url in (bench.url, "/me/x/trials/trials")]
    each.move("shipped", carrier=nasty, tracking=nasty, shipped_at=now())
    bench.work()
    sign_in(client, bench.seller)
    texts += [client.get(f"{bench.desk}{part}").text for part in ("", "/parcels")]
    csv = client.get(f"{bench.desk}/parcels.csv").text
    each.move("received", received_at=now(), due_at=now())
    sign_in(client, ana)
    texts += [client.get(f"{bench.url}/report").text]
    each.move("reported")
    db.session.add(TrialReport(application=each, batch_id=bench.batch.id, community_id=bench.community.id,
                               product_id=bench.batch.product_id, person_id=ana.id, text=nasty))  # fmt: skip
    bench.community.touch()
    db.session.commit()
    texts += [client.get(url).text for url in (bench.url, bench.page, f"/c/{bench.community.slug}")]
    mails = app.extensions["mailman"].outbox
    texts += [part.get_payload(decode=True).decode() for mail in mails for part in mail.message().walk()
              if part.get_content_type() == "text/html"]  # fmt: skip

    assert len(mails) >= 2
    for text in texts:
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert ">49<" not in text
    assert "\n=cmd" not in csv
    assert ",=cmd" not in csv


def test_the_shelf_asks_no_more_for_three_trials_than_for_one(bench, client, app):
    app.extensions["kept"].most = app.extensions["parts"].most = 0
    client.get(bench.page)
    with count_sql(app) as one:
        client.get(bench.page)
    ana = bench.applies("Ana")
    bench.applies("Bo")
    bench.close()
    bench.reported(ana) if ana.state == "offered" else None
    shop_db.session.commit()

    with count_sql(app) as more:
        client.get(bench.page)

    assert len(more) <= len(one) + 1, "\n".join(more)


def test_who_has_just_paid_is_offered_a_trial_that_they_may_apply_for(client, bench):
    mei = bench.member("Mei")
    order = paid_here(bench.community, bench.merchant, mei)
    goods.signed_in(client, mei)

    before = client.get(f"/orders/{order.number}").text
    apply(bench.batch, mei, "I drink a lot.", [])
    shop_db.session.commit()
    after = client.get(f"/orders/{order.number}").text

    assert ("Two cups to try" in before, "Two cups to try" in after) == (True, False)
