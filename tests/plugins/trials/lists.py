"""The lists of the trials plugin, for tests/test_lists.py."""

from sqlalchemy import select

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.reports import TrialReport
from shop.clock import now
from shop.db import db
from shop.limits import Limit
from shop.switches import switch
from tests.support.lists import List, Place
from tests.support.people import make_person


def batch(place: Place) -> str:
    made(place, place.name)
    return place.name


def made(place: Place, title: str) -> TrialBatch:
    stall = place.stall
    switch(stall.community.id, "trials", True, place.person.id)
    batch = TrialBatch(
        community=stall.community, merchant=stall.merchant, product=stall.product, title=title, currency="CNY",
        limit=Limit.of(3, "trial"),
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    batch.move("review")
    batch.open(place.person)
    return batch


def own(place: Place) -> str:
    db.session.add(TrialApplication(batch=made(place, place.name), person_id=place.person.id))
    return place.name


def applicant(place: Place) -> str:
    """All of one batch, which is number 1."""
    first = db.session.scalars(select(TrialBatch).order_by(TrialBatch.id)).first() or made(place, "Cups")
    who = make_person(place.name)
    db.session.add(
        TrialApplication(batch=first, person_id=who.id, state="confirmed", address={"name": place.name})
    )
    return place.name


def reported(place: Place) -> str:
    first = db.session.scalars(select(TrialBatch).order_by(TrialBatch.id)).first() or made(place, "Cups")
    each = TrialApplication(batch=first, state="reported", received_at=now())
    db.session.add(each)
    db.session.flush()
    db.session.add(
        TrialReport(
            application=each, batch_id=first.id, community_id=first.community_id, product_id=first.product_id,
            text=place.name,
        )
    )  # fmt: skip
    return place.name


LISTS = {
    "trials_batches.index": List(batch),
    "trials_batches.show": List(reported),
    "trials_desk.index": List(batch),
    "trials_own.index": List(own),
    "trials_reviews.index": List(batch),
    "trials_reviews.show": List(applicant, newest_first=False),
    "trials_sending.index": List(applicant, newest_first=False),
}
