"""Invitation: some days after an order was received its buyer is asked once what they think; good or bad, the same."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.orders.models import Order
from shop.people.models import Person


class ReviewInvitation(Numbered, Base):
    """A buyer is asked for their opinion: when it is due and when it went out; one for an order."""

    __tablename__ = "reviews_invitation"
    __table_args__ = (Index("ix_reviews_invitation_due", "sent_at", "due_at"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()

    @classmethod
    def plan(cls, order: Order, days: int) -> None:
        """Ask after so many days; an order that is told of twice is asked for once."""
        if order.buyer_id is None:
            return
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        told = {"order_id": order.id, "person_id": order.buyer_id, "due_at": now() + timedelta(days=days)}
        db.session.execute(insert(cls).values(told).on_conflict_do_nothing())


class Quiet(Base):
    """Somebody who does not want to be asked."""

    __tablename__ = "reviews_quiet"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def holds_for(cls, person: Person) -> bool:
        return db.session.scalar(select(cls.person_id).where(cls.person_id == person.id)) is not None

    @classmethod
    def wish(cls, person: Person) -> None:
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(insert(cls).values(person_id=person.id, at=now()).on_conflict_do_nothing())

    @classmethod
    def forget(cls, person: Person) -> None:
        db.session.execute(delete(cls).where(cls.person_id == person.id))
