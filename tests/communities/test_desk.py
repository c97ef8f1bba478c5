"""The manager's desk: members, rules, settings, shelf and proposals."""

import re

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from shop.communities.links import GroupLink
from shop.communities.models import Community, JoinRequest, Membership, Removal
from shop.listings.models import Listing
from shop.people.models import Person
from tests.communities.conftest import People, SignIn, put_on_shelf
from tests.support.sql import count_sql

PAGES = (
    "",
    "/members",
    "/requests",
    "/proposals",
    "/shelf",
    "/rules",
    "/settings",
    "/apps",
    "/links",
    "/insight",
    "/calendar",
)


@pytest.mark.parametrize("page", PAGES)
def test_the_desk_is_for_managers_only(
    db: SQLAlchemy, tea: Community, lin: Person, bo: Person, ana: Person, as_: SignIn, page: str
):
    address = f"/c/tea/manage{page}"

    assert as_(None).get(address).status_code == 303
    assert as_(ana).get(address).status_code == 403
    assert as_(bo).get(address).status_code == 403
    tea.appoint(bo, "manager", lin)
    assert as_(bo).get(address).status_code == 200
    assert as_(lin).get(address).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_desk_pages_cost_the_same_for_one_and_for_three(
    app: Flask, db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, somebody: People, page: str
):
    tea.entry = "approval"
    tea.write_rules("Be kind.", lin)
    fill(db, tea, lin, somebody, "1")
    with count_sql(app) as for_one:
        as_(lin).get(f"/c/tea/manage{page}")
    fill(db, tea, lin, somebody, "2")
    fill(db, tea, lin, somebody, "3")

    with count_sql(app) as for_three:
        answer = as_(lin).get(f"/c/tea/manage{page}")

    assert answer.status_code == 200
    assert len(for_three) == len(for_one) <= 12


def test_what_waits_stands_on_the_overview(
    db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, somebody: People
):
    assert "Nothing waits." in as_(lin).get("/c/tea/manage").text
    tea.entry = "approval"

    fill(db, tea, lin, somebody, "1")

    page = as_(lin).get("/c/tea/manage").text
    assert "1 person asks to join" in page
    assert "1 product is proposed" in page


def test_a_manager_appoints_and_removes_with_a_reason(
    db: SQLAlchemy, tea: Community, lin: Person, bo: Person, as_: SignIn, somebody: People
):
    chen = somebody("Chen")
    tea.join(chen, accepts_rules=True)
    link = GroupLink.make(tea, chen, "Chen's")
    db.session.commit()
    seat_of_bo, seat_of_chen = tea.membership_of(bo).id, tea.membership_of(chen).id

    as_(lin).post(f"/c/tea/manage/members/{seat_of_bo}/role", data={"role": "manager"})
    silent = as_(bo).post(f"/c/tea/manage/members/{seat_of_chen}/removal", data={"reason": " "})
    removed = as_(bo).post(f"/c/tea/manage/members/{seat_of_chen}/removal", data={"reason": "Sold shoes."})

    assert (silent.status_code, removed.status_code) == (422, 303)
    assert tea.role_of(bo) == "manager"
    assert tea.role_of(chen) is None
    assert db.session.scalars(select(Removal.reason)).one() == "Sold shoes."
    db.session.refresh(link)
    assert not link.is_live


def test_another_communitys_member_is_not_found(
    db: SQLAlchemy, tea: Community, lin: Person, ana: Person, as_: SignIn
):
    Community.open("run", "Trail Runners", "We wait.", ana)
    db.session.commit()
    theirs = db.session.scalars(select(Membership.id).where(Membership.person_id == ana.id)).one()

    answer = as_(lin).post(f"/c/tea/manage/members/{theirs}/removal", data={"reason": "No."})

    assert answer.status_code == 404


def test_new_rules_are_a_new_version(tea: Community, lin: Person, as_: SignIn):
    browser = as_(lin)

    first = browser.post("/c/tea/manage/rules", data={"text": "Be kind."})
    same = browser.post("/c/tea/manage/rules", data={"text": "Be kind."})
    second = browser.post("/c/tea/manage/rules", data={"text": "Be kind and brief."})
    empty = browser.post("/c/tea/manage/rules", data={"text": "  "})

    assert [a.status_code for a in (first, same, second, empty)] == [303, 409, 303, 422]
    assert tea.rules().number == 2
    assert "Version 2" in browser.get("/c/tea/manage/rules").text


def test_settings_are_changed_but_not_below_what_is_taken(
    db: SQLAlchemy, tea: Community, lin: Person, bo: Person, as_: SignIn
):
    form = {"name": "Slow tea", "promise": "Slower.", "kind": "mixed", "entry": "approval"}
    form |= {"time_zone": "Europe/Berlin", "size": "1"}

    refused = as_(lin).post("/c/tea/manage/settings", data=form)
    kept = as_(lin).post("/c/tea/manage/settings", data=form | {"size": "2"})

    assert (refused.status_code, "2 people are members already." in refused.text) == (409, True)
    assert kept.status_code == 303
    db.session.refresh(tea)
    assert (tea.name, tea.entry, tea.seats.size, tea.slug) == ("Slow tea", "approval", 2, "tea")
    assert tea.search_text == "slow tea"


def test_only_the_owner_closes_and_opens_again(
    tea: Community, lin: Person, bo: Person, ana: Person, as_: SignIn
):
    tea.appoint(bo, "manager", lin)
    assert as_(bo).post("/c/tea/manage/closing").status_code == 403

    as_(lin).post("/c/tea/manage/closing")

    refused = as_(ana).post("/c/tea/membership")
    assert (refused.status_code, "This community is closed." in refused.text) == (409, True)
    as_(lin).post("/c/tea/manage/closing/end")
    assert as_(ana).post("/c/tea/membership").status_code == 303


