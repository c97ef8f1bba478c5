"""Showing: trials that run and reports that were written, on the shelf and on the product's page."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.eligibility import judge
from plugins.trials.reports import TrialReport
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Piece
from shop.listings.models import Listing
from shop.people.models import Person

NEWEST = 3


def open_trial(listings: Sequence[Listing], community: Community) -> list[Piece]:
    """Below the price: a trial that takes applications."""
    products = [each.product_id for each in listings]
    runs = select(TrialBatch).where(
        TrialBatch.product_id.in_(products),
        TrialBatch.community_id == community.id,
        TrialBatch.state == "open",
    )
    found = db.session.scalars(runs.order_by(TrialBatch.id)).all()
    return [Piece("trials/_open.html", {"batch": each}, 50) for each in found]


def reports_of(listings: Sequence[Listing], community: Community) -> list[Piece]:
    """Below the story: the newest reports, each with the label that it was free."""
    products = [each.product_id for each in listings]
    told = (
        select(TrialReport)
        .where(TrialReport.product_id.in_(products), TrialReport.community_id == community.id)
        .options(joinedload(TrialReport.person), joinedload(TrialReport.batch))
        .order_by(TrialReport.id.desc())
        .limit(NEWEST)
    )
    reports = db.session.scalars(told).all()
    return [Piece("trials/_reports.html", {"reports": reports}, 60)] if reports else []


def on_shelf(community: Community) -> list[Piece]:
    """Above the tiles: trials that take applications."""
    runs = select(TrialBatch).where(TrialBatch.community_id == community.id, TrialBatch.state == "open")
    batches = db.session.scalars(runs.order_by(TrialBatch.id).limit(3)).all()
    return [Piece("trials/_shelf.html", {"batches": batches}, 50)] if batches else []


def next_for(person: Person | None, community: Community) -> list[Piece]:
    """A trial for which somebody may apply, and has not; only what they meet is offered."""
    if person is None:
        return []
    mine = select(TrialApplication.batch_id).where(TrialApplication.person_id == person.id)
    runs = select(TrialBatch).where(
        TrialBatch.community_id == community.id, TrialBatch.state == "open", TrialBatch.id.not_in(mine)
    )
    for batch in db.session.scalars(runs.order_by(TrialBatch.apply_until, TrialBatch.id).limit(NEWEST)):
        if batch.takes_applications and all(rule.met is not False for rule in judge(batch, person)):
            return [Piece("trials/_next.html", {"batch": batch}, 20)]
    return []
