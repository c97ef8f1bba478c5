"""A community with points on; Ana, Bo and Cy are members, Owner runs it."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from plugins.points.gifts import PointsGift
from plugins.points.ledger import ISSUED, PERSON, PointsAccount, move
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.events import record
from shop.jobs import run_until_idle
from shop.limits import Limit
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods
from tests.support.people import sign_in


@dataclass(frozen=True)
class Table:
    """Who and what takes part."""

    app: Flask
    community: Community
    owner: Person
    ana: Person
    bo: Person
    cy: Person

    @property
    def url(self) -> str:
        return f"/c/{self.community.slug}/x/points"

    def tell(self, name: str, **told: Any) -> None:
        """What another plugin tells."""
        record(name, self.community.id, **told)

    def wrote(self, by: Person, review: int, voices: int = 0, title: str = "Oolong") -> None:
        """A review, and how many found it helpful."""
        self.tell(
            "reviews.published", person=by.id, product=1, review=review, origin="purchase", title=title,
            path=f"/c/tea/x/reviews/{review}",
        )  # fmt: skip
        if voices:
            self.tell("reviews.voted", review=review, voices=voices)

    def have(self, person: Person) -> int:
        shop_db.session.expire_all()
        return PointsAccount.of(self.community.id, PERSON, person.id).balance

    def give(self, person: Person, points: int, key: str = "") -> None:
        """Points out of nowhere that any deed could have brought."""
        account = PointsAccount.of(self.community.id, PERSON, person.id)
        issued = PointsAccount.of(self.community.id, ISSUED)
        move(issued, account, points, "review", key=key or f"given:{person.id}:{points}")
        shop_db.session.flush()

    def gift(self, title: str = "A tin", cost: int = 30, many: int = 3, **values: Any) -> PointsGift:
        gift = PointsGift(
            community_id=self.community.id, title=title, cost=cost, limit=Limit.of(many, "gift"), **values
        )
        shop_db.session.add(gift)
        shop_db.session.flush()
        return gift

    def work(self) -> None:
        shop_db.session.commit()
        run_until_idle(self.app)
        shop_db.session.expire_all()

    def as_(self, client: FlaskClient, person: Person) -> FlaskClient:
        sign_in(client, person)
        return client


def lay_table(app: Flask) -> Table:
    owner = goods.person("Owner")
    community = goods.community(owner)
    switch(community.id, "points", True, owner.id)
    people = [goods.person(name) for name in ("Ana", "Bo", "Cy")]
    for each in people:
        community.join(each, accepts_rules=True)
    shop_db.session.commit()
    return Table(app, community, owner, *people)


@pytest.fixture
def table(app: Flask, db: SQLAlchemy) -> Table:
    return lay_table(app)
