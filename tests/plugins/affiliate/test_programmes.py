"""Programmes at the desk: opened, changed, ended; reports tried first; sales approved, rejected and given out."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from plugins.affiliate import giving_out
from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import Pause, Programme
from plugins.affiliate.reports import Report
from shop.db import db as database
from tests.plugins.affiliate.conftest import Tea
from tests.support import goods
from tests.support.people import sign_in

ADMIN = "/admin/x/affiliate/programmes"
DESK = "/desk/old-hill/x/affiliate/programmes"
TERMS = {
    "kind": "partner", "name": "Cups", "hosts": "cups.example", "param": "aff", "points": "7.5", "fixed": "1.20",
    "community_points": "2", "second_points": "0", "window": "2", "window_in": "days", "touch": "first",
    "hold_days": "7", "budget": "1000", "person_cap": "100",
}  # fmt: skip


@pytest.fixture
def operator(db, client, tea: Tea):
    made = goods.person("Operator", is_operator=True)
    db.session.commit()
    sign_in(client, made)
    return made


def programme(name: str = "Cups") -> Programme:
    database.session.rollback()
    return database.session.scalars(select(Programme).where(Programme.name == name)).one()


def sale(ref: str = "K-1") -> Conversion:
    database.session.rollback()
    return database.session.scalars(select(Conversion).where(Conversion.ref == ref)).one()


def test_a_merchant_opens_a_programme_and_changes_it(client, tea: Tea):
    sign_in(client, tea.seller)

    answer = client.post(DESK, data=TERMS)

    made = programme()
    assert answer.location.endswith(f"{DESK}/{made.id}")
    assert (made.merchant_id, made.hosts, made.points, made.fixed) == (
        tea.merchant.id,
        ["cups.example"],
        750,
        120,
    )
    assert (made.window_hours, made.touch, made.hold_days) == (48, "first", 7)
    assert (made.budget.size, made.person_cap) == (100_000, 10_000)
    assert made.terms("", None, None).of(10_000) == (870, 200)
    edit = client.get(f"{DESK}/{made.id}/edit").text
    assert 'value="7.5"' in edit

    client.post(f"{DESK}/{made.id}", data=TERMS | {"points": "9", "budget": "2000"})
    client.post(f"{DESK}/{made.id}/end")

    assert (programme().points, programme().budget.size, programme().is_live) == (900, 200_000, False)
    for path in (DESK, f"{DESK}/new", f"{DESK}/{made.id}"):
        assert client.get(path).status_code == 200


def test_the_operator_opens_a_programme_in_any_currency_and_is_told_sales_in_it(client, tea: Tea, operator):
    page = client.get(f"{ADMIN}/new").text
    answer = client.post(
        ADMIN, data=TERMS | {"currency": "JPY", "fixed": "120", "budget": "1000", "person_cap": ""}
    )

    made = programme()
    assert 'value="USD"' in page
    assert (answer.status_code, made.currency, made.fixed, made.budget.size) == (303, "JPY", 120, 1000)
    rate = client.post(f"{ADMIN}/{made.id}/rates", data={"points": "10", "fixed": "7", "product": "x"})
    assert (rate.status_code, programme().rates[0].fixed) == (303, 7)
    assert "currency" not in client.get(f"{ADMIN}/{made.id}/edit").text.split("<main")[1]
    wrong = client.post(ADMIN, data=TERMS | {"currency": "JPY", "name": "Half"})
    none = client.post(ADMIN, data=TERMS | {"currency": "XYZ", "name": "Nothing"})
    assert (wrong.status_code, none.status_code) == (422, 422)


def test_terms_that_make_no_sense_are_refused(client, tea: Tea, operator):
    for wrong in (
        {"name": ""},
        {"hosts": ""},
        {"hosts": "not a host"},
        {"points": "91"},
        {"points": "many"},
        {"param": "a b"},
        {"window": "0"},
        {"window": "366"},
        {"window": "1", "window_in": "weeks"},
        {"budget": "-1"},
        {"fixed": "1.234"},
        {"points": "60", "community_points": "31"},
        {"kind": "sales"},
    ):
        assert client.post(ADMIN, data=TERMS | {"currency": "CNY"} | wrong).status_code == 422, wrong

    assert database.session.scalars(select(Programme).where(Programme.name == "Cups")).all() == []


def test_another_owners_programme_is_not_there(client, tea: Tea):
    sign_in(client, tea.seller)

    for path in ("", "/edit", "/sales.csv"):
        assert client.get(f"{DESK}/{tea.programme.id}{path}").status_code == 404
    assert client.post(f"{DESK}/{tea.programme.id}/end").status_code == 404


def test_a_rate_is_added_and_taken_away(client, tea: Tea, operator):
    url = f"{ADMIN}/{tea.programme.id}"
    told = {
        "product": "swan",
        "community": "tea",
        "person": "ana@example.com",
        "points": "12",
        "priority": "3",
    }

    assert client.post(f"{url}/rates", data=told).status_code == 303

    (rate,) = programme("Kettles").rates
    assert (rate.product, rate.community.slug, rate.person.name, rate.points, rate.priority) == (
        "swan", "tea", "Ana", 1200, 3,
    )  # fmt: skip
    assert client.post(f"{url}/rates", data=told | {"person": "nobody@example.com"}).status_code == 422
    assert client.post(f"{url}/rates", data=told | {"points": "x"}).status_code == 422
    client.post(f"{url}/rates/{rate.id}/removal")
    assert programme("Kettles").rates == []


def upload(client, tea: Tea, text: str | bytes):
    content = text.encode() if isinstance(text, str) else text
    return client.post(
        f"{ADMIN}/{tea.programme.id}/reports",
        data={"file": (io.BytesIO(content), "november.csv")},
        content_type="multipart/form-data",
    )


def test_a_report_is_tried_first_and_done_once(client, tea: Tea, operator, app):
    token = tea.click(app.test_client())
    tea.tell(ref="K-0", click=token, amount="100.00")
    tea.tell(ref="K-9", click=token, amount="100.00")
    text = (
        "Ref,Click,Amount,Status,Reason\n"
        f'K-1,{token},"1,000.00",,\n'
        f"K-2,unknown,50,,\n"
        f"K-0,{token},100.00,,\n"
        f"K-9,{token},,reversed,Came back\n"
        f"K-1,{token},5,,\n"
        f"K-3,{token},much,,\n"
    )

    page = client.get(upload(client, tea, text).location)

    found = re.findall(r'<th scope="row">(.*?)</th>.*?<span class="badge[^"]*">(.*?)</span>', page.text)
    assert found == [
        ("K-1", "New sale"),
        ("K-2", "Earns nothing"),
        ("K-0", "Known already"),
        ("K-9", "Changes"),
        ("K-1", "Known already"),
        ("K-3", "Cannot be read"),
    ]
    assert len(database.session.scalars(select(Conversion)).all()) == 2
    database.session.commit()

    report = database.session.scalars(select(Report)).one()
    url = f"{ADMIN}/{tea.programme.id}/reports/{report.id}"
    database.session.commit()
    assert client.post(f"{url}/application").status_code == 303
    assert client.post(f"{url}/application").status_code == 409

    assert (sale("K-1").commission, sale("K-1").via) == (10_000, "csv")
    assert (sale("K-2").state, sale("K-9").reason) == ("rejected", "Came back")
    assert len(database.session.scalars(select(Conversion)).all()) == 4
    assert "Done on" in client.get(url).text


def test_a_file_that_is_no_report_is_refused(client, tea: Tea, operator):
    too_many = "ref,click,amount\n" + "K,x,1\n" * 2001
    for text in ("", "ref,click\nK-1,x\n", "ref,click,amount\n", b"\xff\xfe\x00", too_many):
        assert upload(client, tea, text).status_code == 422, text[:30]

    assert database.session.scalars(select(Report)).all() == []


def test_a_sale_is_rejected_with_a_reason_that_the_promoter_reads(client, tea: Tea, operator, app):
    tea.tell(ref="K-1", click=tea.click(app.test_client()), amount="400.00")
    url = f"{ADMIN}/{tea.programme.id}/conversions/{sale().id}"

    assert client.post(url, data={"decision": "reject"}).status_code == 422
    assert (
        client.post(url, data={"decision": "reject", "words": "Bought with a stolen card"}).status_code == 303
    )
    assert client.post(url, data={"decision": "release"}).status_code == 409

    assert [(change.to_state, change.by_id) for change in sale().changes] == [
        ("pending", None),
        ("rejected", operator.id),
    ]
    sign_in(client, tea.ana)
    assert "Bought with a stolen card" in client.get("/me/x/affiliate/").text


def test_sales_are_given_out_as_a_file_that_runs_nothing(client, tea: Tea, operator, app):
    tea.tell(ref="=1+1", click=tea.click(app.test_client()), amount="400.00")

    answer = client.get(f"{ADMIN}/{tea.programme.id}/sales.csv")

    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["ref"], row["state"], row["commission"], row["promoter"]) == (
        "'=1+1",
        "pending",
        "40.00",
        "Ana",
    )


def test_managers_see_what_articles_bring_and_pause_who_cheats(client, tea: Tea, app):
    tea.tell(ref="K-1", click=tea.click(app.test_client()), amount="400.00")
    sign_in(client, tea.owner)

    page = client.get("/c/tea/x/affiliate/manage/insight").text
    assert "Three kettles" in page
    assert "¥40.00" in page

    pauses = "/c/tea/x/affiliate/manage/pauses"
    assert client.post(pauses, data={"person": tea.ana.id}).status_code == 422
    assert client.post(pauses, data={"person": tea.owner.id, "reason": "x"}).status_code == 409
    client.post(pauses, data={"person": tea.ana.id, "reason": "Clicks of friends"})
    pause = database.session.scalars(select(Pause)).one()
    database.session.commit()
    client.post(f"{pauses}/{pause.id}/end")

    assert Pause.of(tea.community.id, tea.ana.id) is None


def test_a_person_takes_everything_along_and_is_forgotten(client, tea: Tea, app):
    tea.tell(ref="K-1", click=tea.click(app.test_client()), amount="400.00")
    bo = goods.person("Bo")
    database.session.commit()
    sign_in(client, bo)
    tea.click(client)

    told = giving_out.export(tea.ana)
    assert [each["title"] for each in told["articles"]] == ["Three kettles"]
    assert [(each["amount"], each["state"]) for each in told["earned"]] == [(4000, "pending")]

    giving_out.erase(tea.ana)
    giving_out.erase(bo)
    database.session.commit()
    kept = database.session.scalars(select(Click).order_by(Click.id.desc())).first()
    assert (kept.person_id, kept.visitor, kept.net, kept.is_counted) == (None, "", "", True)
    database.session.commit()

    assert "by a former member" in client.get(tea.page).text
    assert sale().promoter is None
