"""Proposal: a member's name for a product, with its story; screened with reasons before the vote."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.naming.likeness import mixes_scripts, skeleton, tidied
from plugins.naming.rounds import Round
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.people.models import Person

# More names than this nobody can rank on a phone.
MOST_OF_SELLER = 12


class Proposal(Numbered, Base):
    """One proposal; `key` is what it looks like, `slot` its number among its author's (none of the seller's own)."""

    __tablename__ = "naming_proposal"
    __table_args__ = (
        UniqueConstraint("round_id", "key"),
        UniqueConstraint("round_id", "person_id", "slot"),
        Index("ix_naming_proposal_list", "round_id", "state", "id"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("naming_round.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    slot: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(400))
    story: Mapped[str] = mapped_column(String(600), default="")
    by_seller: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(8), default="waiting")  # accepted, declined
    reason: Mapped[str] = mapped_column(String(400), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    is_winner: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)

    round: Mapped[Round] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @classmethod
    def of(cls, round: Round, *states: str) -> Sequence["Proposal"]:
        """Those in these states (or all), in the order in which they came."""
        mine = select(cls).where(cls.round_id == round.id).order_by(cls.id)
        return db.session.scalars(mine.where(cls.state.in_(states)) if states else mine).all()

    @classmethod
    def make(cls, round: Round, text: str, story: str, by: Person) -> "Proposal":
        """A member proposes; what looks like another proposal is that proposal."""
        if not round.takes_proposals:
            raise Refused(_("This round takes no proposals now."))
        taken = select(cls.slot).where(cls.round_id == round.id, cls.person_id == by.id)
        slots = set(db.session.scalars(taken))
        slot = next((n for n in range(1, round.each + 1) if n not in slots), None)
        if slot is None:
            raise Refused(
                _("You have proposed as many as one member can here. Take one back to propose another.")
            )
        return cls._write(round, text, story, by, slot)

    @classmethod
    def add(cls, round: Round, text: str, story: str, by: Person) -> "Proposal":
        """The seller puts one on the list while the round is a draft; a manager sees it before it begins."""
        round.must_be_draft()
        last = db.session.scalar(select(func.max(cls.slot)).where(cls.round_id == round.id)) or 0
        if last >= MOST_OF_SELLER:
            raise Refused(
                _("At most %(most)s: more than that nobody can rank on a phone.", most=MOST_OF_SELLER)
            )
        made = cls._write(round, text, story, by, last + 1)
        made.by_seller, made.state = True, "accepted"
        return made

    @classmethod
    def _write(cls, round: Round, text: str, story: str, by: Person, slot: int) -> "Proposal":
        shown, key = tidied(text), skeleton(text)
        if not key:
            raise NotValid(_("A proposal has letters in it."), field="text")
        if len(shown) > round.longest:
            raise NotValid(_("At most %(most)s letters.", most=round.longest), field="text")
        if mixes_scripts(shown):
            raise NotValid(_("A word is written in letters of one alphabet."), field="text")
        known = db.session.scalars(select(cls).where(cls.round_id == round.id, cls.key == key)).first()
        if known is not None:
            raise Refused(_("This was proposed already: “%(text)s”.", text=known.text), field="text")
        made = cls(round=round, person_id=by.id, slot=slot, text=shown, key=key, story=story)
        db.session.add(made)
        try:
            db.session.flush()
        except IntegrityError as twice:
            raise Refused(_("Somebody has just proposed the same. Please look again.")) from twice
        return made

    @property
    def is_waiting(self) -> bool:
        return self.state == "waiting"

    def screen(self, accept: bool, reason: str, by: Person) -> None:
        """Onto the ballot, or not and why; changeable until the vote begins."""
        if self.round.state not in ("proposing", "screening"):
            raise Refused(_("The vote has begun: the ballot stays as it is."))
        if not accept and not reason:
            raise NotValid(_("Please say why: whoever proposed it reads the reason."), field="reason")
        self.state, self.reason = ("accepted", "") if accept else ("declined", reason)
        self.decided_at, self.decided_by_id = now(), by.id
        if not accept:
            record("naming.declined", self.round.community_id, proposal=self.id)

    def take_back(self) -> None:
        """Its author takes it back while proposals are taken."""
        if not self.round.takes_proposals:
            raise Refused(_("This round takes no proposals now."))
        db.session.delete(self)


def waiting_in(rounds: Sequence[Round]) -> dict[int, int]:
    """How many proposals wait for an answer, by round, in one statement."""
    counted = select(Proposal.round_id, func.count(Proposal.id)).where(
        Proposal.round_id.in_([each.id for each in rounds]), Proposal.state == "waiting"
    )
    return dict(db.session.execute(counted.group_by(Proposal.round_id)).all())


def crown(proposal: Proposal) -> None:
    """The count has chosen this one."""
    db.session.execute(update(Proposal).where(Proposal.id == proposal.id).values(is_winner=True))
    db.session.refresh(proposal)
