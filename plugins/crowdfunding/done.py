"""What people did here: votes on how something is made, and hands that they lent."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.helping import Helper, Task
from plugins.crowdfunding.questions import Question, Vote
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Deed


def done_in(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    """What they pledged is an order, of which the core tells. Nobody keeps when a vote was given."""
    voted = db.session.execute(
        select(Vote.person_id, func.count())
        .join(Question, Question.id == Vote.question_id)
        .join(Campaign, Campaign.id == Question.campaign_id)
        .where(Campaign.community_id == community.id, Vote.person_id.in_(people))
        .group_by(Vote.person_id)
    )
    helped = db.session.execute(
        select(Helper.person_id, func.count(), func.max(Helper.at))
        .join(Task, Task.id == Helper.task_id)
        .join(Campaign, Campaign.id == Task.campaign_id)
        .where(Campaign.community_id == community.id, Helper.person_id.in_(people), Helper.at >= since)
        .group_by(Helper.person_id)
    )
    return [
        *(Deed(int(who or 0), "vote", _("votes on how it is made"), n) for who, n in voted),
        *(Deed(int(who or 0), "word", _("offers to help"), n, last) for who, n, last in helped),
    ]
