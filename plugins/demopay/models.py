"""What the make-believe provider keeps in its own books."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.clock import now
from shop.db import Base, Numbered


class Charge(Numbered, Base):
    """A payment at the provider: open, paid, declined, reserved or let go; one for each key."""

    __tablename__ = "demopay_charge"

    reference: Mapped[str] = mapped_column(
        String(40), unique=True, default=lambda: f"demo_{secrets.token_urlsafe(12)}"
    )
    key: Mapped[str] = mapped_column(String(96), unique=True)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    title: Mapped[str] = mapped_column(String(200))
    return_url: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(16), default="open")
    refunded: Mapped[int] = mapped_column(default=0)
    is_deferred: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)


class ChargeRefund(Numbered, Base):
    """Money that went back, one for each key."""

    __tablename__ = "demopay_refund"

    charge_id: Mapped[int] = mapped_column(ForeignKey("demopay_charge.id"))
    key: Mapped[str] = mapped_column(String(96), unique=True)
    amount: Mapped[int]
