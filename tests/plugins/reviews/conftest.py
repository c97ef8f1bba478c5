"""A stall whose oolong was bought by Ana, who has it; and Bo, who has reported a trial."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from plugins.reviews.models import Review
from plugins.reviews.rights import right_of
from plugins.reviews.sums import Ratings, ratings_of
from shop.db import db as shop_db
from shop.events import record
from shop.jobs import run_until_idle
from shop.orders.models import Order
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods
from tests.support.people import make_person, sign_in
from tests.support.sales import Stall, open_stall, order_from, pay

# Every text that people write goes through these, on every page, mail and file.
NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"'><svg/onload=alert(3)>",
    "</textarea><b>x</b>",
    "{{ 7*7 }}</script>",
)
FORMULA = '=HYPERLINK("http://evil.example")'


@dataclass(frozen=True)
class Table:
    """Who and what takes part."""

    app: Flask
    stall: Stall
    ana: Person
    bo: Person

    @property
    def url(self) -> str:
        return f"/c/{self.stall.community.slug}/x/reviews"

    @property
    def page(self) -> str:
        """The product's own page."""
        return f"/c/{self.stall.community.slug}/p/1"

    @property
    def of_product(self) -> str:
        return f"{self.url}/products/{self.stall.product.id}"

    @property
    def desk(self) -> str:
        return f"/desk/{self.stall.merchant.slug}/x/reviews"

    @property
    def ratings(self) -> Ratings:
        shop_db.session.flush()
        product = self.stall.product.id
        return ratings_of(self.stall.community.id, [product]).get(product, Ratings())

    @property
    def seller(self) -> Person:
        return shop_db.session.query(Person).filter_by(email="seller@example.com").one()

    def buyer(self, name: str, *, received: bool = True) -> Person:
        """Somebody who has bought one."""
        person = make_person(name, f"{name.lower()}@example.com")
        bought(self.stall, person, received=received)
        return person

    def write(self, by: Person, stars: int = 5, text: str = "Floral.", origin: str = "purchase") -> Review:
        with self.app.test_request_context():
            right = right_of(by, self.stall.community, self.stall.product, origin)
        review = Review.write(right, by, stars, text)
        shop_db.session.commit()
        return review

    def report_trial(self, person: Person, report: int = 7) -> None:
        """What the plugin that runs trials tells."""
        record(
            "trials.reported",
            self.stall.community.id,
            person=person.id,
            product=self.stall.product.id,
            report=report,
            title="A trial",
            path=f"/c/tea/x/trials/reports/{report}",
        )
        self.work()

    def work(self) -> None:
        shop_db.session.commit()
        run_until_idle(self.app)
        shop_db.session.expire_all()

    def mails(self) -> list[Any]:
        """What was sent."""
        return list(self.app.extensions["mailman"].outbox)

    def subjects(self) -> list[str]:
        """The subjects of the mails that reviews sent; the seller's of orders are left out."""
        return [m.subject for m in self.mails() if "review" in m.subject or "How is" in m.subject]

    def as_(self, client: FlaskClient, person: Person) -> FlaskClient:
        sign_in(client, person)
        return client


def bought(stall: Stall, person: Person, *, received: bool = True) -> Order:
    """An order of this person, paid, sent and received."""
    order = order_from(stall, buyer=person)
    pay(order)
    if received:
        order.ship("SF", "SF1", stall.owner)
        order.receive(person)
        record("order.received", order.community_id, order=order.number)
    shop_db.session.commit()
    return order


def lay_table(app: Flask) -> Table:
    stall = open_stall(stock=100)
    switch(stall.community.id, "reviews", True, stall.owner.id)
    shop_db.session.commit()
    table = Table(app, stall, goods.person("Ana"), goods.person("Bo"))
    bought(stall, table.ana)
    return table


@pytest.fixture
def table(app: Flask, db: SQLAlchemy) -> Table:
    return lay_table(app)
