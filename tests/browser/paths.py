"""Where a walk can go: every address of the demo that a link leads to, found by following, and who may stand there.

A page of a plugin needs no line here: it is found where its links are. `UNLINKED` names what no link leads to, and why.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.db import db
from shop.jobs import run_until_idle
from shop.listings.models import Listing, Offer
from shop.people.models import Person
from tests.support.people import sign_in

# Who walks, in the order in which a page is theirs: a member of the community, its owner, the merchants, the operator,
# and at last a visitor, who alone sees how one signs in.
WALKERS = ("jiangwan", "xiaoman", "luming", "shiyan", "nora", "xiaolu", "musheng", "keeper", None)
STARTS = (
    "/",
    "/c/tea",
    "/c/trail",
    "/c/parents",
    "/communities",
    "/me",
    "/orders",
    "/desk",
    "/admin/plugins/",
    "/style",
)
# So many addresses of one page are tried by each who walks; the first that answers is the page's place.
TRIES = 4
# What a link, or a script that fills in a place of the page, asks for.
LINK = re.compile(r"""(?:<a [^>]*?href|data-ads-fill)="([^"#]+)""")
ADDRESS = {
    "name": "江晚",
    "phone": "13800138000",
    "country": "CN",
    "province": "浙江省",
    "city": "杭州市",
    "street": "龙井路 1 号",
}
TEA_FILE = Path(__file__).parent.parent / "data" / "shopify-tea.csv"

UNLINKED = {
    "care.show_ticket": "a way back that a mail leads to, for one person",
    "ads.see": "a picture of one dot",
    "affiliate_admin.show_report": "is there once a partner sent a report: tests/plugins/affiliate looks at it",
    "affiliate_programmes.edit": "is there once a merchant has a programme: tests/plugins/affiliate looks at it",
    "affiliate_programmes.export": "is there once a merchant has a programme: tests/plugins/affiliate looks at it",
    "affiliate_programmes.show": "is there once a merchant has a programme: tests/plugins/affiliate looks at it",
    "affiliate_programmes.show_report": "is there once a merchant has a programme: tests/plugins/affiliate looks at it",
    "assets": "a file",
    "communities.poster": "a picture",
    "communities.qr": "a picture",
    "coupons_counter.worker": "for scripts",
    "coupons_wallet.picture": "a picture",
    "coupons_wallet.state": "for scripts",
    "crowdfunding_desk.edit": "is there while a campaign is a draft: tests/plugins/crowdfunding looks at it",
    "demopay.show": "the provider sends people there: tests/journeys looks at it",
    "favicon": "a file",
    "files.show": "a file",
    "group_links.follow": "what a group link opens with; it leads on",
    "group_links.qr": "a picture",
    "health.show": "for machines",
    "life.show": "for machines",
    "metrics.index": "for machines",
    "readiness.show": "for machines",
    "imports.show_progress": "for scripts",
    "listings.qr": "a picture",
    "mails.show": "is there once a mail was written into the folder: tests/test_mailed.py looks at it",
    "mails.show_html": "is there once a mail was written into the folder: tests/test_mailed.py looks at it",
    "offline.manifest": "for phones",
    "offline.show": "shown by the worker without a network: tests/browser/test_offline.py looks at it",
    "offline.worker": "for scripts",
    "naming_desk.edit": "is there while a round is a draft: tests/plugins/naming looks at it",
    "orders.lead_to_cart": "leads on to the cart",
    "orders.private_link": "stands in a mail",
    "orders.state": "for scripts",
    "payouts.export": "a file, once somebody was paid out",
    "payouts.show": "is there once somebody can be paid out: tests/ledger/test_payouts.py looks at it",
    "people.new_code": "stands between two steps: tests/people/test_codes.py looks at it",
    "reviews_writing.edit": "is there for who wrote a review: tests/plugins/reviews looks at it",
    "static": "a file",
    "stripe.index": "is there where Stripe is configured: tests/plugins/stripe looks at it",
    "trials_desk.edit": "is there while a trial is a draft: tests/plugins/trials looks at it",
    "trials_reports.new": "is there while a report is due: tests/plugins/trials looks at it",
    "wechatpay.authorize": "the provider sends people there",
    "wechatpay.identify": "the provider sends people there",
}


