"""What stands in the managers' calendar: a round, from its opening to its last vote."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import select

from plugins.naming.rounds import LONGEST_DAYS, PUBLIC, Round
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening


def running_in(community: Community, since: datetime, until: datetime) -> list[Happening]:
    """Nothing of it sells: people look for a name."""
    found = db.session.scalars(
        select(Round).where(
            Round.community_id == community.id,
            Round.state.in_(PUBLIC),
            Round.opened_at < until,
            Round.opened_at > since - timedelta(days=3 * LONGEST_DAYS),
        )
    ).all()
    return [_told(one, community) for one in found if one.opened_at and _end(one) > since]


def _end(one: Round) -> datetime:
    """The last vote, or where the vote has not begun, when it would be."""
    proposed = one.proposals_until or one.made_at
    planned = proposed + timedelta(days=one.vote_days)
    return proposed if one.state == "ended" and one.votes_until is None else one.votes_until or planned


def _told(one: Round, community: Community) -> Happening:
    return Happening(
        title=one.title,
        url=url_for("naming_rounds.show", community=community.slug, round_id=one.id),
        starts=one.opened_at or one.made_at,
        ends=_end(one),
        products=(one.product_id,),
        sells=False,
    )
