"""Links into a community: landing, credit, code and poster."""

from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from flask_login import login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from shop.clock import now
from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community
from shop.communities.visits import current_visit, is_unknown_link
from shop.listings.models import Listing
from shop.listings.posters import sign_page
from shop.people.models import Person
from tests.communities.conftest import SignIn
from tests.support.sql import count_sql


@pytest.fixture
def link(db: SQLAlchemy, tea: Community, lin: Person) -> GroupLink:
    link = GroupLink.make(tea, lin, "Thursday group")
    db.session.commit()
    return link


@pytest.mark.both_engines
def test_a_stranger_lands_without_signing_in_and_is_credited(db: SQLAlchemy, link: GroupLink, as_: SignIn):
    stranger = as_(None)

    answer = stranger.get(f"/g/{link.token}")

    assert (answer.status_code, answer.location) == (303, "/c/tea")
    assert answer.headers["Cache-Control"] == "no-store"
    visit = db.session.scalars(select(Visit)).one()
    assert (visit.link_id, visit.is_credited, visit.person_id) == (link.id, True, None)
    assert marks(stranger) == {
        "id": str(visit.id),
        "community": "tea",
        "sharer": "Lin",
        "link": link.id,
        "credited": True,
    }
    assert "From Tea Drinkers, shared by Lin" in stranger.get("/c/tea/about").text


def test_a_link_to_a_listing_lands_on_it(
    db: SQLAlchemy, tea: Community, lin: Person, oolong: Listing, as_: SignIn
):
    link = GroupLink.make(tea, lin, "Oolong", opens="listing", opens_id=oolong.id)
    db.session.commit()
    assert as_(None).get(f"/g/{link.token}").location == f"/c/tea/p/{oolong.id}-rock-oolong"

    oolong.withdraw(lin)

    assert as_(None).get(f"/g/{link.token}").location == "/c/tea"


def test_an_unknown_link_lands_kindly_and_credits_nobody(
    app: Flask, db: SQLAlchemy, link: GroupLink, as_: SignIn
):
    stranger = as_(None)
    stranger.get(f"/g/{link.token}")

    answer = stranger.get("/g/forged")

    assert (answer.status_code, answer.location) == (303, "/communities")
    assert "We do not know this link" in stranger.get("/communities").text
    with app.test_request_context():
        session["visit"] = marks(stranger)
        assert is_unknown_link()
        assert current_visit() is None
    assert stranger.get("/g/%00").status_code == 404
    for token in ("x" * 33, "a%20b", "ü"):
        assert as_(None).get(f"/g/{token}").location == "/communities"


@pytest.mark.parametrize("how", ["ended", "expired", "used up"])
def test_a_link_that_is_over_still_lands_and_credits_nobody(
    db: SQLAlchemy, tea: Community, lin: Person, as_: SignIn, how: str
):
    link = GroupLink.make(tea, lin, "Over", seats=1, expires_at=now() + timedelta(days=1))
    db.session.flush()
    if how == "ended":
        link.end()
    elif how == "expired":
        link.expires_at = now() - timedelta(seconds=1)
    else:
        link.count_in()
    db.session.commit()
    stranger = as_(None)

    answer = stranger.get(f"/g/{link.token}")

    assert answer.location == "/c/tea"
    assert db.session.scalars(select(Visit.is_credited)).one() is False
    assert "shared by Lin" not in stranger.get("/c/tea/about").text


def test_a_reload_is_the_same_visit(db: SQLAlchemy, link: GroupLink, as_: SignIn):
    stranger = as_(None)

    for _turn in range(3):
        stranger.get(f"/g/{link.token}")
    as_(None).get(f"/g/{link.token}")

    assert visits(db) == 2


@pytest.mark.parametrize(
    "agent", ["TelegramBot (like TwitterBot)", "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0"]
)
def test_robots_that_draw_previews_do_not_count(db: SQLAlchemy, link: GroupLink, as_: SignIn, agent: str):
    answer = as_(None).get(f"/g/{link.token}", headers={"User-Agent": agent})

    assert answer.location == "/c/tea"
    assert visits(db) == 0


def test_a_page_has_a_poster_of_its_own_words_and_of_nobody_elses(
    app: Flask, db: SQLAlchemy, tea: Community, as_: SignIn
):
    with app.test_request_context("/c/tea"):
        signed = sign_page("/c/tea/x/trials/batches/1", "Two cups to try")
        other = sign_page("/c/trail/x/trials/batches/1", "Two cups to try")

    poster = as_(None).get(f"/c/tea/poster.png?of={signed}")

    assert poster.data.startswith(b"\x89PNG")
    assert [as_(None).get(f"/c/tea/poster.png?of={of}").status_code for of in (other, signed[:-2], "")] == [
        404
    ] * 3


