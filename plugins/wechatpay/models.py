"""What the shopper needs to pay, and what was shared out at WeChat Pay."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.ledger.payouts import Payout
from shop.payments.models import Payment


class Prepared(Numbered, Base):
    """How a payment is made: `value` is a code's text (native), an address (h5) or a prepay id (jsapi)."""

    __tablename__ = "wechatpay_prepared"
    __table_args__ = (UniqueConstraint("payment_id", "way"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id", ondelete="CASCADE"))
    way: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(512))
    at: Mapped[datetime] = mapped_column(default=now)


class Sharing(Numbered, Base):
    """A community's payout on its way by profit sharing, once for a payment: asked, done or failed."""

    __tablename__ = "wechatpay_sharing"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id", ondelete="CASCADE"), unique=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id", ondelete="CASCADE"), index=True)
    receiver: Mapped[str] = mapped_column(String(64))
    amount: Mapped[int]  # in fen
    state: Mapped[str] = mapped_column(String(16), default="asked")
    note: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    payment: Mapped[Payment] = relationship()
    payout: Mapped[Payout] = relationship()

    def move(self, to: str, note: str = "") -> bool:
        """Leave `asked`; True for the one caller who did it."""
        won = db.session.execute(
            update(Sharing)
            .where(Sharing.id == self.id, Sharing.state == "asked")
            .values(state=to, note=note)
            .returning(Sharing.id)
        ).scalar_one_or_none()
        db.session.refresh(self)
        return won is not None
