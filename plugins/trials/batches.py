"""TrialBatch: some units that a merchant gives to a community to try, and the one table of its states."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.trials.drawing import commitment_of
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.events import record
from shop.limits import Limit
from shop.merchants.models import Merchant
from shop.people.models import Person

# from -> to. `selecting` is there only while managers choose.
BATCH_MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"review"}),
    "review": frozenset({"draft", "open"}),
    "open": frozenset({"selecting", "running", "ended"}),
    "selecting": frozenset({"running", "ended"}),
    "running": frozenset(),
    "ended": frozenset(),
}
PUBLIC = ("open", "selecting", "running", "ended")
KINDS = ("goods", "meal")
WAYS = ("draw", "first", "rules", "manager")


class TrialBatch(Numbered, Base):
    """One batch; `worth` is one unit's value in minor units, days are counted from instants of this server."""

    __tablename__ = "trials_batch"
    __table_args__ = (
        CheckConstraint("worth >= 0", name="worth_not_negative"),
        Index("ix_trials_batch_clock", "state", "apply_until"),
        Index("ix_trials_batch_merchant", "merchant_id", "id"),
        Index("ix_trials_batch_community", "community_id", "state", "id"),
        Index("ix_trials_batch_product", "product_id", "state"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(8), default="goods")  # meal: redeemed at the counter
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")
    worth: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    apply_days: Mapped[int] = mapped_column(default=7)
    report_days: Mapped[int] = mapped_column(default=14)  # from receipt
    least_letters: Mapped[int] = mapped_column(default=30)  # what a report must contain
    least_pictures: Mapped[int] = mapped_column(default=1)
    report_asks: Mapped[str] = mapped_column(String(600), default="")

    # The managers' part: who may apply, what is asked, and how the lucky ones are found.
    rules: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # part -> number (1: on)
    questions: Mapped[list[str]] = mapped_column(JSON, default=list)
    way: Mapped[str] = mapped_column(String(8), default="draw")

    state: Mapped[str] = mapped_column(String(12), default="draft")
    opened_at: Mapped[datetime | None]
    apply_until: Mapped[datetime | None]
    # The draw: the seed is made when it opens and told after it; the commitment is told before.
    seed: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_hex(32))
    drawn_at: Mapped[datetime | None]
    tickets: Mapped[list[str]] = mapped_column(JSON, default=list)  # of those who took part in the draw
    made_at: Mapped[datetime] = mapped_column(default=now)

    community: Mapped[Community] = relationship()
    merchant: Mapped[Merchant] = relationship()
    product: Mapped[Product] = relationship()
    limit: Mapped[Limit | None] = relationship(lazy="joined")
    changes: Mapped[list["TrialChange"]] = relationship(order_by="TrialChange.id", back_populates="batch")

    @property
    def units(self) -> int:
        return self.limit.size if self.limit else 0

    @property
    def left(self) -> int:
        return self.limit.left if self.limit else 0

    @property
    def commitment(self) -> str:
        return commitment_of(self.seed)

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    @property
    def takes_applications(self) -> bool:
        """Open by the server's clock, whatever a job has or has not done yet."""
        return self.state == "open" and self.apply_until is not None and now() < self.apply_until

    def move(self, to: str, by: Person | None = None, reason: str = "", **values: Any) -> None:
        """Move to a state of the table, exactly once however many try; raises Refused when it cannot."""
        allowed = [state for state, targets in BATCH_MOVES.items() if to in targets]
        was = self.state
        won = db.session.execute(
            update(TrialBatch)
            .where(TrialBatch.id == self.id, TrialBatch.state.in_(allowed))
            .values(state=to, **values)
            .returning(TrialBatch.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This trial has moved on; please look at it again."))
        db.session.refresh(self)
        change = TrialChange(from_state=was, to_state=to, by_id=by.id if by else None, reason=reason)
        self.changes.append(change)
        self.community.touch()
        record(f"trials.{to}", self.community_id, batch=self.id)

    def open(self, by: Person) -> None:
        """A manager lets it begin, with the rules that were composed."""
        began = now()
        self.move("open", by, opened_at=began, apply_until=began + timedelta(days=self.apply_days))

    def must_be_draft(self) -> None:
        if not self.is_draft:
            raise Refused(_("This can only be changed while the trial is a draft."))


class TrialChange(Numbered, Base):
    """A batch moved from a state to another: when, by whom, why."""

    __tablename__ = "trials_change"

    batch_id: Mapped[int] = mapped_column(ForeignKey("trials_batch.id", ondelete="CASCADE"), index=True)
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    batch: Mapped[TrialBatch] = relationship(back_populates="changes")


def household_of(batch: TrialBatch, address: str) -> str:
    """What an address is compared by within one batch; the address cannot be read back from it elsewhere."""
    letters = "".join(letter for letter in address.casefold() if letter.isalnum())
    return hashlib.sha256(f"{batch.id}:{batch.seed}:{letters}".encode()).hexdigest()