def test_head_and_fetching_ahead_do_not_count(db: SQLAlchemy, link: GroupLink, as_: SignIn):
    assert as_(None).head(f"/g/{link.token}").status_code == 303
    assert as_(None).get(f"/g/{link.token}", headers={"Sec-Purpose": "prefetch"}).status_code == 303
    assert visits(db) == 0

    as_(None).get(f"/g/{link.token}", headers={"User-Agent": "Mozilla/5.0 (Linux; CUBOT X18)"})
    assert visits(db) == 1


def test_whoever_signs_in_takes_the_visit_along(
    app: Flask, db: SQLAlchemy, link: GroupLink, ana: Person, as_: SignIn
):
    stranger = as_(None)
    stranger.get(f"/g/{link.token}")

    with app.test_request_context():
        session["visit"] = marks(stranger)
        login_user(db.session.get(Person, ana.id))
        visit = current_visit()

        assert visit.person_id == ana.id
        assert visit.link.id == link.id


def test_a_visit_of_somebody_signed_in_is_theirs(db: SQLAlchemy, link: GroupLink, bo: Person, as_: SignIn):
    as_(bo).get(f"/g/{link.token}")

    assert db.session.scalars(select(Visit.person_id)).one() == bo.id


def test_joining_remembers_the_link_and_takes_one_of_its_seats(
    db: SQLAlchemy, tea: Community, lin: Person, ana: Person, as_: SignIn
):
    link = GroupLink.make(tea, lin, "For three", seats=3)
    db.session.commit()
    browser = as_(ana)
    browser.get(f"/g/{link.token}")

    browser.post("/c/tea/membership")

    assert tea.membership_of(ana).link_id == link.id
    db.session.refresh(link.seats)
    assert link.seats.left == 2


def test_a_member_makes_a_link_and_hands_it_on(
    db: SQLAlchemy, tea: Community, bo: Person, oolong: Listing, as_: SignIn
):
    browser = as_(bo)
    assert "Lets people in" not in browser.get("/c/tea/links/new").text
    form = {"name": "Family", "opens": f"listing:{oolong.id}", "channel": "mail", "days": "7", "seats": "5"}

    made = browser.post("/c/tea/links", data=form | {"invites": "y"})

    link = db.session.scalars(select(GroupLink)).one()
    assert made.location == f"/c/tea/links/{link.token}"
    assert (link.opens, link.opens_id, link.channel, link.seats.size) == ("listing", oolong.id, "mail", 5)
    assert not link.invites
    page = browser.get(made.location).text
    assert f'value="http://127.0.0.1:8000/g/{link.token}"' in page
    assert "Opens Rock oolong" in page
    assert "Family" in browser.get("/c/tea/links").text


def test_a_forged_target_is_refused(tea: Community, bo: Person, as_: SignIn):
    form = {"name": "Forged", "opens": "listing:999", "channel": "mail"}

    assert as_(bo).post("/c/tea/links", data=form).status_code == 422


def test_others_do_not_see_or_end_my_link(
    db: SQLAlchemy, tea: Community, lin: Person, bo: Person, ana: Person, as_: SignIn, link: GroupLink
):
    address = f"/c/tea/links/{link.token}"

    assert as_(bo).get(address).status_code == 404
    assert as_(bo).post(f"{address}/end").status_code == 404
    assert as_(ana).get(address).status_code == 403
    assert as_(lin).post(f"{address}/end").status_code == 303
    db.session.refresh(link)
    assert not link.is_live


def test_code_and_poster_are_pictures_of_the_link(db: SQLAlchemy, link: GroupLink, as_: SignIn):
    code = as_(None).get(f"/g/{link.token}/qr.svg")
    poster = as_(None).get(f"/g/{link.token}/poster.png")
    again = as_(None).get(f"/g/{link.token}/poster.png", headers={"If-None-Match": poster.headers["ETag"]})

    assert code.mimetype == "image/svg+xml"
    assert poster.data.startswith(b"\x89PNG")
    assert again.status_code == 304
    assert as_(None).get("/g/forged/poster.png").status_code == 404
    assert visits(db) == 0


def test_my_links_cost_the_same_for_one_and_for_three(
    app: Flask, db: SQLAlchemy, tea: Community, bo: Person, as_: SignIn
):
    browser = as_(bo)
    GroupLink.make(tea, bo, "One")
    db.session.commit()
    with count_sql(app) as for_one:
        browser.get("/c/tea/links")
    for name in ("Two", "Three"):
        GroupLink.make(tea, bo, name)
    db.session.commit()

    with count_sql(app) as for_three:
        assert "Three" in browser.get("/c/tea/links").text

    assert len(for_three) == len(for_one)


def marks(browser: FlaskClient) -> dict[str, object]:
    with browser.session_transaction() as kept:
        return {name: value for name, value in kept["visit"].items() if name != "at"}


def visits(db: SQLAlchemy) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Visit))
