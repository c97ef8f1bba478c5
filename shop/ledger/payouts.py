"""Payouts: what is payable goes out to those who earned it, in batches, never more than is payable."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.ledger.models import Account, transfer
from shop.money import Money
from shop.people.models import Person

# The one transition table of payouts: from -> to. A bank may send money back after days, so `sent` is not the end.
PAYOUT_MOVES: dict[str, frozenset[str]] = {
    "planned": frozenset({"sent", "cancelled"}),
    "sent": frozenset({"failed"}),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
# Who is paid out; what the site keeps stays where it is.
PARTIES = ("merchant", "community", "sharer")
MOST_AT_ONCE = 500


class PayoutBatch(Numbered, Base):
    """Payouts of one currency that an operator planned together."""

    __tablename__ = "payout_batch"

    currency: Mapped[str] = mapped_column(String(3))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    payouts: Mapped[list["Payout"]] = relationship(order_by="Payout.id", back_populates="batch")
    by: Mapped[Person] = relationship()

    @classmethod
    def plan(cls, currency: str, threshold: int, by: Person) -> "PayoutBatch":
        """Plan a payout to everybody to whom at least the threshold is due; raises Refused when nobody is."""
        batch = cls(currency=currency, by_id=by.id)
        db.session.add(batch)
        db.session.flush()
        for account, amount in due(currency, threshold):
            if account.promise(amount):
                batch.payouts.append(Payout(account_id=account.id, amount=amount))
        if not batch.payouts:
            raise Refused(_("Nobody has so much to be paid out."))
        db.session.flush()
        return batch

    @property
    def money(self) -> Money:
        """What goes out with it, without what was cancelled or came back."""
        return Money(sum(p.amount for p in self.payouts if p.state in ("planned", "sent")), self.currency)


class Payout(Numbered, Base):
    """An amount on its way to somebody who earned it, in minor units of the batch's currency."""

    __tablename__ = "payout"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="planned")

    batch: Mapped[PayoutBatch] = relationship(back_populates="payouts")
    account: Mapped[Account] = relationship()
    changes: Mapped[list["PayoutChange"]] = relationship(order_by="PayoutChange.id")

    @property
    def money(self) -> Money:
        return Money(self.amount, self.batch.currency)

    @property
    def name(self) -> str:
        """What stands on the bank's statement."""
        return f"P{self.batch_id}-{self.id}"

    @property
    def note(self) -> str:
        """The last words about it: the bank's reference, or why it failed."""
        return self.changes[-1].note if self.changes else ""

    def send(self, reference: str, by: Person) -> None:
        """The bank was told; raises Refused when a refund has since taken back what was promised."""
        self._move("sent", reference, by)
        if not self.account.covers_promises():
            raise Refused(
                _("Money went back to a shopper since %(payout)s was planned: cancel it.", payout=self.name)
            )
        transfer(self.account, self._outside(), self.amount, "payout", key=f"payout:{self.id}")

    def fail(self, reason: str, by: Person) -> None:
        """The bank sent it back: it is payable again."""
        self._move("failed", reason, by)
        transfer(self._outside(), self.account, self.amount, "payout_back", key=f"payout:{self.id}:back")
        self.account.take_promise_back(self.amount)

    def cancel(self, reason: str, by: Person) -> None:
        """It was never sent: it stays payable."""
        self._move("cancelled", reason, by)
        self.account.take_promise_back(self.amount)

    def _outside(self) -> Account:
        whose = f"{self.account.owner}:{self.account.owner_ref}"
        return Account.of("outside", self.account.currency, whose, "paid")

    def _move(self, to: str, note: str, by: Person) -> None:
        allowed = [state for state, targets in PAYOUT_MOVES.items() if to in targets]
        was = self.state
        won = db.session.execute(
            update(Payout)
            .where(Payout.id == self.id, Payout.state.in_(allowed))
            .values(state=to)
            .returning(Payout.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("Payout %(payout)s has moved on; please look at it again.", payout=self.name))
        db.session.refresh(self, ["state"])
        self.changes.append(PayoutChange(from_state=was, to_state=to, note=note, by_id=by.id))


class PayoutChange(Numbered, Base):
    """A payout moved from a state to another: when, by whom, with the bank's reference or the reason."""

    __tablename__ = "payout_change"

    payout_id: Mapped[int] = mapped_column(ForeignKey("payout.id"), index=True)
    from_state: Mapped[str] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship()


def due(currency: str, threshold: int) -> list[tuple[Account, int]]:
    """The payable pots with at least the threshold that no payout has promised, and how much that is."""
    free = Account.earned() - Account.promised
    found = db.session.execute(
        select(Account, free)
        .where(
            Account.purpose == "payable",
            Account.owner.in_(PARTIES),
            Account.currency == currency,
            free >= max(1, threshold),
        )
        .order_by(Account.id)
        .limit(MOST_AT_ONCE)
    )
    return [(account, int(amount)) for account, amount in found]


def currencies_due(threshold: int) -> dict[str, tuple[int, int]]:
    """Per currency how many have the threshold to be paid out, and how much that is together."""
    free = Account.earned() - Account.promised
    found = (
        select(Account.currency, free.label("free"))
        .where(Account.purpose == "payable", Account.owner.in_(PARTIES))
        .subquery()
    )
    told: dict[str, tuple[int, int]] = {}
    for currency, amount in db.session.execute(
        select(found.c.currency, found.c.free).where(found.c.free >= max(1, threshold))
    ):
        many, total = told.get(currency, (0, 0))
        told[currency] = (many + 1, total + int(amount))
    return dict(sorted(told.items()))


def owing() -> list[tuple[Account, Money]]:
    """Whose payable pot is below nothing, and by how much: it comes off what they earn next."""
    free = Account.earned() - Account.promised
    found = db.session.execute(
        select(Account, free)
        .where(Account.purpose == "payable", Account.owner.in_(PARTIES), free < 0)
        .order_by(Account.id)
        .limit(MOST_AT_ONCE)
    )
    return [(account, Money(-int(amount), account.currency)) for account, amount in found]
