"""What the worker does for reviews: it asks those who have had their order for some days."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.reviews.inviting import ReviewInvitation
from shop.clock import now
from shop.db import db
from shop.events import record

AT_ONCE = 200


def invite() -> int:
    """Ask whoever is due; each letter is an event of its own. Returns how many."""
    due = (
        select(ReviewInvitation)
        .where(ReviewInvitation.sent_at.is_(None), ReviewInvitation.due_at <= now())
        .limit(AT_ONCE)
    )
    found = db.session.scalars(due.options(joinedload(ReviewInvitation.order))).all()
    for invitation in found:
        invitation.sent_at = now()
        record("reviews.invited", invitation.order.community_id, invitation=invitation.id)
    return len(found)
