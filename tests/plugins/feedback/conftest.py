"""A stall in a community with feedback on; Ana and Bo are members, Owner manages, Seller sells."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from plugins.feedback.following import file
from plugins.feedback.tickets import Ticket
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.events import record
from shop.jobs import run_until_idle
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods
from tests.support.people import sign_in

NASTY = (
    "<script>alert(1)</script>",
    "\"'><svg/onload=alert(3)>",
    "</textarea><img src=x onerror=alert(2)>",
    "{{ 7*7 }}</title>",
)
FORMULA = '=HYPERLINK("http://evil.example")'


@dataclass(frozen=True)
class Table:
    """Who and what takes part."""

    app: Flask
    community: Community
    merchant: Merchant
    listing: Listing
    owner: Person
    seller: Person
    ana: Person
    bo: Person

    @property
    def url(self) -> str:
        return f"/c/{self.community.slug}/x/feedback"

    @property
    def page(self) -> str:
        """The product's own page."""
        return f"/c/{self.community.slug}/p/{self.listing.id}"

    @property
    def desk(self) -> str:
        return f"/desk/{self.merchant.slug}/x/feedback"

    def say(self, title: str = "Smaller tins", by: Person | None = None, **told: Any) -> Ticket:
        """An idea on the product, or on the community with `product=None`."""
        product = told.pop("product", self.listing.product)
        kind, text = told.get("kind", "idea"), told.get("text", "Please.")
        ticket = file(self.community, product, by or self.ana, kind, title, text)
        shop_db.session.flush()
        return ticket

    def tell_trial(self, person: Person, report: int = 7, title: str = "Two weeks of tea") -> None:
        """What the plugin that runs trials tells."""
        told = {"person": person.id, "product": self.listing.product_id, "report": report, "title": title}
        record("trials.reported", self.community.id, path=f"/c/tea/x/trials/1#report-{report}", **told)

    def tell_round(self, namer: Person | None, *voters: Person, title: str = "A name for it") -> None:
        """What the plugin that runs naming rounds tells."""
        record(
            "naming.closed", self.community.id, round=3, product=self.listing.product_id, title=title,
            path="/c/tea/x/naming/rounds/3", name="Moon", namer=namer.id if namer else None,
            voters=[each.id for each in voters],
        )  # fmt: skip

    def work(self) -> None:
        shop_db.session.commit()
        run_until_idle(self.app)
        shop_db.session.expire_all()

    def mails(self) -> list[tuple[str, str]]:
        """To whom, and the subject."""
        return sorted((m.to[0].split("@")[0], m.subject) for m in self.app.extensions["mailman"].outbox)

    def as_(self, client: FlaskClient, person: Person) -> FlaskClient:
        sign_in(client, person)
        return client


def lay_table(app: Flask) -> Table:
    owner, seller = goods.person("Owner"), goods.person("Seller")
    community, merchant = goods.community(owner), goods.merchant(seller)
    switch(community.id, "feedback", True, owner.id)
    listing = goods.listing(goods.product(merchant, "Oolong"), community, owner)
    people = [goods.person("Ana"), goods.person("Bo")]
    for each in people:
        community.join(each, accepts_rules=True)
    shop_db.session.commit()
    return Table(app, community, merchant, listing, owner, seller, *people)


@pytest.fixture
def table(app: Flask, db: SQLAlchemy) -> Table:
    return lay_table(app)
