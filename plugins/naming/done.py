"""What people did here: names that they proposed, and ballots that they cast."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.naming.ballots import Ballot
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed


def done_in(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """What was proposed for the seller is the seller's; how somebody voted is nobody's business."""
    proposed = db.session.execute(
        select(Proposal.person_id, func.count(), func.max(Proposal.at))
        .join(Round, Round.id == Proposal.round_id)
        .where(Round.community_id == community.id, Proposal.person_id.in_(people))
        .where(Proposal.at >= since, Proposal.by_seller.is_(False), Proposal.state != "declined")
        .group_by(Proposal.person_id)
    )
    voted = db.session.execute(
        select(Ballot.person_id, func.count(), func.max(Ballot.at))
        .join(Round, Round.id == Ballot.round_id)
        .where(Round.community_id == community.id, Ballot.person_id.in_(people), Ballot.at >= since)
        .group_by(Ballot.person_id)
    )
    return [
        *(Deed(int(who or 0), "word", _("proposed names"), n, last) for who, n, last in proposed),
        *(Deed(int(who or 0), "vote", _("votes for a name"), n, last) for who, n, last in voted),
    ]
