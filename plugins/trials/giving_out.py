"""What trials know of a person: given out when asked, forgotten when asked."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialChange
from plugins.trials.reports import TrialReport
from plugins.trials.selecting import withdraw
from shop.communities.models import Community
from shop.db import db
from shop.leftovers import leave
from shop.people.models import Person
from shop.pictures import StoredPicture

OPEN = ("applied", "waiting", "offered", "confirmed")


def export(person: Person) -> dict[str, Any]:
    """Applications and reports, as plain values."""
    applied = select(TrialApplication).where(TrialApplication.person_id == person.id)
    told = select(TrialReport).where(TrialReport.person_id == person.id)
    return {
        "applications": [
            {
                "trial": each.batch.title,
                "reason": each.reason,
                "answers": dict(zip(each.batch.questions, each.answers, strict=False)),
                "ticket": each.ticket,
                "state": each.state,
                "address": each.address,
                "at": each.at.isoformat(),
            }
            for each in db.session.scalars(
                applied.order_by(TrialApplication.id).options(joinedload(TrialApplication.batch))
            )
        ],
        "reports": [
            {
                "trial": each.batch.title,
                "text": each.text,
                "pictures": [picture["key"] for picture in each.pictures],
                "at": each.at.isoformat(),
            }
            for each in db.session.scalars(
                told.order_by(TrialReport.id).options(joinedload(TrialReport.batch))
            )
        ],
    }


def erase(person: Person) -> None:
    """Units that were kept go to whoever waits; what was given and drawn stays as numbers, without words or name."""
    mine = select(TrialApplication).where(TrialApplication.person_id == person.id)
    for each in db.session.scalars(mine).all():
        if each.state in OPEN:
            withdraw(each)
        each.reason, each.answers, each.address, each.person_id = "", [], {}, None
        each.carrier, each.tracking = "", ""
    told = select(TrialReport).where(TrialReport.person_id == person.id)
    for report in db.session.scalars(told).all():
        leave([StoredPicture(**picture) for picture in report.pictures])
        report.text, report.pictures, report.person_id = "", [], None
        db.session.get_one(Community, report.community_id).touch()
    for table, column in (
        (TrialApplication, TrialApplication.chosen_by_id),
        (TrialChange, TrialChange.by_id),
    ):
        db.session.execute(update(table).where(column == person.id).values({column.key: None}))
    db.session.flush()