def test_handing_over_wants_the_communitys_name(tea: Community, lin: Person, bo: Person, as_: SignIn):
    seat = tea.membership_of(bo).id
    browser = as_(lin)
    assert "Bo" in browser.get("/c/tea/manage/handover").text
    assert "Bo will own Tea Drinkers." in browser.get(f"/c/tea/manage/handover?to={seat}").text

    unsure = browser.post("/c/tea/manage/handover", data={"membership": seat, "name": "tea"})
    done = browser.post("/c/tea/manage/handover", data={"membership": seat, "name": "Tea Drinkers"})

    assert (unsure.status_code, done.status_code) == (422, 303)
    assert (tea.role_of(lin), tea.role_of(bo)) == ("manager", "owner")
    assert browser.get("/c/tea/manage/handover").status_code == 403


def test_a_proposal_is_accepted_at_the_end_of_the_shelf(
    db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, oolong: Listing
):
    gaiwan = put_on_shelf(tea, lin, "Gaiwan", accept=False)
    db.session.commit()
    assert "Gaiwan" in as_(lin).get("/c/tea/manage/proposals").text

    answer = as_(lin).post(f"/c/tea/manage/proposals/{gaiwan.id}/answer", data={"decision": "accept"})
    again = as_(lin).post(f"/c/tea/manage/proposals/{gaiwan.id}/answer", data={"decision": "accept"})

    assert (answer.status_code, again.status_code) == (303, 409)
    db.session.refresh(gaiwan)
    assert (gaiwan.state, gaiwan.position) == ("accepted", 2)


def test_a_proposal_is_declined_with_a_reason(db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn):
    shoes = put_on_shelf(tea, lin, "Shoes", accept=False)
    db.session.commit()
    address = f"/c/tea/manage/proposals/{shoes.id}/answer"

    silent = as_(lin).post(address, data={"decision": "decline", "words": ""})
    declined = as_(lin).post(address, data={"decision": "decline", "words": "We drink tea."})

    assert (silent.status_code, declined.status_code) == (422, 303)
    db.session.refresh(shoes)
    assert (shoes.state, shoes.reason) == ("declined", "We drink tea.")


def test_managers_move_what_stands_on_the_shelf(db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn):
    a, b, c = (put_on_shelf(tea, lin, name) for name in ("A", "B", "C"))
    db.session.commit()
    browser = as_(lin)

    assert browser.post(f"/c/tea/manage/shelf/{c.id}/place", data={"to": "1"}).status_code == 303
    assert shelf(db, tea) == ["C", "A", "B"]
    browser.post(f"/c/tea/manage/shelf/{c.id}/place", data={"to": "down"})
    assert shelf(db, tea) == ["A", "C", "B"]
    browser.post(f"/c/tea/manage/shelf/{b.id}/place", data={"to": "up"})
    browser.post(f"/c/tea/manage/shelf/{b.id}/place", data={"to": "up"})
    browser.post(f"/c/tea/manage/shelf/{b.id}/place", data={"to": "up"})
    assert shelf(db, tea) == ["B", "A", "C"]
    browser.post(f"/c/tea/manage/shelf/{a.id}/place", data={"to": "99"})
    assert shelf(db, tea) == ["B", "C", "A"]
    assert browser.post(f"/c/tea/manage/shelf/{a.id}/place", data={"to": "far"}).status_code == 422


def test_a_listing_is_withdrawn_with_a_reason(
    db: SQLAlchemy, tea: Community, lin: Person, oolong: Listing, as_: SignIn
):
    db.session.commit()
    address = f"/c/tea/manage/shelf/{oolong.id}/withdrawal"

    assert as_(lin).post(address).status_code == 422
    assert as_(lin).post(address, data={"reason": "Out of season."}).status_code == 303

    db.session.refresh(oolong)
    assert (oolong.state, oolong.reason) == ("withdrawn", "Out of season.")
    assert as_(lin).post(address, data={"reason": "Out of season."}).status_code == 404


def test_members_are_paged_and_searched(
    db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, somebody: People
):
    tea.seats.resize(50)
    for n in range(31):
        tea.join(somebody(f"Member{n}"), accepts_rules=True)
    browser = as_(lin)

    first = browser.get("/c/tea/manage/members").text
    second = browser.get(re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")).text

    assert "Member30" in first
    assert "Member0<" in second
    assert "Member7<" in browser.get("/c/tea/manage/members?q=MEMBER7").text
    assert "Member30" not in browser.get("/c/tea/manage/members?role=manager").text


def fill(db: SQLAlchemy, tea: Community, lin: Person, somebody: People, n: str) -> None:
    """One more of everything that a desk page lists."""
    tea.join(somebody(f"In{n}"), accepts_rules=True, invited=True)
    assert isinstance(tea.join(somebody(f"Asks{n}"), accepts_rules=True), JoinRequest)
    put_on_shelf(tea, lin, f"On shelf {n}")
    put_on_shelf(tea, lin, f"Proposed {n}", accept=False)
    link = GroupLink.make(tea, lin, f"Link {n}")
    db.session.flush()
    link.opened()
    db.session.commit()


def shelf(db: SQLAlchemy, tea: Community) -> list[str]:
    db.session.rollback()
    return [product.name for _listing, product in db.session.execute(Listing.shelf(tea))]
