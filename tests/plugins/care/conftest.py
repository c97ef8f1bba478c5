"""A community with care on; Owner runs it, Ana, Bo and Cy have been members for a year."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from shop.clock import now
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.events import record
from shop.jobs import run_until_idle
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods


@dataclass(frozen=True)
class Group:
    """Who takes part."""

    app: Flask
    community: Community
    owner: Person
    ana: Person
    bo: Person
    cy: Person

    @property
    def url(self) -> str:
        return f"/c/{self.community.slug}/x/care"

    def member(self, name: str, days: float = 365) -> Person:
        somebody = goods.person(name)
        seat = self.community.join(somebody, accepts_rules=True)
        seat.at -= timedelta(days=days)
        shop_db.session.flush()
        return somebody

    def tell(self, name: str, **told: Any) -> None:
        """What another plugin tells."""
        record(name, self.community.id, **told)

    def work(self, **later: float) -> None:
        """The worker does what is due, now or later."""
        shop_db.session.commit()
        with time_machine.travel(now() + timedelta(**later), tick=True):
            run_until_idle(self.app)
        shop_db.session.expire_all()

    def mails(self, to: str) -> list[str]:
        outbox = getattr(self.app.extensions["mailman"], "outbox", [])
        return [mail.subject for mail in outbox if mail.to == [f"{to.lower()}@example.com"]]

    def names(self) -> set[str]:
        """Who is a member now."""
        people = (self.owner, self.ana, self.bo, self.cy)
        return {p.name for p in people if self.community.role_of(p) is not None}


def gather(app: Flask) -> Group:
    owner = goods.person("Owner")
    community = goods.community(owner)
    for name in ("care", "reviews", "feedback"):
        switch(community.id, name, True, owner.id)
    people = []
    for name in ("Ana", "Bo", "Cy"):
        somebody = goods.person(name)
        community.join(somebody, accepts_rules=True).at -= timedelta(days=365)
        people.append(somebody)
    shop_db.session.commit()
    return Group(app, community, owner, *people)


@pytest.fixture
def group(app: Flask, db: SQLAlchemy) -> Group:
    return gather(app)


@pytest.fixture
def as_(client: FlaskClient):
    return lambda somebody: goods.signed_in(client, somebody)
