"""What naming knows of a person: given out when asked, forgotten when asked."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from plugins.naming.ballots import Ballot
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round, RoundChange
from shop.communities.models import Community
from shop.db import db
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Proposals and ballots, as plain values."""
    proposals = select(Proposal).where(Proposal.person_id == person.id).order_by(Proposal.id)
    ballots = (
        select(Ballot, Round.title)
        .join(Round, Round.id == Ballot.round_id)
        .where(Ballot.person_id == person.id)
    )
    rows = db.session.execute(ballots.order_by(Ballot.id)).all()
    named = {name for ballot, _title in rows for name in ballot.ranks}
    texts = dict(db.session.execute(select(Proposal.id, Proposal.text).where(Proposal.id.in_(named))).all())
    return {
        "proposals": [
            {
                "round": each.round.title,
                "text": each.text,
                "story": each.story,
                "state": each.state,
                "reason": each.reason,
                "was_chosen": each.is_winner,
                "at": each.at.isoformat(),
            }
            for each in db.session.scalars(proposals.options(joinedload(Proposal.round)))
        ],
        "ballots": [
            {
                "round": title,
                "ranking": [texts.get(name, "") for name in ballot.ranks],
                "receipt": ballot.receipt,
                "at": ballot.at.isoformat(),
            }
            for ballot, title in rows
        ],
    }


def erase(person: Person) -> None:
    """Ballots and names stay, so that every count stays right; who cast and proposed them, and the stories, go."""
    named = select(Round.community_id).join(Proposal).where(Proposal.person_id == person.id)
    for community_id in db.session.scalars(named.distinct()).all():
        db.session.get_one(Community, community_id).touch()
    db.session.execute(update(Ballot).where(Ballot.person_id == person.id).values(person_id=None))
    theirs = update(Proposal).where(Proposal.person_id == person.id)
    db.session.execute(theirs.values(person_id=None, story=""))
    for table, column in (
        (Proposal, Proposal.decided_by_id),
        (RoundChange, RoundChange.by_id),
        (Round, Round.thanked_by_id),
    ):
        db.session.execute(update(table).where(column == person.id).values({column.key: None}))