@dataclass(frozen=True)
class Spot:
    """An address of the demo, and the cookie of the person who may open it."""

    path: str
    cookie: str | None


@dataclass
class Map:
    """What the walkers found: a spot for every page, and the links that lead nowhere."""

    spots: dict[str, Spot] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)  # endpoints that answered with a file or led on
    dead: list[str] = field(default_factory=list)


def draw(app: Flask) -> Map:
    """Let everybody follow the links of the demo, and tell what is where."""
    found = Map()
    with app.app_context():
        starts = (*STARTS, *_what_visitors_bring(app))
        for walker in WALKERS:
            client = app.test_client()
            if walker is not None:
                sign_in(client, _person(walker))
                db.session.commit()
            cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
            _follow(app, client, cookie and cookie.value, starts, found)
    found.others -= found.spots.keys()
    return found


def pages_of(app: Flask) -> set[str]:
    """Every endpoint that answers a GET, apart from the folders of templates."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("t_")
    }


def _follow(app: Flask, client: FlaskClient, cookie: str | None, starts: tuple[str, ...], found: Map) -> None:
    queue = deque((start, "the start") for start in starts)
    seen: set[str] = set()
    visits: dict[str, int] = {}
    while queue:
        path, origin = queue.popleft()
        endpoint = _endpoint(app, path)
        if path in seen or endpoint is None:
            continue
        seen.add(path)
        visits[endpoint] = visits.get(endpoint, 0) + 1
        if visits[endpoint] > TRIES:
            continue
        answer = client.get(path)
        if answer.status_code >= 400 and origin != "the start":
            found.dead.append(f"{path} ({answer.status_code}) on {origin}")
        elif answer.status_code == 200 and answer.mimetype == "text/html":
            if "<html" in answer.text:
                found.spots.setdefault(endpoint, Spot(path, cookie))
            else:  # a piece of a page
                found.others.add(endpoint)
            queue.extend((link, path) for link in _links(path, answer))
        else:
            found.others.add(endpoint)
            queue.extend((link, path) for link in _ours(path, answer.location or ""))


def _links(path: str, answer: TestResponse) -> Iterator[str]:
    for link in LINK.findall(answer.text):
        yield from _ours(path, unescape(link))


def _ours(path: str, link: str) -> Iterator[str]:
    """Where a link of a page leads, unless it leads out of the shop or only to another language."""
    there = urlsplit(urljoin(f"http://localhost{path}", link))
    if link and there.netloc == "localhost" and "lang=" not in there.query:
        yield there.path + (f"?{there.query}" if there.query else "")


def _endpoint(app: Flask, path: str) -> str | None:
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path.partition("?")[0], method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return str(endpoint)


def _what_visitors_bring(app: Flask) -> tuple[str, ...]:
    """Add to the demo what only its visitors bring, and tell the addresses that stand in mails."""
    member, seller = _person("jiangwan"), _person("luming")
    offer = db.session.scalars(
        select(Offer)
        .join(Listing)
        .join(Community)
        .where(Community.slug == "tea", Offer.plugin == "mall", Offer.ended_at.is_(None))
    ).first()
    asked = {"offer": offer.id, "variant": offer.listing.product.variants[0].id, "quantity": 1}
    invitation = offer.listing.product.merchant.invite(member.email, "counter", seller)
    db.session.add(GroupLink(name="For friends", community=offer.listing.community, sharer=member))
    addresses = (
        f"/recovery/{generate_reset_password_token(member)}",
        f"/desk/invitations/{invitation.token}",
    )
    buyer, desk = app.test_client(), app.test_client()
    sign_in(buyer, member)
    sign_in(desk, seller)
    db.session.commit()
    buyer.post("/c/tea/x/mall/lines", data=asked)
    buyer.post("/me/x/mall/addresses", data=ADDRESS)
    with TEA_FILE.open("rb") as file:
        desk.post("/desk/qingya/imports", data={"file": (file, TEA_FILE.name)})
    run_until_idle(app)
    return addresses


def _person(key: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{key}@demo.example")).one()
