"""Reporting: the one place where a report is made."""

from collections.abc import Sequence
from dataclasses import asdict
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext

from plugins.trials.applications import TrialApplication
from plugins.trials.reports import TrialReport
from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.events import record
from shop.letters import address_of
from shop.pictures import StoredPicture

MOST_PICTURES = 6


def check(application: TrialApplication, text: str, pictures: int) -> None:
    """What a report must contain; whether it praises is not looked at."""
    batch = application.batch
    if len(text) < batch.least_letters:
        raise NotValid(
            ngettext(
                "At least %(num)s letter, please.", "At least %(num)s letters, please.", batch.least_letters
            ),
            field="text",
        )
    if pictures < batch.least_pictures:
        raise NotValid(
            ngettext(
                "At least %(num)s picture, please.",
                "At least %(num)s pictures, please.",
                batch.least_pictures,
            ),
            field="pictures",
        )
    if pictures > MOST_PICTURES:
        raise NotValid(_("At most %(most)s pictures.", most=MOST_PICTURES), field="pictures")


def report(application: TrialApplication, text: str, pictures: Sequence[StoredPicture]) -> TrialReport:
    """Tell how it was, once; late is better than never, and is said."""
    check(application, text, len(pictures))
    batch, late = application.batch, application.is_overdue
    application.move("reported")
    made = TrialReport(
        application=application,
        batch_id=batch.id,
        community_id=batch.community_id,
        product_id=batch.product_id,
        person_id=application.person_id,
        text=text,
        pictures=[asdict(each) for each in pictures],
        is_late=late,
        at=now(),
    )
    db.session.add(made)
    db.session.flush()
    batch.community.touch()
    page = address_of("trials_batches.show", community=batch.community.slug, batch_id=batch.id)
    record(
        "trials.reported",
        batch.community_id,
        person=application.person_id,
        product=batch.product_id,
        report=made.id,
        title=batch.title,
        path=urlsplit(page).path + f"#report-{made.id}",
    )
    return made
