"""The staff: invited by role, accepted once, dismissed."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shop import jobs
from shop.clock import now
from shop.db import db as the_db
from shop.merchants.models import Merchant, Staff, StaffInvitation
from tests.support import goods

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def lin():
    return goods.person("Lin")


@pytest.fixture
def shop(lin) -> Merchant:
    return goods.merchant(lin)


def invitation() -> StaffInvitation:
    return the_db.session.query(StaffInvitation).one()


@pytest.mark.both_engines
def test_invited_person_gets_a_mail_and_joins_once(app: Flask, client: FlaskClient, shop, lin):
    bo = goods.person("Bo")
    goods.signed_in(client, lin).post(
        "/desk/old-hill/invitations", data={"email": " BO@example.com ", "role": "counter"}
    )
    token = invitation().token
    assert token in client.get("/desk/old-hill/staff").text
    the_db.session.rollback()

    jobs.run_until_idle(app)
    sent = app.extensions["mailman"].outbox
    goods.signed_in(client, bo)
    page = client.get(f"/desk/invitations/{token}")
    joined = client.post(f"/desk/invitations/{token}")
    again = client.post(f"/desk/invitations/{token}")

    assert [m.to for m in sent] == [["bo@example.com"]]
    assert f"/desk/invitations/{token}" in sent[0].body
    assert page.status_code == 200
    assert (joined.status_code, joined.location) == (303, "/desk/old-hill")
    assert again.status_code == 409
    assert the_db.session.get(Merchant, shop.id).role_of(bo) == "counter"


def test_somebody_else_cannot_use_the_invitation(client: FlaskClient, shop, lin):
    made = shop.invite("bo@example.com", "analyst", lin)
    the_db.session.flush()

    goods.signed_in(client, goods.person("Ana"))

    assert "sent to another address" in client.get(f"/desk/invitations/{made.token}").text
    assert client.post(f"/desk/invitations/{made.token}").status_code == 409
    assert client.get("/desk/invitations/nonsense").status_code == 404


def test_old_invitation_has_expired(client: FlaskClient, shop, lin):
    made = shop.invite("bo@example.com", "analyst", lin)
    made.at = now() - timedelta(days=15)
    the_db.session.flush()

    goods.signed_in(client, goods.person("Bo"))

    assert client.post(f"/desk/invitations/{made.token}").status_code == 409


def test_withdrawn_invitation_works_no_more(client: FlaskClient, shop, lin):
    made = shop.invite("bo@example.com", "analyst", lin)
    the_db.session.flush()
    number, token = made.id, made.token

    taken_back = goods.signed_in(client, lin).post(f"/desk/old-hill/invitations/{number}/withdrawal")
    goods.signed_in(client, goods.person("Bo"))

    assert taken_back.status_code == 303
    assert client.get(f"/desk/invitations/{token}").status_code == 404


def test_second_invitation_replaces_the_first(client: FlaskClient, shop, lin):
    goods.signed_in(client, lin)
    for role in ("counter", "analyst"):
        client.post("/desk/old-hill/invitations", data={"email": "bo@example.com", "role": role})

    assert invitation().role == "analyst"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"email": "nonsense", "role": "counter"}, 422),
        ({"email": "bo@example.com", "role": "owner"}, 422),
        ({"email": "lin@example.com", "role": "counter"}, 409),
        ({}, 422),
    ],
)
def test_invitation_that_makes_no_sense(client: FlaskClient, shop, lin, sent, status):
    answer = goods.signed_in(client, lin).post("/desk/old-hill/invitations", data=sent)

    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert the_db.session.query(StaffInvitation).count() == 0


def test_only_the_owner_makes_managers(client: FlaskClient, shop, lin):
    goods.signed_in(client, goods.staff(shop, goods.person("Mo"), "manager"))

    answer = client.post("/desk/old-hill/invitations", data={"email": "bo@example.com", "role": "manager"})

    assert answer.status_code == 403
    assert "Only the owner makes somebody a manager." in answer.text


@pytest.mark.parametrize("role", ["counter", "analyst"])
def test_counter_and_analyst_do_not_manage_staff(client: FlaskClient, shop, role):
    goods.signed_in(client, goods.staff(shop, goods.person("Bo"), role))

    assert client.get("/desk/old-hill/staff").status_code == 403
    assert client.post("/desk/old-hill/invitations", data={}).status_code == 403


def staff_id(person) -> int:
    return the_db.session.query(Staff).filter_by(person_id=person.id).one().id


@pytest.mark.both_engines
def test_owner_dismisses_staff_and_nobody_dismisses_the_owner(client: FlaskClient, shop, lin):
    bo = goods.staff(shop, goods.person("Bo"), "manager")
    ids = staff_id(bo), staff_id(lin)

    dismissed = goods.signed_in(client, lin).post(f"/desk/old-hill/staff/{ids[0]}/dismissal")
    owner = client.post(f"/desk/old-hill/staff/{ids[1]}/dismissal")

    assert (dismissed.status_code, owner.status_code) == (303, 409)
    assert [s.role for s in the_db.session.query(Staff)] == ["owner"]


def test_manager_does_not_decide_about_managers(client: FlaskClient, shop):
    mo, bo = (
        goods.staff(shop, goods.person("Mo"), "manager"),
        goods.staff(shop, goods.person("Bo"), "manager"),
    )
    cy = goods.staff(shop, goods.person("Cy"), "counter")
    other, own = staff_id(bo), staff_id(cy)
    goods.signed_in(client, mo)

    assert client.post(f"/desk/old-hill/staff/{other}/dismissal").status_code == 403
    assert client.post(f"/desk/old-hill/staff/{own}", data={"role": "analyst"}).status_code == 303
    assert client.post(f"/desk/old-hill/staff/{own}", data={"role": "manager"}).status_code == 403
    assert client.post(f"/desk/old-hill/staff/{own}", data={"role": "king"}).status_code == 422


def test_foreign_merchants_staff_is_not_found(client: FlaskClient, shop, lin):
    goods.merchant(goods.person("Ana"), "Other")
    theirs = the_db.session.query(Staff).order_by(Staff.id.desc()).first().id

    assert goods.signed_in(client, lin).post(f"/desk/old-hill/staff/{theirs}/dismissal").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_staff_page_lists_everybody(client: FlaskClient, shop, lin, n):
    for i in range(n):
        goods.staff(shop, goods.person(f"Helper{i}"), "counter")

    assert goods.signed_in(client, lin).get("/desk/old-hill/staff").text.count('scope="row">Helper') == n
