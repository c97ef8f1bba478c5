"""Disputes: a cardholder's bank asks for money back, and Stripe takes it until that is decided."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.payments.models import Payment


class Dispute(Numbered, Base):
    """A disputed payment; `withdrawn_at` and `reinstated_at` tell when Stripe took the money and gave it back."""

    __tablename__ = "stripe_dispute"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id", ondelete="CASCADE"), index=True)
    reference: Mapped[str] = mapped_column(String(64), unique=True)  # Stripe's own name, dp_…
    amount: Mapped[int]  # minor units of the payment's currency
    reason: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(32))  # Stripe's word
    at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    reinstated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    payment: Mapped[Payment] = relationship()

    def mark(self, moment: InstrumentedAttribute[datetime | None]) -> bool:
        """Write down that something happened now; True for the one caller who did it."""
        won = db.session.execute(
            update(Dispute)
            .where(Dispute.id == self.id, moment.is_(None))
            .values({moment: now()})
            .returning(Dispute.id)
        ).scalar_one_or_none()
        db.session.refresh(self)
        return won is not None
