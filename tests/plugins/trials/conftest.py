"""A trial of cups in a community: two units, by draw, open; members who were there for a long time."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.reporting import report
from plugins.trials.reports import TrialReport
from plugins.trials.selecting import apply, close, confirm, receive
from shop.clock import now
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.limits import Limit
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods

ADDRESS = {"name": "Ana", "phone": "1", "city": "Hangzhou", "street": "1 Tea Street", "postcode": ""}


@dataclass(frozen=True)
class Bench:
    """Who takes part, and the batch."""

    app: Flask
    owner: Person
    seller: Person
    community: Community
    merchant: Merchant
    listing: Listing
    batch: TrialBatch

    @property
    def url(self) -> str:
        return f"/c/{self.community.slug}/x/trials/batches/{self.batch.id}"

    @property
    def reviews(self) -> str:
        return f"/c/{self.community.slug}/x/trials/reviews/{self.batch.id}"

    @property
    def desk(self) -> str:
        return f"/desk/{self.merchant.slug}/x/trials/batches/{self.batch.id}"

    @property
    def page(self) -> str:
        return f"/c/{self.community.slug}/p/{self.listing.id}"

    def member(self, name: str, days: int = 100) -> Person:
        """A member for so many days."""
        known = goods.person(name)
        seat = self.community.join(known, accepts_rules=True)
        seat.at -= timedelta(days=days)
        shop_db.session.flush()
        return known

    def applies(self, name: str, days: int = 100) -> TrialApplication:
        """A new member who applies."""
        return apply(self.batch, self.member(name, days), f"{name} would like to.", [])

    def close(self) -> None:
        """The time for applications is over."""
        close(self.batch)
        shop_db.session.flush()

    def reported(
        self, each: TrialApplication, text: str = "It leaks a little, and I like it."
    ) -> TrialReport:
        """Confirmed, sent, received and reported."""
        self.received(each)
        return report(each, text, [])

    def received(self, each: TrialApplication) -> None:
        confirm(each, {**ADDRESS, "street": f"{each.id} Tea Street"})
        each.move("shipped", carrier="SF", shipped_at=now())
        receive(each)

    def work(self, **later: float) -> None:
        """The worker does what is due, now or later."""
        shop_db.session.commit()
        with time_machine.travel(now() + timedelta(**later), tick=True):
            run_until_idle(self.app)
        shop_db.session.expire_all()

    def states(self) -> dict[str, str]:
        """Name -> state of each application."""
        every = shop_db.session.query(TrialApplication).order_by(TrialApplication.id)
        return {each.person.name if each.person else "-": each.state for each in every}

    def mails(self, to: str) -> list[str]:
        outbox = getattr(self.app.extensions["mailman"], "outbox", [])
        return [mail.subject for mail in outbox if mail.to == [f"{to.lower()}@example.com"]]


def open_bench(app: Flask, *, opened: bool = True, units: int = 2, **values: object) -> Bench:
    """The batch, open or still a draft; `values` are its own columns."""
    owner, seller = goods.person("Owner"), goods.person("Seller")
    community, merchant = goods.community(owner), goods.merchant(seller)
    switch(community.id, "trials", True, owner.id)
    listing = goods.listing(goods.product(merchant, "Cup"), community, owner)
    told = {
        "title": "Two cups to try",
        "text": "Drink.",
        "worth": 3900,
        "least_letters": 10,
        "least_pictures": 0,
    }
    batch = TrialBatch(
        community=community, merchant=merchant, product=listing.product, currency="CNY",
        limit=Limit.of(units, "trial"), **(told | values),
    )  # fmt: skip
    shop_db.session.add(batch)
    shop_db.session.flush()
    if opened:
        batch.move("review", seller)
        batch.open(owner)
    shop_db.session.commit()
    return Bench(app, owner, seller, community, merchant, listing, batch)


@pytest.fixture
def bench(app: Flask, db: SQLAlchemy) -> Bench:
    return open_bench(app)
