"""Waiting: who would like a seat in a group that is full, told in turn when one gets free; nobody keeps it for them."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.events import Event, record
from shop.people.models import Person

FREES = ("member.left", "member.removed")


class CareWaiting(Numbered, Base):
    """Somebody waits for a seat; `told_at` when they were told of one."""

    __tablename__ = "care_waiting"
    __table_args__ = (
        UniqueConstraint("community_id", "person_id"),
        Index("ix_care_waiting_turn", "community_id", "told_at", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]


def wait(community: Community, person: Person) -> None:
    """Join the line; again after having been told means at its end."""
    if community.role_of(person) is not None or community.seats.left or community.is_closed:
        raise Refused(_("There is nothing to wait for."))
    stop_waiting(community, person)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = {"community_id": community.id, "person_id": person.id, "at": now()}
    db.session.execute(insert(CareWaiting).values(row).on_conflict_do_nothing())


def stop_waiting(community: Community, person: Person) -> None:
    mine = CareWaiting.community_id == community.id, CareWaiting.person_id == person.id
    db.session.execute(delete(CareWaiting).where(*mine))


def waits(community: Community, person: Person) -> bool:
    mine = CareWaiting.community_id == community.id, CareWaiting.person_id == person.id
    return db.session.scalar(select(CareWaiting.id).where(*mine, CareWaiting.told_at.is_(None))) is not None


def hear(event: Event) -> None:
    """A seat got free: tell the next who is not a member yet; each is told once."""
    if event.name not in FREES or event.community_id is None:
        return
    community = db.session.get(Community, event.community_id)
    if community is None or community.is_closed or not community.seats.left:
        return
    here = select(Membership.person_id).where(Membership.community_id == community.id)
    line = CareWaiting.community_id == community.id, CareWaiting.told_at.is_(None)
    turn = (
        select(CareWaiting).where(*line, CareWaiting.person_id.not_in(here)).order_by(CareWaiting.id).limit(1)
    )
    first = db.session.scalars(turn).first()
    if first is None:
        return
    tell = (
        update(CareWaiting)
        .where(CareWaiting.id == first.id, CareWaiting.told_at.is_(None))
        .values(told_at=now())
    )
    if db.session.execute(tell.returning(CareWaiting.id)).scalar_one_or_none() is not None:
        record("care.seat", community.id, person=first.person_id)
    db.session.commit()


def forget(person: Person) -> None:
    db.session.execute(delete(CareWaiting).where(CareWaiting.person_id == person.id))
