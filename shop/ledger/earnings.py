"""Earnings: what a plugin owes somebody outside an order, such as a partner's commission; they join the same payouts.

The payer is an account of the books that says where the money comes from (`provider` with a ref of the plugin's own for
money that a partner owes us; a merchant's payable pot where the merchant itself owes it, which may fall below nothing).
Pending until released; taken back before or after the payout, as a refund would be.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.ledger.models import Account, transfer
from shop.ledger.payouts import PARTIES
from shop.money import Money


class Earning(Numbered, Base):
    """What one party earned, in minor units of `currency`, by a plugin's word and its one-use key."""

    __tablename__ = "earning"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("reversed >= 0 AND reversed <= amount", name="reversed_within_amount"),
        Index("ix_earning_party", "party", "party_id", "id"),
    )

    plugin: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    party: Mapped[str] = mapped_column(String(16))  # merchant, community, sharer
    party_id: Mapped[int]
    amount: Mapped[int]
    reversed: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    why: Mapped[str] = mapped_column(String(255), default="")
    payable_at: Mapped[datetime | None]  # until then it is pending
    at: Mapped[datetime] = mapped_column(default=now)

    payer: Mapped[Account] = relationship()

    @classmethod
    def book(
        cls, plugin: str, key: str, payer: Account, party: str, party_id: int, amount: int, why: str = ""
    ) -> "Earning":
        """Write down that a party earned an amount, once for the key; it is pending."""
        if party not in PARTIES:
            raise ValueError(f"{party} is not paid out")
        earning = cls(
            plugin=plugin,
            key=f"{plugin}:{key}",
            payer=payer,
            party=party,
            party_id=party_id,
            amount=amount,
            currency=payer.currency,
            why=why[:255],
        )
        db.session.add(earning)
        db.session.flush()
        pot = earning.pot()
        transfer(payer, pot, amount, "earning", key=f"earning:{earning.id}")
        return earning

    @property
    def left(self) -> Money:
        """What was earned less what was taken back."""
        return Money(self.amount - self.reversed, self.currency)

    def pot(self) -> Account:
        """Where what is left of it now is."""
        purpose = "pending" if self.payable_at is None else "payable"
        return Account.of(self.party, self.currency, self.party_id, purpose)

    def release(self) -> bool:
        """What is left becomes payable, once; False when it was released before."""
        pending = Account.of(self.party, self.currency, self.party_id, "pending")
        left = db.session.execute(
            update(Earning)
            .where(Earning.id == self.id, Earning.payable_at.is_(None))
            .values(payable_at=now())
            .returning(Earning.amount - Earning.reversed)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if left is None:
            return False
        db.session.refresh(self, ["payable_at", "reversed"])
        transfer(pending, self.pot(), int(left), "release", key=f"earning:{self.id}:payable")
        return True

    def take_back(self, amount: int, key: str) -> None:
        """Take an amount back to its payer, before or after the payout; raises Refused beyond what is left."""
        if amount <= 0:
            raise ValueError("only a positive amount can be taken back")
        taken = db.session.execute(
            update(Earning)
            .where(Earning.id == self.id, Earning.reversed + amount <= Earning.amount)
            .values(reversed=Earning.reversed + amount)
            .returning(Earning.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if taken is None:
            raise Refused(_("That is more than is left of it."))
        db.session.refresh(self, ["payable_at", "reversed"])
        transfer(self.pot(), self.payer, amount, "earning_back", key=f"earning:{self.id}:back:{key}")
