"""One's own page, one's data, and the end."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from shop.catalog.models import cut
from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.errors import Refused
from shop.merchants.models import Merchant
from shop.orders.models import Order
from shop.people.models import Person
from tests.support.people import make_person, sign_in
from tests.support.sql import count_sql


def an_order(
    community: Community, merchant: Merchant, buyer: Person | None, state: str = "completed"
) -> Order:
    return Order(
        community=community,
        merchant=merchant,
        buyer=buyer,
        currency="CNY",
        total=12800,
        state=state,
        contact={"name": "Lin Yue", "email": "lin@example.com"},
        delivery={"way": "post", "title": "Post", "address": "1 Old Hill"},
        note="Ring twice",
    )


@pytest.fixture
def bo(db: SQLAlchemy) -> Person:
    return make_person("Bo")


@pytest.fixture
def tea(db: SQLAlchemy, bo: Person) -> Community:
    community = Community.open("tea", "Tea Drinkers", "Slow tea", bo)
    db.session.flush()
    return community


@pytest.fixture
def old_hill(db: SQLAlchemy, bo: Person) -> Merchant:
    return Merchant.open("old-hill", "Old Hill", "CNY", bo)


def test_my_page_shows_my_groups_and_merchants(
    client: FlaskClient, db: SQLAlchemy, bo: Person, tea: Community, old_hill: Merchant
):
    sign_in(client, bo)

    page = client.get("/me").text

    assert "Tea Drinkers" in page
    assert "Old Hill" in page
    assert page.count("Owner") == 2


def test_my_page_costs_the_same_for_one_group_and_for_three(
    client: FlaskClient, app: Flask, db: SQLAlchemy, bo: Person
):
    Community.open("c0", "Group", "Promise", bo)
    sign_in(client, bo)
    client.get("/me")
    with count_sql(app) as one:
        client.get("/me")
    for number in (1, 2):
        Community.open(f"c{number}", "Group", "Promise", bo)
        Merchant.open(f"m{number}", "Merchant", "CNY", bo)
    db.session.commit()

    with count_sql(app) as three:
        client.get("/me")

    assert len(three) == len(one)


def test_person_changes_name_words_and_language(client: FlaskClient, db: SQLAlchemy, bo: Person):
    sign_in(client, bo)

    wrong = client.post("/me/edit", data={"name": "", "intro": "", "locale": "en"})
    right = client.post(
        "/me/edit", data={"name": " Bo  Li ", "intro": "Steeps twice", "locale": "zh_Hans_CN"}
    )

    assert (wrong.status_code, right.status_code) == (422, 303)
    db.session.refresh(bo)
    assert (bo.name, bo.intro, bo.locale) == ("Bo Li", "Steeps twice", "zh_Hans_CN")
    assert '<html lang="zh-Hans-CN"' in client.get("/me").text


def test_guest_orders_are_kept_when_asked(
    client: FlaskClient, db: SQLAlchemy, tea: Community, old_hill: Merchant
):
    lin, ana = make_person("Lin"), make_person("Ana")
    mine, foreign = an_order(tea, old_hill, None), an_order(tea, old_hill, ana)
    db.session.add_all([mine, foreign])
    db.session.flush()
    sign_in(client, lin)
    with client.session_transaction() as session:
        session["orders"] = [mine.secret, foreign.secret]

    assert "You ordered 1 time as a guest" in client.get("/me").text
    answer = client.post("/me/claim")

    assert answer.status_code == 303
    db.session.expire_all()
    assert (mine.buyer_id, foreign.buyer_id) == (lin.id, ana.id)
    assert "as a guest" not in client.get("/me").text


def test_export_holds_my_data_and_no_secret(
    client: FlaskClient, db: SQLAlchemy, bo: Person, tea: Community, old_hill: Merchant
):
    lin = make_person("Lin Yue", "lin@example.com", "slow tea, twice")
    tea.join(lin, accepts_rules=True)
    db.session.flush()
    db.session.add_all([an_order(tea, old_hill, lin), an_order(tea, old_hill, bo)])
    GroupLink.make(tea, lin, "poster at the door")
    sign_in(client, lin)

    answer = client.get("/me/data.json")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(answer.text)
    assert data["person"]["email"] == "lin@example.com"
    assert [order["note"] for order in data["orders"]] == ["Ring twice"]
    assert [row["role"] for row in data["rooms"]["membership"]] == ["member"]
    assert [row["name"] for row in data["rooms"]["group_link"]] == ["poster at the door"]
    assert "argon2" not in answer.text
    assert lin.fs_uniquifier not in answer.text


@pytest.mark.both_engines
def test_account_is_forgotten_when_nothing_is_open(
    client: FlaskClient, db: SQLAlchemy, tea: Community, old_hill: Merchant
):
    lin = make_person("Lin Yue", "lin@example.com", "slow tea, twice", intro="Steeps twice")
    tea.join(lin, accepts_rules=True)
    db.session.flush()
    link = GroupLink.make(tea, lin, "poster")
    order = an_order(tea, old_hill, lin)
    order.search_text = f"{order.number} lin yue"
    db.session.add(order)
    db.session.commit()
    seats = tea.member_count
    sign_in(client, lin)

    assert client.get("/me/erasure").status_code == 200
    assert client.post("/me/erasure", data={"present": "wrong"}).status_code == 422
    answer = client.post("/me/erasure", data={"present": "slow tea, twice"})

    assert (answer.status_code, answer.location) == (303, "/")
    db.session.expire_all()
    assert (lin.name, lin.email, lin.intro, lin.password) == ("—", f"forgotten-{lin.id}@invalid", "", None)
    assert not lin.active
    assert tea.role_of(lin) is None
    assert tea.member_count == seats - 1
    assert not link.is_live
    assert (order.buyer_id, order.total, order.contact, order.note) == (lin.id, 12800, {"name": "—"}, "")
    assert order.delivery == {"way": "post", "title": "Post"}
    assert order.search_text == cut(order.number)
    assert client.get("/me").status_code == 303
    again = client.post("/sign-in", data={"email": "lin@example.com", "password": "slow tea, twice"})
    assert again.status_code == 422


@pytest.mark.parametrize("reason", ["community", "merchant", "order"])
def test_account_stays_while_something_is_open(
    client: FlaskClient, db: SQLAlchemy, tea: Community, old_hill: Merchant, reason: str
):
    lin = make_person("Lin", "lin@example.com", "slow tea, twice")
    if reason == "community":
        Community.open("mine", "My group", "Mine", lin)
    elif reason == "merchant":
        Merchant.open("mine", "My shop", "CNY", lin)
    else:
        db.session.add(an_order(tea, old_hill, lin, state="paid"))
    sign_in(client, lin)

    words = {"community": "“My group”", "merchant": "“My shop”", "order": "still under way"}[reason]
    assert words in client.get("/me/erasure").text
    answer = client.post("/me/erasure", data={"present": "slow tea, twice"})

    assert answer.status_code == 409
    assert words in answer.text
    db.session.refresh(lin)
    assert lin.name == "Lin"


def test_plugin_that_cannot_forget_stops_the_erasure(
    client: FlaskClient, app: Flask, db: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
):
    lin = make_person("Lin", "lin@example.com", "slow tea, twice")
    sign_in(client, lin)

    def refuse(*_given: object, **_named: object) -> None:
        raise Refused("The coupons of Lin are not settled yet.")

    monkeypatch.setattr(app.extensions["door"], "ask_all", refuse)
    answer = client.post("/me/erasure", data={"present": "slow tea, twice"})

    assert answer.status_code == 409
    db.session.refresh(lin)
    assert lin.active
