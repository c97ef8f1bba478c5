"""What people did here: coupons that they claimed."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.coupons.claims import Claim
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed


def done_in(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """Whether or not they were used."""
    claimed = db.session.execute(
        select(Claim.person_id, func.count(), func.max(Claim.at))
        .where(Claim.community_id == community.id, Claim.person_id.in_(people), Claim.at >= since)
        .group_by(Claim.person_id)
    )
    return [Deed(int(who or 0), "took", _("claimed coupons"), n, last) for who, n, last in claimed]
