"""A group with pulse on, at noon of a day in May where it lives: Owner runs it, Ana, Bo and Cy are members."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from plugins.pulse.counting import count_due
from plugins.pulse.models import PulseCount, PulseDay
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.events import record
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)  # twelve o'clock in Shanghai
TODAY = date(2026, 5, 20)


@dataclass(frozen=True)
class Group:
    """Who is there, and what they do."""

    app: Flask
    community: Community
    owner: Person
    ana: Person
    bo: Person
    cy: Person
    clock: Any

    @property
    def url(self) -> str:
        return f"/c/{self.community.slug}/x/pulse"

    def at(self, text: str) -> None:
        """The time is now, in UTC."""
        self.clock.move_to(datetime.fromisoformat(text).replace(tzinfo=UTC))

    def tell(self, name: str, **told: Any) -> None:
        record(name, self.community.id, **told)

    def wrote(self, by: Person, review: int, voices: int = 0) -> None:
        self.tell("reviews.published", person=by.id, product=1, review=review)
        if voices:
            self.tell("reviews.voted", review=review, voices=voices)

    def count(self) -> None:
        """As the worker does, an hour later."""
        shop_db.session.query(PulseCount).delete()
        shop_db.session.commit()
        count_due()
        shop_db.session.expire_all()

    def days(self, metric: str) -> dict[str, int]:
        """What was counted, the days with nothing left out."""
        rows = shop_db.session.query(PulseDay).filter_by(metric=metric, community_id=self.community.id)
        return {str(row.day): row.value for row in rows.order_by(PulseDay.day) if row.value}


@pytest.fixture
def group(app: Flask, db: SQLAlchemy) -> Iterator[Group]:
    with time_machine.travel(datetime(2026, 4, 1, 4, tzinfo=UTC), tick=False) as clock:
        owner = goods.person("Owner")
        community = goods.community(owner)
        switch(community.id, "pulse", True, owner.id)
        people = [goods.person(name) for name in ("Ana", "Bo", "Cy")]
        for each in people:
            community.join(each, accepts_rules=True)
        shop_db.session.commit()
        clock.move_to(NOON)
        yield Group(app, community, owner, *people, clock)
