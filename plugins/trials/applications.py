"""TrialApplication: somebody would like to try it; its states from the wish to the report."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.trials.batches import TrialBatch
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.events import record
from shop.people.models import Person

# from -> to. Whoever is in HOLDS has a unit of the batch.
MOVES: dict[str, frozenset[str]] = {
    "applied": frozenset({"offered", "waiting", "refused", "withdrawn"}),
    "waiting": frozenset({"offered", "refused", "withdrawn"}),
    "offered": frozenset({"confirmed", "lapsed", "withdrawn"}),
    "confirmed": frozenset({"shipped", "received", "withdrawn"}),
    "shipped": frozenset({"received"}),
    "received": frozenset({"reported"}),
    "reported": frozenset(),
    "refused": frozenset(),
    "lapsed": frozenset(),
    "withdrawn": frozenset(),
}
HAD = ("shipped", "received", "reported")
HOLDS = ("offered", "confirmed", *HAD)


class TrialApplication(Numbered, Base):
    """One person's application; `ticket` stands for them in the draw, `code` is shown at the counter."""

    __tablename__ = "trials_application"
    __table_args__ = (
        UniqueConstraint("batch_id", "person_id"),
        UniqueConstraint("batch_id", "household"),
        UniqueConstraint("ticket"),
        UniqueConstraint("code"),
        Index("ix_trials_application_list", "batch_id", "state", "id"),
        Index("ix_trials_application_clock", "state", "confirm_until"),
        Index("ix_trials_application_due", "state", "due_at"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("trials_batch.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    reason: Mapped[str] = mapped_column(String(600), default="")
    answers: Mapped[list[str]] = mapped_column(JSON, default=list)
    ticket: Mapped[str] = mapped_column(String(16), default=lambda: secrets.token_hex(6))
    state: Mapped[str] = mapped_column(String(12), default="applied")
    place: Mapped[int | None]  # in the order of the selection, from 1
    # Why it was chosen, when managers choose.
    chosen_reason: Mapped[str] = mapped_column(String(400), default="")
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    confirm_until: Mapped[datetime | None]
    address: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    household: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(String(16))
    carrier: Mapped[str] = mapped_column(String(64), default="")
    tracking: Mapped[str] = mapped_column(String(128), default="")
    shipped_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]  # before the due day
    nagged_at: Mapped[datetime | None]  # after it
    at: Mapped[datetime] = mapped_column(default=now)

    batch: Mapped[TrialBatch] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @classmethod
    def of(cls, batch: TrialBatch, person: Person | None) -> "TrialApplication | None":
        """A person's own."""
        if person is None:
            return None
        mine = select(cls).where(cls.batch_id == batch.id, cls.person_id == person.id)
        return db.session.scalars(mine).first()

    @classmethod
    def in_state(cls, batch: TrialBatch, *states: str) -> Sequence["TrialApplication"]:
        """Those in these states, in the order of the selection, then as they came."""
        mine = select(cls).where(cls.batch_id == batch.id, cls.state.in_(states))
        return db.session.scalars(mine.order_by(func.coalesce(cls.place, 1_000_000_000), cls.id)).all()

    @property
    def is_overdue(self) -> bool:
        return self.state == "received" and self.due_at is not None and self.due_at < now()

    def try_move(self, to: str, **values: Any) -> bool:
        """Move to a state of the table if it can be; exactly once however many try."""
        allowed = [state for state, targets in MOVES.items() if to in targets]
        won = db.session.execute(
            update(TrialApplication)
            .where(TrialApplication.id == self.id, TrialApplication.state.in_(allowed))
            .values(state=to, **values)
            .returning(TrialApplication.id)
        ).scalar_one_or_none()
        if won is None:
            return False
        db.session.refresh(self)
        record(f"trials.application_{to}", self.batch.community_id, application=self.id)
        return True

    def move(self, to: str, **values: Any) -> None:
        """Move, or say that it cannot be."""
        if not self.try_move(to, **values):
            raise Refused(_("This application has moved on; please look at it again."))


def counts_of(batches: Sequence[TrialBatch]) -> dict[int, dict[str, int]]:
    """How many applications are in which state, by batch, in one statement."""
    counted = (
        select(TrialApplication.batch_id, TrialApplication.state, func.count(TrialApplication.id))
        .where(TrialApplication.batch_id.in_([each.id for each in batches]))
        .group_by(TrialApplication.batch_id, TrialApplication.state)
    )
    told: dict[int, dict[str, int]] = {each.id: {} for each in batches}
    for batch_id, state, n in db.session.execute(counted):
        told[batch_id][state] = n
    return told
