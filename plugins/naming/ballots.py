"""Ballot: a member's ranking, one each, changeable until the close; and the file of all of them."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from plugins.naming.counting import FORMAT, TIE_RULE
from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round
from shop.clock import now
from shop.communities.models import Membership
from shop.db import Base, Numbered, db
from shop.errors import Forbidden, NotValid, Refused
from shop.people.models import Person


class Ballot(Numbered, Base):
    """A ranking, the liked best first; `receipt` finds it in the published file without a name."""

    __tablename__ = "naming_ballot"
    __table_args__ = (UniqueConstraint("round_id", "person_id"), UniqueConstraint("receipt"))

    round_id: Mapped[int] = mapped_column(ForeignKey("naming_round.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    receipt: Mapped[str] = mapped_column(String(16))
    ranks: Mapped[list[int]] = mapped_column(JSON)
    at: Mapped[datetime]

    @classmethod
    def of(cls, round: Round, person: Person | None) -> "Ballot | None":
        """A person's own."""
        if person is None:
            return None
        mine = select(cls).where(cls.round_id == round.id, cls.person_id == person.id)
        return db.session.scalars(mine).first()


def cast(round: Round, ranks: Sequence[int], by: Person) -> None:
    """Vote, or change the vote: one ballot a person, until the close by the server's clock.

    The round's row is held meanwhile (PostgreSQL: shared; SQLite writes one after the other), so that no ballot comes
    in behind the count.
    """
    held = db.session.scalars(
        select(Round)
        .where(Round.id == round.id)
        .with_for_update(read=True, of=Round)
        .execution_options(populate_existing=True)
    ).one()
    if not held.takes_votes:
        raise Refused(_("The vote is closed."))
    if not held.may_vote(by):
        raise Forbidden(_("Whoever was a member before this round began has a vote in it."))
    there = {each.id for each in Proposal.of(held, "accepted")}
    if not ranks or len(set(ranks)) != len(ranks) or not set(ranks) <= there:
        raise NotValid(_("Please give each place to one of the proposals, and at least the first."))
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"ranks": list(ranks), "at": now()}
    db.session.execute(
        insert(Ballot)
        .values(round_id=held.id, person_id=by.id, receipt=secrets.token_hex(6), **values)
        .on_conflict_do_update(index_elements=["round_id", "person_id"], set_=values)
    )


def ranks_of(form: Mapping[str, str], proposals: Sequence[Proposal]) -> list[int]:
    """The ranking that a form tells by `rank-<proposal>`: small numbers first, empty is not ranked."""
    told: dict[int, int] = {}
    for proposal in proposals:
        place = form.get(f"rank-{proposal.id}", "").strip()
        if place:
            if not (place.isascii() and place.isdigit() and 1 <= int(place[:4]) <= len(proposals)):
                raise NotValid(_("Please give each place to one of the proposals, and at least the first."))
            if int(place) in told:
                raise NotValid(_("Two proposals have the same place."))
            told[int(place)] = proposal.id
    return [told[place] for place in sorted(told)]


def ballots_of(round: Round) -> list[Ballot]:
    """All ballots, in the order of their receipts, which tells nothing of who or when."""
    mine = select(Ballot).where(Ballot.round_id == round.id).order_by(Ballot.receipt)
    return list(db.session.scalars(mine))


def how_many(round: Round) -> int:
    return db.session.scalar(select(func.count(Ballot.id)).where(Ballot.round_id == round.id)) or 0


def electorate(round: Round) -> int:
    """How many were members before the round opened and are members now."""
    voters = select(func.count(Membership.id)).where(
        Membership.community_id == round.community_id, Membership.at < round.opened_at
    )
    return db.session.scalar(voters) or 0


def file_of(round: Round, proposals: Sequence[Proposal]) -> str:
    """The ballots file, for anybody to count again."""
    whole: dict[str, Any] = {
        "format": FORMAT,
        "round": round.id,
        "title": round.title,
        "rule": TIE_RULE,
        "names": [{"id": each.id, "text": each.text} for each in proposals],
        "ballots": [{"receipt": each.receipt, "ranks": each.ranks} for each in ballots_of(round)],
        "count": round.count,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
