"""Discovering, opening, joining and leaving communities."""

import re

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from shop.communities.links import GroupLink
from shop.communities.models import Community, JoinRequest, Membership
from shop.events import Event
from shop.people.models import Person
from tests.communities.conftest import People, SignIn, put_on_shelf
from tests.support.sql import count_sql


def test_anybody_discovers_communities_and_searches_by_name(tea: Community, as_: SignIn, ana: Person):
    Community.open("run", "Trail Runners", "We wait at the top.", ana)

    everything = as_(None).get("/communities").text
    found = as_(None).get("/communities?q=TRAIL").text
    nothing = as_(None).get("/?q=chess").text

    assert "Tea Drinkers" in everything
    assert "Trail Runners" in everything
    assert "Tea Drinkers" not in found
    assert "Trail Runners" in found
    assert "Nothing is called that" in nothing


def test_my_communities_stand_first_and_once(tea: Community, bo: Person, as_: SignIn):
    page = as_(bo).get("/communities").text

    assert "My communities" in page
    assert page.count('<a href="/c/tea"') == 1


def test_a_closed_community_is_found_by_its_members_only(tea: Community, lin: Person, as_: SignIn):
    tea.close(lin)

    assert "Tea Drinkers" not in as_(None).get("/communities").text
    assert "Tea Drinkers" in as_(lin).get("/communities").text


@pytest.mark.parametrize("signed_in", [False, True])
def test_discover_asks_the_database_no_more_for_three_than_for_one(
    app: Flask, db: SQLAlchemy, tea: Community, lin: Person, ana: Person, as_: SignIn, signed_in: bool
):
    visitor = as_(ana if signed_in else None)
    db.session.commit()
    with count_sql(app) as for_one:
        visitor.get("/communities")
    for n in range(2):
        more = Community.open(f"more{n}", f"More {n}", "More.", lin)
        put_on_shelf(more, lin, f"Thing {n}")
    db.session.commit()

    with count_sql(app) as for_three:
        page = visitor.get("/communities").text

    assert "1 product" in page
    assert len(for_three) == len(for_one) <= 4


def test_discover_pages_by_key(db: SQLAlchemy, lin: Person, as_: SignIn, tea: Community):
    for n in range(21):
        Community.open(f"c{n}", f"Number {n}.", "One of many.", lin)

    first = as_(None).get("/communities").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    second = as_(None).get(following[1].replace("&amp;", "&")).text

    assert "Number 20." in first
    assert "Tea Drinkers" not in first
    assert "Tea Drinkers" in second
    assert as_(None).get("/communities?after=nonsense").status_code == 422


def test_somebody_opens_a_community_once_however_often_they_press(db: SQLAlchemy, ana: Person, as_: SignIn):
    browser = as_(ana)
    form = opening(browser.get("/communities/new").text, name="茶友会", rules="**Be kind.**")

    first = browser.post("/communities", data=form)
    second = browser.post("/communities", data=form)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    community = db.session.scalars(select(Community)).one()
    assert community.name == "茶友会"
    assert community.role_of(ana) == "owner"
    assert "<strong>Be kind.</strong>" in browser.get(first.location).text


def test_what_is_missing_is_said_beside_its_field(ana: Person, as_: SignIn):
    browser = as_(ana)
    form = opening(browser.get("/communities/new").text, name=" ", promise="", size="0")

    answer = browser.post("/communities", data=form)

    assert answer.status_code == 422
    assert "Please give it a name." in answer.text
    assert "Between 1 and 100000." in answer.text


def test_strangers_sign_in_before_they_open_or_join(tea: Community, as_: SignIn):
    assert as_(None).get("/communities/new").location == "/sign-in"
    assert as_(None).post("/c/tea/membership").location == "/sign-in"


def test_a_community_tells_about_itself_in_real_numbers(tea: Community, bo: Person, lin: Person, as_: SignIn):
    put_on_shelf(tea, lin, "Rock oolong")
    put_on_shelf(tea, lin, "Gaiwan", accept=False)

    page = as_(None).get("/c/tea/about").text

    assert "We steep twice." in page
    assert "2 members" in page
    assert "8 places left" in page
    assert "<dt>Products on the shelf</dt><dd>1</dd>" in page
    assert "Sign in and join" in page
    assert "Manage" not in page


