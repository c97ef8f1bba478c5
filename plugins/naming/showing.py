"""Showing: who named a product, and the round that runs, on the product's page and on the shelf."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.naming.ballots import Ballot
from plugins.naming.forms import KIND_WORDS
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Piece
from shop.listings.models import Listing
from shop.people.models import Person

RUNNING = ("proposing", "screening", "voting")


def on_listings(listings: Sequence[Listing]) -> list[Piece]:
    """Below the price: who named it, in whichever community that was, and what its members thank for."""
    products = [each.product_id for each in listings]
    won = (
        select(Proposal)
        .join(Round, Round.id == Proposal.round_id)
        .where(Round.product_id.in_(products), Proposal.is_winner)
        .options(joinedload(Proposal.person), joinedload(Proposal.round).joinedload(Round.community))
        .order_by(Proposal.id)
    )
    credits: dict[int, list[Proposal]] = {}
    for each in db.session.scalars(won):
        credits.setdefault(each.round.product_id, []).append(each)
    return [
        Piece("naming/_credit.html", {"credits": told, "kind_words": KIND_WORDS}, 40)
        for told in credits.values()
    ]


def round_of(listings: Sequence[Listing], community: Community) -> list[Piece]:
    """Below the story: the round that runs for it here."""
    products = [each.product_id for each in listings]
    runs = select(Round).where(
        Round.product_id.in_(products), Round.community_id == community.id, Round.state.in_(RUNNING)
    )
    return [
        Piece("naming/_running.html", {"round": each}, 30)
        for each in db.session.scalars(runs.order_by(Round.id))
    ]


def on_shelf(community: Community) -> list[Piece]:
    """Above the tiles: rounds that run here."""
    runs = select(Round).where(Round.community_id == community.id, Round.state.in_(RUNNING))
    rounds = db.session.scalars(runs.order_by(Round.id).limit(3)).all()
    return [Piece("naming/_shelf.html", {"rounds": rounds}, 60)] if rounds else []


def next_for(person: Person | None, community: Community) -> list[Piece]:
    """A vote in which somebody has a voice, and has not used it."""
    if person is None:
        return []
    mine = select(Ballot.round_id).where(Ballot.person_id == person.id)
    runs = select(Round).where(
        Round.community_id == community.id, Round.state == "voting", Round.id.not_in(mine)
    )
    for round in db.session.scalars(runs.order_by(Round.votes_until, Round.id).limit(3)):
        if round.takes_votes and round.may_vote(person):
            return [Piece("naming/_next.html", {"round": round}, 40)]
    return []
