"""A shop with a catalogue, and the requests that people make of it."""

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from plugins.mall.choosing import write_choice
from shop.app import create_app
from shop.catalog.models import Product
from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.db import db, writing
from shop.hooks import door
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.migrating import upgrade_all
from shop.people.models import Person
from shop.switches import switch

LISTINGS = 96
KEY = "a key for measuring, and long enough"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Stall:
    """The addresses of the bench's shop."""

    app: Flask
    shelf: str
    listing: str
    link: str
    mall: str
    lines: list[str]
    # What a signed-in person's browser sends.
    member: str


def open_stall(folder: Path, url: str | None = None, plugins: Collection[str] | None = None) -> Stall:
    """A shop in `folder` with 96 products on one shelf; every bundled plugin is switched on, or only these."""
    settings: dict[str, Any] = {
        "ENV": "test",
        "SECRET_KEY": "a key for measuring, and long enough",
        "INSTANCE": str(folder),
    }
    if url:
        settings["DATABASE_URL"] = url
    app = create_app(settings | {"LOCK_SECONDS": 30, "HOOK_BUDGET_MS": 10_000})
    upgrade_all(app)
    with app.test_request_context(), writing():
        owner = Person(name="Lena", email="lena@example.com")
        db.session.add(owner)
        db.session.flush()
        community = Community.open("bench", "Bench", "Everything is measured.", owner)
        merchant = Merchant.open("bench", "Bench goods", "CNY", owner)
        for loaded in door().working():
            wanted = plugins is None or loaded.name in plugins
            if wanted and loaded.manifest and loaded.manifest.level == "community":
                switch(community.id, loaded.name, True, owner.id)
        offers = [_listed(merchant, community, owner, n) for n in range(LISTINGS)]
        link = GroupLink.make(community, owner, "Bench")
        db.session.flush()
        lines = [write_choice(o.id, o.listing.product.variants[0].id, 1) for o in offers]
        here, first = f"/c/{community.slug}", offers[0].listing
        product = f"{here}/p/{first.id}-{first.product.handle}"
        reader: Any = app.session_interface
        session = {"_user_id": owner.get_id(), "_fresh": True, "home": community.slug}
        member = f"{app.config['SESSION_COOKIE_NAME']}={reader.get_signing_serializer(app).dumps(session)}"
        stall = Stall(app, here, product, f"/g/{link.token}", f"{here}/x/mall", lines, member)
        db.session.commit()
    return stall


def _listed(merchant: Merchant, community: Community, owner: Person, n: int) -> Offer:
    product = Product.make(merchant, f"Product number {n}", 1000 + n, stock=1_000_000)
    product.cover = {
        "key": f"pictures/ab/{n:040d}",
        "width": 960,
        "height": 960,
        "colour": "#eeeeee",
        "alt": "",
    }
    db.session.flush()
    listing = Listing.propose(product, community, owner, community_share=500, sharer_share=300)
    db.session.flush()
    listing.accept(owner)
    offer = Offer.make(listing, "mall", "buy", owner)
    db.session.flush()
    return offer


class Visitor:
    """Somebody with cookies who calls the WSGI application itself; the cost of the caller is small and told apart."""

    def __init__(self, app: Flask, cookies: str = "") -> None:
        self.app = app.wsgi_app
        self.cookies = SimpleCookie(cookies)
        self.token = ""

    def environ(self, method: str, path: str, form: dict[str, Any] | None = None) -> dict[str, Any]:
        """A ready request, to be sent once."""
        body = (
            urlencode({**(form or {}), "csrf_token": self.token}, doseq=True).encode()
            if form is not None
            else None
        )
        builder = EnvironBuilder(
            path=path, method=method, data=body, content_type=FORM if form is not None else None,
            headers={"Cookie": "; ".join(f"{m.key}={m.value}" for m in self.cookies.values()), "Accept": "text/html"},
        )  # fmt: skip
        try:
            return builder.get_environ()
        finally:
            builder.close()

    def send(self, environ: dict[str, Any]) -> tuple[int, bytes, str]:
        """Status, body and Location; cookies are kept."""
        body, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        for value in headers.getlist("Set-Cookie"):
            self.cookies.load(value)
        return int(status.split()[0]), b"".join(body), headers.get("Location", "")

    def get(self, path: str) -> tuple[int, bytes, str]:
        answer = self.send(self.environ("GET", path))
        found = re.search(rb'name="csrf_token" value="([^"]+)"', answer[1])
        self.token = found[1].decode() if found else self.token
        return answer


ADDRESS = {
    "name": "Ana", "reach": "ana@example.com", "country": "CN", "province": "Zhejiang", "city": "Hangzhou",
    "district": "Xihu", "street": "1 Tea Street", "phone": "138 0000 0000", "way": "0", "address": "new",
}  # fmt: skip


def checkout(stall: Stall, line: str) -> tuple[Visitor, dict[str, Any]]:
    """The POST of one checkout: the page was opened before, as people do; only the POST is measured."""
    visitor = Visitor(stall.app)
    _status, page, _location = visitor.get(f"{stall.mall}/checkout?{urlencode({'line': line})}")
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page.decode()))
    return visitor, visitor.environ("POST", f"{stall.mall}/checkout", {**fields, **ADDRESS})


def forever(lines: list[str]) -> "itertools.cycle[str]":
    """One line after the other, again and again, so that carts do not all want one product."""
    return itertools.cycle(lines)
