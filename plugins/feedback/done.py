"""What people did here: what they said should be better, and what of others they follow."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.feedback.following import TicketFollower
from plugins.feedback.tickets import Ticket
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed


def done_in(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """Nobody keeps when somebody began to follow."""
    filed = db.session.execute(
        select(Ticket.person_id, func.count(), func.max(Ticket.at), func.sum(Ticket.followers))
        .where(Ticket.community_id == community.id, Ticket.person_id.in_(people), Ticket.at >= since)
        .group_by(Ticket.person_id)
    )
    follow = db.session.execute(
        select(TicketFollower.person_id, func.count())
        .join(Ticket, Ticket.id == TicketFollower.ticket_id)
        .where(Ticket.community_id == community.id, TicketFollower.person_id.in_(people))
        .where(Ticket.person_id.is_distinct_from(TicketFollower.person_id))
        .group_by(TicketFollower.person_id)
    )
    return [
        *(
            Deed(int(who or 0), "word", _("feedback"), n, last, int(voices or 0))
            for who, n, last, voices in filed
        ),
        *(Deed(int(who or 0), "vote", _("followed feedback"), n) for who, n in follow),
    ]
