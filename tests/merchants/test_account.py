"""A merchant's account: opening it, and what its desk shows."""

import pytest
from flask.testing import FlaskClient

from shop.db import db as the_db
from shop.merchants.models import Merchant, Staff
from tests.support import goods

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("name", "slug"),
    [("Old Hill", "old-hill"), ("老山茶", "lao-shan-cha"), ("!!!", "merchant"), ("New", "new-2")],
)
def test_person_opens_a_merchant_account(client: FlaskClient, name, slug):
    lin = goods.person("Lin")

    answer = goods.signed_in(client, lin).post("/desk/new", data={"name": name, "currency": "JPY"})

    assert (answer.status_code, answer.location) == (303, f"/desk/{slug}")
    made = the_db.session.query(Merchant).one()
    assert (made.name, made.currency, made.role_of(lin)) == (name, "JPY", "owner")
    assert client.get(f"/desk/{slug}").status_code == 200


def test_two_merchants_of_one_name_have_two_addresses(client: FlaskClient):
    goods.signed_in(client, goods.person("Lin"))

    places = [
        client.post("/desk/new", data={"name": "Old Hill", "currency": "CNY"}).location for _n in range(3)
    ]

    assert places == ["/desk/old-hill", "/desk/old-hill-2", "/desk/old-hill-3"]


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "", "currency": "CNY"},
        {"name": "x" * 81, "currency": "CNY"},
        {"name": "Tea", "currency": "XXX"},
        {},
    ],
)
def test_account_with_bad_words_is_not_opened(client: FlaskClient, sent):
    goods.signed_in(client, goods.person("Lin"))

    answer = client.post("/desk/new", data=sent)

    assert answer.status_code == 422
    assert the_db.session.query(Merchant).count() == 0


@pytest.mark.parametrize("n", [0, 1, 3])
def test_desk_lists_my_merchants_only(client: FlaskClient, n):
    lin, ana = goods.person("Lin"), goods.person("Ana")
    goods.merchant(ana, "Not mine")
    for i in range(n):
        goods.merchant(lin, f"Mine {i}")

    page = goods.signed_in(client, lin).get("/desk")

    assert page.text.count("Mine") == n
    assert "Not mine" not in page.text
    assert ("You have no merchant yet" in page.text) == (n == 0)


def test_stranger_does_not_find_a_merchants_desk(client: FlaskClient):
    goods.merchant(goods.person("Lin"))
    goods.signed_in(client, goods.person("Ana"))

    assert client.get("/desk/old-hill").status_code == 404
    assert client.get("/desk/nobody").status_code == 404


def test_visitor_is_asked_to_sign_in(client: FlaskClient):
    assert client.get("/desk").status_code == 303


@pytest.mark.parametrize(("role", "status"), [("manager", 303), ("counter", 403), ("analyst", 403)])
def test_only_managers_change_what_is_told(client: FlaskClient, role, status):
    shop = goods.merchant(goods.person("Lin"))
    goods.signed_in(client, goods.staff(shop, goods.person("Bo"), role))

    answer = client.post("/desk/old-hill/about", data={"name": "Older Hill", "about": "Tea.", "contact": ""})

    assert answer.status_code == status


def test_overview_tells_what_waits(client: FlaskClient):
    lin = goods.person("Lin")
    shop = goods.merchant(lin)
    goods.product(shop, "Gone", stock=0)
    goods.product(shop, "There", stock=3)
    made = goods.product(shop, "Proposed")
    goods.Listing.propose(made, goods.community(lin), lin)

    page = goods.signed_in(client, lin).get("/desk/old-hill").text

    assert "Products that are sold out" in page
    assert "Proposals that a community has not answered" in page
    assert "Nothing waits" not in page


def test_somebody_new_is_led_from_me_to_a_first_proposal(client: FlaskClient):
    lin = goods.person("Lin")
    assert 'href="/desk/new"' in goods.signed_in(client, lin).get("/me").text
    client.post("/desk/new", data={"name": "Old Hill", "currency": "CNY"})
    client.post("/desk/old-hill/products", data={"name": "Oolong", "price": "88"})

    proposing = client.get("/desk/old-hill/products/1/proposals/new").text
    before = client.get("/desk/old-hill").text
    community = goods.community(goods.person("Ana"))
    client.post("/desk/old-hill/products/1/proposals", data={
        "address": community.slug, "community_share": "5", "sharer_share": "0", "act": "propose",
    })  # fmt: skip
    after = client.get("/desk/old-hill").text

    assert "You are in no community that does not show it yet." in proposing
    assert ("No community shows what you make yet" in before, "Nothing waits" in before) == (True, False)
    assert ("No community shows what you make yet" in after, "Proposals that a community" in after) == (
        False,
        True,
    )
    assert 'href="/desk/old-hill"' in client.get("/me").text


def test_counter_sees_no_revenue(client: FlaskClient):
    shop = goods.merchant(goods.person("Lin"))
    goods.signed_in(client, goods.staff(shop, goods.person("Bo"), "counter"))

    assert "Sold" not in client.get("/desk/old-hill").text


def test_owner_is_staff(client: FlaskClient):
    lin = goods.person("Lin")
    goods.merchant(lin)

    assert [s.role for s in the_db.session.query(Staff)] == ["owner"]
