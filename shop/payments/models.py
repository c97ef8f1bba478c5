"""Payment, Refund and ProviderEvent; each state machine has its transition table here."""

import secrets
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, update
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.money import Money
from shop.orders.models import Order
from shop.people.models import Person

# An intent is written before the provider is called; only a verified report or a staff act captures.
PAYMENT_MOVES: dict[str, frozenset[str]] = {
    "intent": frozenset({"started", "authorized", "captured", "failed"}),
    # begun anew when the provider has closed its page: the same payment, another reference
    "started": frozenset({"started", "authorized", "captured", "failed"}),
    "authorized": frozenset({"captured", "voided", "failed"}),
    "failed": frozenset({"captured"}),  # a provider may report success after a decline: its money is real
    "captured": frozenset(),
    "voided": frozenset(),
}
REFUND_MOVES: dict[str, frozenset[str]] = {
    "asked": frozenset({"done", "failed"}),
    "failed": frozenset({"asked", "done"}),
    "done": frozenset(),
}


class Payment(Numbered, Base):
    """Money asked of a person through a payment method; `key` makes the provider do it once."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("refunded >= 0 AND refunded <= captured", name="refunded_within_captured"),
        CheckConstraint("amount > 0", name="amount_positive"),
        UniqueConstraint("method", "reference"),
        Index("ix_payment_charge", "method", "charge"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    method: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_urlsafe(24))
    reference: Mapped[str | None] = mapped_column(String(128))  # the provider's own name for it
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(16), default="intent")
    captured: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    # The provider's own name for the money that came, by which it speaks of disputes.
    charge: Mapped[str | None] = mapped_column(String(128))
    is_allocated: Mapped[bool] = mapped_column(default=True)
    # Where the money itself is: with the merchant, who owes it to the books, or with the provider.
    is_with_merchant: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()
    refunds: Mapped[list["Refund"]] = relationship(order_by="Refund.id", back_populates="payment")

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def refundable(self) -> int:
        """What may still go back, in minor units."""
        return self.captured - self.refunded

    def move(self, to: str, **values: Any) -> bool:
        """Move to a state of the table; True for the one caller who did it."""
        allowed = [state for state, targets in PAYMENT_MOVES.items() if to in targets]
        won = db.session.execute(
            update(Payment)
            .where(Payment.id == self.id, Payment.state.in_(allowed))
            .values(state=to, **values)
            .returning(Payment.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if won is None:
            db.session.refresh(self)
            return False
        for name, value in {"state": to, **values}.items():
            set_committed_value(self, name, value)
        return True

    def ask_refund(self, amount: int, reason: str, key: str, by: Person | None = None) -> "Refund":
        """Set aside an amount to go back, never more than was captured; the provider is called after the commit."""
        if amount <= 0:
            raise NotValid(_("A refund is more than nothing."))
        reserved = db.session.execute(
            update(Payment)
            .where(Payment.id == self.id, Payment.refunded + amount <= Payment.captured)
            .values(refunded=Payment.refunded + amount)
            .returning(Payment.refunded)
        ).scalar_one_or_none()
        if reserved is None:
            raise Refused(_("That is more than is left to refund."))
        db.session.refresh(self, ["refunded"])
        refund = Refund(
            payment_id=self.id, amount=amount, reason=reason, key=key, by_id=by.id if by else None
        )
        db.session.add(refund)
        db.session.flush()
        return refund


class Refund(Numbered, Base):
    """Money on its way back to the person who paid."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    key: Mapped[str] = mapped_column(String(96), unique=True)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(16), default="asked")
    reference: Mapped[str | None] = mapped_column(String(128))
    note: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship(back_populates="refunds")

    def move(self, to: str, **values: Any) -> bool:
        """Move to a state of the table; True for the one caller who did it."""
        allowed = [state for state, targets in REFUND_MOVES.items() if to in targets]
        won = db.session.execute(
            update(Refund)
            .where(Refund.id == self.id, Refund.state.in_(allowed))
            .values(state=to, **values)
            .returning(Refund.id)
        ).scalar_one_or_none()
        db.session.refresh(self)
        return won is not None


class ProviderEvent(Numbered, Base):
    """What a provider told us, remembered for ever, so that it counts once."""

    __tablename__ = "provider_event"
    __table_args__ = (UniqueConstraint("method", "event_ref"),)

    method: Mapped[str] = mapped_column(String(32))
    event_ref: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime] = mapped_column(default=now)