def test_joining_asks_for_the_rules_that_were_read(
    db: SQLAlchemy, tea: Community, lin: Person, ana: Person, as_: SignIn
):
    tea.write_rules("Be kind.", lin)
    browser = as_(ana)

    unread = browser.post("/c/tea/membership", data={"rules": "1"})
    assert (unread.status_code, "accept the rules" in unread.text) == (409, True)
    outdated = browser.post("/c/tea/membership", data={"rules": "0", "accepts_rules": "y"})
    assert (outdated.status_code, "changed meanwhile" in outdated.text) == (409, True)
    joined = browser.post("/c/tea/membership", data={"rules": "1", "accepts_rules": "y"})

    assert joined.status_code == 303
    assert tea.role_of(ana) == "member"
    assert "Welcome to Tea Drinkers!" in browser.get("/c/tea/about").text
    assert browser.post("/c/tea/membership", data={"rules": "1", "accepts_rules": "y"}).status_code == 409


def test_a_full_community_says_no_in_words(tea: Community, bo: Person, ana: Person, as_: SignIn):
    tea.seats.resize(2)

    answer = as_(ana).post("/c/tea/membership")

    assert (answer.status_code, "This community is full." in answer.text) == (409, True)
    assert "This community is full." in as_(ana).get("/c/tea/about").text


def test_members_are_asked_to_accept_a_new_version(tea: Community, lin: Person, bo: Person, as_: SignIn):
    tea.write_rules("Be kind and brief.", lin)
    browser = as_(bo)
    assert "The rules have changed" in browser.get("/c/tea/about").text

    answer = browser.post("/c/tea/rules/acceptance", data={"rules": "1"})

    assert answer.status_code == 303
    page = browser.get("/c/tea/about").text
    assert "accepted by you" in page
    assert "The rules have changed" not in page


def test_asking_to_join_and_the_answer(db: SQLAlchemy, tea: Community, lin: Person, ana: Person, as_: SignIn):
    tea.entry = "approval"
    browser = as_(ana)
    browser.post("/c/tea/membership", data={"reason": "I like oolong"})
    assert "A manager will answer." in browser.get("/c/tea/about").text
    assert browser.post("/c/tea/membership").status_code == 409
    number = db.session.scalars(select(JoinRequest.id)).one()

    page = as_(lin).get("/c/tea/manage/requests").text
    assert "I like oolong" in page
    silent = as_(lin).post(f"/c/tea/manage/requests/{number}/answer", data={"decision": "decline"})
    assert silent.status_code == 409
    as_(lin).post(
        f"/c/tea/manage/requests/{number}/answer", data={"decision": "decline", "words": "Come in May."}
    )

    assert "Come in May." in browser.get("/c/tea/about").text
    assert tea.role_of(ana) is None


def test_an_invitation_lets_in_while_it_is_live(
    db: SQLAlchemy, tea: Community, lin: Person, ana: Person, as_: SignIn, somebody: People
):
    tea.entry = "invitation"
    link = GroupLink.make(tea, lin, "For one", seats=1, invites=True)
    chen = somebody("Chen")
    db.session.commit()
    assert as_(ana).post("/c/tea/membership").status_code == 403

    invited, late = as_(ana), as_(chen)
    assert invited.get(f"/g/{link.token}").location == "/c/tea/about"
    late.get(f"/g/{link.token}")
    assert "You are invited." in invited.get("/c/tea/about").text
    assert invited.post("/c/tea/membership").status_code == 303
    refused = late.post("/c/tea/membership")

    assert tea.role_of(ana) == "member"
    assert refused.status_code == 403
    seat = db.session.scalars(select(Membership).where(Membership.person_id == ana.id)).one()
    assert seat.link_id == link.id


def test_leaving_ends_ones_links(db: SQLAlchemy, tea: Community, bo: Person, as_: SignIn):
    link = GroupLink.make(tea, bo, "Mine")
    db.session.commit()

    answer = as_(bo).post("/c/tea/membership/end")

    assert answer.status_code == 303
    assert tea.role_of(bo) is None
    db.session.refresh(link)
    assert not link.is_live
    names = set(db.session.scalars(select(Event.name)))
    assert "member.left" in names


def opening(page: str, **fields: str) -> dict[str, str]:
    """The form of a new community, with the page's one-use key."""
    once = re.search(r'name="once" value="([^"]+)"', page)
    form = {
        "once": once[1],
        "name": "Tea",
        "promise": "We steep twice.",
        "kind": "interest",
        "entry": "open",
        "size": "10",
        "time_zone": "Asia/Shanghai",
        "rules": "",
    }
    return form | fields
