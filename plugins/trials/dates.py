"""What stands in the managers' calendar: from the opening to the last application, then until the reports are due."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select

from plugins.trials.batches import PUBLIC, TrialBatch
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening


def running_in(community: Community, since: datetime, until: datetime) -> list[Happening]:
    """Nothing of it sells: it is given away."""
    found = db.session.scalars(
        select(TrialBatch).where(
            TrialBatch.community_id == community.id,
            TrialBatch.state.in_(PUBLIC),
            TrialBatch.opened_at < until,
            TrialBatch.opened_at > since - timedelta(days=180),
        )
    ).all()
    return [_told(batch, community) for batch in found if batch.opened_at and _end(batch) > since]


def _end(batch: TrialBatch) -> datetime:
    ends = batch.apply_until or batch.made_at
    return (batch.drawn_at or ends) + timedelta(days=batch.report_days) if batch.state == "running" else ends


def _told(batch: TrialBatch, community: Community) -> Happening:
    return Happening(
        title=batch.title,
        url=url_for("trials_batches.show", community=community.slug, batch_id=batch.id),
        starts=batch.opened_at or batch.made_at,
        ends=_end(batch),
        products=(batch.product_id,),
        sells=False,
    )
