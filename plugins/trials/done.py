"""What people did here: trials that they applied for, and reports that they sent."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.reports import TrialReport
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed


def done_in(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """An application counts, whether or not somebody was lucky."""
    applied = db.session.execute(
        select(TrialApplication.person_id, func.count(), func.max(TrialApplication.at))
        .join(TrialBatch, TrialBatch.id == TrialApplication.batch_id)
        .where(TrialBatch.community_id == community.id, TrialApplication.person_id.in_(people))
        .where(TrialApplication.at >= since)
        .group_by(TrialApplication.person_id)
    )
    reported = db.session.execute(
        select(TrialReport.person_id, func.count(), func.max(TrialReport.at))
        .where(TrialReport.community_id == community.id, TrialReport.person_id.in_(people))
        .where(TrialReport.at >= since)
        .group_by(TrialReport.person_id)
    )
    return [
        *(Deed(int(who or 0), "took", _("applications for trials"), n, last) for who, n, last in applied),
        *(Deed(int(who or 0), "word", _("reports of trials"), n, last) for who, n, last in reported),
    ]
