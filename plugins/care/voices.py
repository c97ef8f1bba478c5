"""Voices: who carries the group, by a sum that everybody can count again; the member sees theirs and may say no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Community, Membership
from shop.db import Base, Numbered, db
from shop.deeds import deeds_of
from shop.errors import NotValid, Refused
from shop.events import record
from shop.insight.brought import PAID
from shop.orders.models import Credit, Order
from shop.people.models import Person

HALF_A_YEAR = timedelta(days=182)
MOST_LOOKED_AT = 2000
# What one of each is worth, and how many of each count.
WOKEN, WORDS, VOICES, VOTES = (3, 20), (2, 15), (1, 40), (1, 10)
# What was sold by links may be a fifth of the whole at most.
OF_SALES = 5


class CareVoice(Numbered, Base):
    """Asked to be a voice of the group, is one, said no, or wants no sum to be made of them (`quiet`)."""

    __tablename__ = "care_voice"
    __table_args__ = (UniqueConstraint("community_id", "person_id"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(8))  # asked, active, no, quiet
    words: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @classmethod
    def of(cls, community: Community, person: Person) -> "CareVoice | None":
        return db.session.scalars(
            select(cls).where(cls.community_id == community.id, cls.person_id == person.id)
        ).first()

    @classmethod
    def put(
        cls, community: Community, person: Person, state: str, words: str = "", by: Person | None = None
    ) -> None:
        known = cls.of(community, person) or cls(community_id=community.id, person_id=person.id)
        known.state, known.words, known.at, known.by_id = state, words, now(), by.id if by else None
        db.session.add(known)
        db.session.flush()


class CareObjection(Numbered, Base):
    """A member says that their sum is wrong; a manager answers."""

    __tablename__ = "care_objection"
    __table_args__ = (Index("ix_care_objection_newest", "community_id", "id"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(600))
    at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(String(600), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the sum: what, how many, what they are worth."""

    what: str
    many: int
    worth: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Somebody's sum and its lines; `next` is what would help the group most from them."""

    person: Person
    parts: tuple[Part, ...]
    state: str

    @property
    def total(self) -> int:
        return sum(part.worth for part in self.parts)

    @property
    def next(self) -> str:
        """What to ask them for, from what is missing."""
        woken, words, voices, _votes, _sales = (part.many for part in self.parts)
        if not words:
            return _("Ask what they think of something they know: others listen to them already.")
        if not woken:
            return _("Give them a link of their own, and ask whom they would bring.")
        if voices < words:
            return _("Ask them to answer one question of a newcomer each week.")
        return _("Ask whether they would like to look after something: a round, a table, an evening.")


def sums_of(community: Community, only: Sequence[int] = ()) -> list[Sum]:
    """The sums of half a year of all who want one, or of these people only; the highest first."""
    since = now() - HALF_A_YEAR
    wanted = (
        select(Membership)
        .where(Membership.community_id == community.id)
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
        .limit(MOST_LOOKED_AT)
    )
    whose = Membership.person_id.in_(only) if only else Membership.role != "owner"
    seats = db.session.scalars(wanted.where(whose)).all()
    people = [seat.person_id for seat in seats]
    states = _states(community, people)
    brought = _brought(community, people, since)
    deeds = deeds_of(
        community, [*people, *{b for mine in brought.values() for b in mine if b not in people}], since
    )
    sales = _sales(community, people, since)
    made = []
    for seat in seats:
        if states.get(seat.person_id) == "quiet":
            continue
        mine = deeds[seat.person_id]
        woken = sum(1 for other in brought.get(seat.person_id, ()) if deeds[other])
        parts = [
            _part(
                ngettext("person brought who takes part", "people brought who take part", woken),
                woken,
                *WOKEN,
            ),
            _part(_("said or made for the others"), sum(d.times for d in mine if d.kind == "word"), *WORDS),
            _part(_("times found helpful or wanted by others"), sum(d.voices for d in mine), *VOICES),
            _part(_("votes"), sum(d.times for d in mine if d.kind == "vote"), *VOTES),
        ]
        sold = sales.get(seat.person_id, 0)
        limit = sum(part.worth for part in parts) // (OF_SALES - 1)
        parts.append(Part(_("paid orders by their links, a fifth at most"), sold, min(sold, limit)))
        made.append(Sum(seat.person, tuple(parts), states.get(seat.person_id, "")))
    return sorted(made, key=lambda one: (-one.total, one.person.id))


def ask(community: Community, person: Person, words: str, by: Person) -> None:
    """A manager asks a member to be a voice of the group, in words of their own."""
    community.membership_of(person)
    known = CareVoice.of(community, person)
    if known is not None and known.state in ("quiet", "active"):
        raise Refused(_("They have said already what they want."))
    if not words.strip():
        raise NotValid(_("Say in your own words why, and what for."), field="words")
    CareVoice.put(community, person, "asked", words.strip()[:400], by)
    record("care.asked", community.id, person=person.id)


def object_to(community: Community, person: Person, text: str) -> None:
    """My sum is wrong, because …"""
    if not text.strip():
        raise NotValid(_("Say what is wrong."), field="text")
    waiting = CareObjection.community_id == community.id, CareObjection.person_id == person.id
    if db.session.scalar(select(CareObjection.id).where(*waiting, CareObjection.answered_at.is_(None))):
        raise Refused(_("You have asked already. A manager will answer."))
    db.session.add(CareObjection(community_id=community.id, person_id=person.id, text=text.strip()[:600]))


def active_in(community: Community) -> list[Person]:
    """Those who have said yes."""
    return list(
        db.session.scalars(
            select(Person)
            .join(CareVoice, CareVoice.person_id == Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(CareVoice.community_id == community.id, CareVoice.state == "active")
            .where(Membership.community_id == community.id)
            .order_by(CareVoice.at)
        )
    )


def forget(person: Person) -> None:
    for table in (CareVoice, CareObjection):
        db.session.execute(delete(table).where(table.person_id == person.id))


def _part(what: str, many: int, worth: int, most: int) -> Part:
    return Part(what, many, min(many, most) * worth)


def _states(community: Community, people: Sequence[int]) -> dict[int, str]:
    mine = CareVoice.community_id == community.id, CareVoice.person_id.in_(people)
    rows = db.session.execute(select(CareVoice.person_id, CareVoice.state).where(*mine))
    return dict(rows.all())


def _brought(community: Community, people: Sequence[int], since: datetime) -> dict[int, set[int]]:
    """Who came by whose link and is still here."""
    rows = db.session.execute(
        select(GroupLink.sharer_id, Membership.person_id)
        .join(Membership, Membership.link_id == GroupLink.id)
        .where(
            Membership.community_id == community.id, GroupLink.sharer_id.in_(people), Membership.at >= since
        )
        .where(Membership.person_id != GroupLink.sharer_id)
    )
    found: dict[int, set[int]] = {}
    for sharer, person in rows:
        found.setdefault(sharer, set()).add(person)
    return found


def _sales(community: Community, people: Sequence[int], since: datetime) -> dict[int, int]:
    rows = db.session.execute(
        select(Credit.sharer_id, func.count())
        .join(Order, Order.id == Credit.order_id)
        .where(Credit.community_id == community.id, Credit.sharer_id.in_(people))
        .where(
            Order.placed_at >= since, Order.state.in_(PAID), Order.buyer_id.is_distinct_from(Credit.sharer_id)
        )
        .group_by(Credit.sharer_id)
    )
    return {int(who or 0): n for who, n in rows}
