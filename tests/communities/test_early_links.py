"""A visitor who opens a link gets the same, whether Flask makes a request of it or not."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from shop.communities.links import GroupLink, Visit
from tests.support import goods
from tests.support.sql import count_sql


@dataclass(frozen=True)
class Told:
    """A link, with nothing that would be read again while somebody else wants to write."""

    id: int
    token: str
    opens_id: int


@pytest.fixture
def link(db):
    """Lin's link to a product of Tea, with a handle that has to be written otherwise in an address."""
    lin = goods.person("Lin")
    tea = goods.community(lin)
    listing = goods.listing(goods.product(goods.merchant(lin), "Oolong 茶"), tea, lin)
    link = GroupLink.make(tea, lin, "Print", opens="listing", opens_id=listing.id)
    db.session.add(link)
    db.session.flush()
    told = Told(link.id, link.token, listing.id)
    db.session.commit()
    return told


def visits(db):
    db.session.rollback()
    found = db.session.scalars(select(Visit).order_by(Visit.id)).all()
    return [(v.link_id, v.community_id, v.person_id, v.is_credited) for v in found]


def opened(app, link, **headers):
    """A new browser opens the link; where it is led, what its session says, and with what headers."""
    client = app.test_client()
    answer = client.get(f"/g/{link.token}", headers={"User-Agent": "Mozilla/5.0 Firefox", **headers})
    with client.session_transaction() as session:
        visit = {k: v for k, v in session.get("visit", {}).items() if k not in ("id", "at")}
    cookie = re.sub("shop=[^;]+", "shop", answer.headers.get("Set-Cookie", ""))
    chance = {
        "Set-Cookie",
        "Content-Length",
        "Content-Type",
        "X-Request-ID",
        "Content-Security-Policy",
        "Vary",
    }
    guards = {k: v for k, v in answer.headers if k not in chance}
    return answer.status_code, answer.headers["Location"], visit, cookie, guards


@pytest.mark.both_engines
def test_a_link_that_is_followed_early_is_followed_as_on_the_whole_way(app, db, link, monkeypatch):
    with count_sql(app) as sql:
        early = opened(app, link)
    monkeypatch.setattr(app.extensions["early"].links, "follow", lambda *_: None)
    whole = opened(app, link)

    assert sql == []
    assert early == whole
    assert visits(db) == [(link.id, 1, None, True)] * 2


@pytest.mark.both_engines
def test_an_ended_link_leads_on_and_credits_nobody(app, db, link):
    db.session.get(GroupLink, link.id).end()
    db.session.commit()

    _status, _location, visit, *_rest = opened(app, link)

    assert visit["credited"] is False
    assert visits(db) == [(link.id, 1, None, False)]


def test_a_withdrawn_listing_leads_to_the_shelf(app, db, link):
    link_to = db.session.get(goods.Listing, link.opens_id)
    link_to.withdraw(db.session.get(goods.Person, 1))
    db.session.commit()

    assert opened(app, link)[1] == "/c/tea"


def test_a_second_tap_a_robot_and_who_only_fetches_ahead_are_no_visits(app, db, link):
    client = app.test_client()
    for _tap in range(2):
        client.get(f"/g/{link.token}", headers={"User-Agent": "Mozilla/5.0 Firefox"})
    opened(app, link, **{"User-Agent": "WhatsApp/2.0"})
    opened(app, link, **{"Sec-Purpose": "prefetch"})

    assert visits(db) == [(link.id, 1, None, True)]


@pytest.mark.settings(TRUSTED_HOSTS="shop.example")
def test_a_host_that_is_not_ours_takes_the_whole_way(app, db, link):
    links = app.extensions["early"].links
    asked = {
        "PATH_INFO": f"/g/{link.token}",
        "wsgi.url_scheme": "http",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
    }

    assert links.follow(asked | {"HTTP_HOST": "evil.example"}, {}) is None
    assert links.follow(asked | {"HTTP_HOST": "shop.example"}, {}).status == "303 SEE OTHER"
