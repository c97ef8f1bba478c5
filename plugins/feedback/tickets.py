"""Ticket: what a member says should be better; each move of it stands with a public answer."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.feedback.states import ANSWERS, KINDS, MOVES, OPEN, words_for
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.people.models import Person

LONGEST_TITLE = 120
LONGEST = 4000


class Ticket(Numbered, Base):
    """An idea, a complaint or a question, on a product or on the community itself."""

    __tablename__ = "feedback_ticket"
    __table_args__ = (
        CheckConstraint("followers >= 0", name="followers_not_negative"),
        Index("ix_feedback_ticket_newest", "community_id", "id"),
        Index("ix_feedback_ticket_followed", "community_id", "followers", "id"),
        Index("ix_feedback_ticket_product", "product_id", "state", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    into_id: Mapped[int | None] = mapped_column(
        ForeignKey("feedback_ticket.id", ondelete="SET NULL"), index=True
    )
    note_id: Mapped[int | None] = mapped_column(
        ForeignKey("feedback_note.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="received")
    followers: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(default=now)

    community: Mapped[Community] = relationship()
    product: Mapped[Product | None] = relationship()
    person: Mapped[Person | None] = relationship()
    into: Mapped["Ticket | None"] = relationship(remote_side="Ticket.id")
    changes: Mapped[list["TicketChange"]] = relationship(order_by="TicketChange.id")

    @property
    def by(self) -> str:
        """Whose it is, in words for a page."""
        return self.person.name if self.person and self.person.forgotten_at is None else _("A former member")

    @property
    def name(self) -> str:
        """Its title; whoever is forgotten takes their words along."""
        return self.title or _("Words that were taken back")

    @property
    def state_words(self) -> Any:
        return words_for(self.kind, self.state)

    @property
    def kind_words(self) -> Any:
        return KINDS[self.kind]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def days(self) -> int:
        """For how many days it waits."""
        return max(0, (now() - self.at).days)

    def answer(self, to: str, words: str, by: Person) -> None:
        """Planned, done or declined, always with words for everybody; once, however many answer."""
        if to not in ANSWERS:
            raise NotValid(_("Planned, done or declined?"), field="state")
        if not words.strip():
            raise NotValid(_("Please answer in public."), field="answer")
        self.go(to, words.strip()[:2000], by)
        if to == "done" and self.person_id is not None:
            record(
                "feedback.done",
                self.community_id,
                person=self.person_id,
                product=self.product_id,
                ticket=self.id,
            )

    def go(self, to: str, words: str, by: Person | None, **told: Any) -> "TicketChange":
        """One step of the table, by one guarded UPDATE; `told` goes along with the event."""
        was = self.state
        won = db.session.scalar(
            update(Ticket)
            .where(Ticket.id == self.id, Ticket.state.in_(MOVES[to]))
            .values(state=to)
            .returning(Ticket.id)
            .execution_options(synchronize_session=False)
        )
        if won is None:
            raise Refused(_("Somebody has decided this meanwhile."))
        db.session.refresh(self, ["state"])
        change = TicketChange(
            ticket_id=self.id, from_state=was, to_state=to, answer=words, by_id=by.id if by else None
        )
        db.session.add(change)
        db.session.flush()
        record("feedback.moved", self.community_id, ticket=self.id, change=change.id, **told)
        return change


class TicketChange(Numbered, Base):
    """It moved on: from, to, when, by whom, with which answer."""

    __tablename__ = "feedback_change"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("feedback_ticket.id", ondelete="CASCADE"), index=True)
    from_state: Mapped[str] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    ticket: Mapped[Ticket] = relationship(back_populates="changes")

    @property
    def state_words(self) -> Any:
        return words_for(self.ticket.kind, self.to_state)
