"""Closing: what the clock does to a round, from proposals to the vote to the count, and what the winner changes."""

from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import or_, select

from plugins.naming.ballots import ballots_of
from plugins.naming.counting import count
from plugins.naming.proposals import Proposal, crown, waiting_in
from plugins.naming.reasons import TOO_FEW
from plugins.naming.rounds import Round
from shop.clock import now
from shop.db import db
from shop.events import record
from shop.letters import address_of
from shop.people.models import Person

AT_ONCE = 200


def due_rounds() -> list[int]:
    """Rounds whose time has come."""
    due = select(Round.id).where(
        or_(
            (Round.state == "proposing") & (Round.proposals_until <= now()),
            (Round.state == "voting") & (Round.votes_until <= now()),
        )
    )
    return list(db.session.scalars(due.order_by(Round.id).limit(AT_ONCE)))


def move_on(round: Round, by: Person | None = None) -> None:
    """One step further, if its time has come; safe to be called by several at once."""
    instant = now()
    if round.state == "voting" and round.votes_until is not None and round.votes_until <= instant:
        close(round)
    elif round.state == "screening" or (
        round.state == "proposing" and round.proposals_until is not None and round.proposals_until <= instant
    ):
        begin_vote(round, by)


def begin_vote(round: Round, by: Person | None = None) -> None:
    """The vote begins when every proposal has an answer; two at least, or there is nothing to choose from."""
    if waiting_in([round]):
        if round.state == "proposing":
            round.move("screening")
        return
    if len(Proposal.of(round, "accepted")) < 2:
        round.move("ended", reason=TOO_FEW)
        return
    round.move("voting", by, votes_until=now() + timedelta(days=round.vote_days))


def close(round: Round) -> None:
    """Close the vote, then count: whoever moves the round counts it, and no ballot comes in behind."""
    round.move("counted")
    proposals = Proposal.of(round, "accepted")
    counted = count([each.id for each in proposals], [each.ranks for each in ballots_of(round)])
    round.count = counted.plain()
    winner = next((each for each in proposals if each.id == counted.winner), None)
    if winner is not None:
        crown(winner)
        take_effect(round, winner)
        page = address_of("naming_rounds.show", community=round.community.slug, round_id=round.id)
        record(
            "naming.closed",
            round.community_id,
            round=round.id,
            product=round.product_id,
            title=round.title,
            path=urlsplit(page).path,
            name=winner.text,
            namer=winner.person_id,
            voters=sorted(each.person_id for each in ballots_of(round) if each.person_id is not None),
        )


def take_effect(round: Round, winner: Proposal) -> None:
    """A name becomes the product's name; anything else becomes one of its tags, so that it is found by it."""
    product = round.product
    if round.kind == "name":
        product.name = winner.text
    elif winner.text not in product.tags:
        product.tags = [*product.tags, winner.text]
    product.settle()
