"""ChangeNote: "You said, we did", with what led to it and who is thanked by name."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, delete
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.feedback.contributions import Source, people_of
from plugins.feedback.following import followers_of
from plugins.feedback.tickets import Ticket
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.people.models import Person

# So many are thanked by name on the product's own page; all of them on the note's.
FIRST = 12
WHY: dict[str, Any] = {
    "said": _l("said it"),
    "named": _l("found the name"),
    "tried": _l("tried it and reported"),
    "wanted": _l("wanted it, too"),
    "voted": _l("voted"),
}


class ChangeNote(Numbered, Base):
    """What was changed; `said` is what led to it (source, number, title and path of each), as it was told then."""

    __tablename__ = "feedback_note"
    __table_args__ = (Index("ix_feedback_note_list", "community_id", "product_id", "id"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")
    said: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    thanked: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    community: Mapped[Community] = relationship()
    product: Mapped[Product | None] = relationship()
    thanks: Mapped[list["NoteThanks"]] = relationship(order_by="NoteThanks.place", back_populates="note")
    first_thanks: Mapped[list["NoteThanks"]] = relationship(
        order_by="NoteThanks.place",
        primaryjoin=lambda: (NoteThanks.note_id == ChangeNote.id) & (NoteThanks.place < FIRST),
        viewonly=True,
    )

    @classmethod
    def write(
        cls,
        community: Community,
        product: Product | None,
        by: Person,
        title: str,
        text: str,
        *,
        tickets: Sequence[Ticket] = (),
        sources: Sequence[Source] = (),
    ) -> "ChangeNote":
        """Publish it: what is still open is done by it, and everybody who brought it about is thanked."""
        if not tickets and not sources:
            raise NotValid(_("What led to it? Choose at least one."), field="title")
        mine = (community.id, product.id if product else None)
        if any((each.community_id, each.product_id) != mine or each.state == "merged" for each in tickets):
            raise Refused(_("It is about something else."))
        note = cls(
            community_id=community.id, product_id=mine[1], title=title[:120], text=text[:4000], by_id=by.id,
            said=[*map(_ticket, tickets), *map(_source, sources)], at=now(),
        )  # fmt: skip
        db.session.add(note)
        db.session.flush()
        for ticket in tickets:
            if ticket.is_open:
                ticket.answer("done", title, by)
            ticket.note_id = note.id
        found = people_of(community.id, product.id, sources) if product else []
        people = _once([*_sayers(tickets), *sorted(found, key=lambda part: list(WHY).index(part[0]))])
        for place, (person_id, why) in enumerate(people.items()):
            db.session.add(NoteThanks(note_id=note.id, person_id=person_id, place=place, why=why))
        note.thanked = len(people)
        record("feedback.noted", community.id, product=mine[1], note=note.id, people=sorted(people))
        community.touch()
        return note

    def take_back(self) -> None:
        """A manager takes it off the pages; what it has done stays done."""
        self.community.touch()
        db.session.execute(delete(ChangeNote).where(ChangeNote.id == self.id))


class NoteThanks(Numbered, Base):
    """Who is thanked for a change, and for what; who is forgotten still counts."""

    __tablename__ = "feedback_thanks"
    __table_args__ = (
        UniqueConstraint("note_id", "person_id"),
        Index("ix_feedback_thanks_place", "note_id", "place"),
    )

    note_id: Mapped[int] = mapped_column(ForeignKey("feedback_note.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    place: Mapped[int]
    why: Mapped[str] = mapped_column(String(8))

    note: Mapped[ChangeNote] = relationship(back_populates="thanks")
    person: Mapped[Person | None] = relationship()

    @property
    def name(self) -> str:
        known = self.person is not None and self.person.forgotten_at is None
        return self.person.name if known and self.person else _("A former member")

    @property
    def why_words(self) -> Any:
        return WHY[self.why]


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {"source": "ticket", "ref": ticket.id, "title": ticket.title, "path": ""}


def _source(source: Source) -> dict[str, Any]:
    return {"source": source.source, "ref": source.ref, "title": source.title, "path": source.path}


def _sayers(tickets: Iterable[Ticket]) -> list[tuple[str, int]]:
    """Who said it first, then who wanted it, too."""
    said = [("said", each.person_id) for each in tickets if each.person_id is not None]
    return said + [("wanted", person_id) for each in tickets for person_id in followers_of(each)]


def _once(parts: Iterable[tuple[str, int]]) -> dict[int, str]:
    people: dict[int, str] = {}
    for why, person_id in parts:
        people.setdefault(person_id, why)
    return people
