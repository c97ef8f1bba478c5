"""Account and Transfer: every transfer moves an amount from one account to another, so the books sum to zero.

Balanced by construction (a debit and a credit in one row, as TigerBeetle does) and immutable: the database itself
refuses an UPDATE or DELETE of a transfer (triggers in migrations/core). Corrections are new transfers.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    case,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db

# Whose account it is; `provider` is where the money is in the world, `held` is shoppers' money not yet shared out.
OWNERS = ("provider", "held", "merchant", "community", "sharer", "site", "deposit", "unallocated", "outside")

# Transfers of money that a payout moves; all others tell what an owner earned.
PAYOUT_REASONS = ("payout", "payout_back")


# An account of a currency by its owner, whose it is and what it is for.
Pot = tuple[str, str, str]


class Account(Numbered, Base):
    """One pot of one currency: an owner's pending, payable or paid money."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("owner", "owner_ref", "purpose", "currency"),
        CheckConstraint("promised >= 0", name="promised_not_negative"),
    )

    owner: Mapped[str] = mapped_column(String(16))
    owner_ref: Mapped[str] = mapped_column(String(32), default="")
    purpose: Mapped[str] = mapped_column(String(16), default="")
    currency: Mapped[str] = mapped_column(String(3))
    # Of a payable pot: what stands in payouts that are planned or sent. No two payouts promise the same money.
    promised: Mapped[int] = mapped_column(default=0)

    @classmethod
    def of(cls, owner: str, currency: str, ref: object = "", purpose: str = "") -> "Account":
        """The account, opened when it is asked for the first time."""
        values = {"owner": owner, "owner_ref": str(ref), "purpose": purpose, "currency": currency}
        found = db.session.scalars(select(cls).filter_by(**values)).first()
        if found is not None:
            return found
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(insert(cls).values(**values).on_conflict_do_nothing())
        return db.session.scalars(select(cls).filter_by(**values)).one()

    @classmethod
    def all_of(cls, currency: str, pots: Iterable[Pot]) -> dict[Pot, "Account"]:
        """Several accounts of one currency, by owner, whose and purpose; one look for those that are open already."""
        wanted = list(dict.fromkeys(pots))
        rows = select(cls).where(
            tuple_(cls.owner, cls.owner_ref, cls.purpose).in_(wanted), cls.currency == currency
        )
        found = {(row.owner, row.owner_ref, row.purpose): row for row in db.session.scalars(rows)}
        return {
            pot: found[pot] if pot in found else cls.of(pot[0], currency, pot[1], pot[2]) for pot in wanted
        }

    def balance(self) -> int:
        """What was credited less what was debited, in minor units."""
        credited = select(func.coalesce(func.sum(Transfer.amount), 0)).where(Transfer.credit_id == self.id)
        debited = select(func.coalesce(func.sum(Transfer.amount), 0)).where(Transfer.debit_id == self.id)
        return int(db.session.scalar(credited) or 0) - int(db.session.scalar(debited) or 0)

    @classmethod
    def earned(cls) -> ColumnElement[int]:
        """What came into the account less what was taken back, payouts aside: an SQL expression."""
        signed = case((Transfer.credit_id == cls.id, Transfer.amount), else_=-Transfer.amount)
        return (
            select(func.coalesce(func.sum(signed), 0))
            .where(
                or_(Transfer.credit_id == cls.id, Transfer.debit_id == cls.id),
                Transfer.reason.not_in(PAYOUT_REASONS),
            )
            .correlate(cls)
            .scalar_subquery()
        )

    def promise(self, amount: int) -> bool:
        """Set an amount aside for a payout; False when there is not so much that is not promised already.

        One guarded UPDATE: of two batches that are made at once, the second waits and then sees the first's promise.
        """
        db.session.flush()
        kept = db.session.execute(
            update(Account)
            .where(Account.id == self.id, Account.earned() - Account.promised >= amount)
            .values(promised=Account.promised + amount)
            .returning(Account.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        return kept is not None

    def covers_promises(self) -> bool:
        """Whether everything that is promised is still earned: a refund may have come since."""
        db.session.flush()
        found = select(Account.id).where(Account.id == self.id, Account.earned() >= Account.promised)
        return db.session.scalar(found) is not None

    def take_promise_back(self, amount: int) -> None:
        """A payout of this amount is not going to be, or did not arrive."""
        db.session.execute(
            update(Account)
            .where(Account.id == self.id)
            .values(promised=Account.promised - amount)
            .execution_options(synchronize_session=False)
        )


class Transfer(Numbered, Base):
    """An amount moved from the debit account to the credit account, for a reason, once."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        Index("ix_transfer_debit", "debit_id"),
        Index("ix_transfer_credit", "credit_id"),
    )

    # Names the act, such as `refund:12:share:40`; unique, so that the same act cannot be booked twice.
    key: Mapped[str] = mapped_column(String(96), unique=True)
    debit_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    credit_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(32))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    debit: Mapped[Account] = relationship(foreign_keys=[debit_id])
    credit: Mapped[Account] = relationship(foreign_keys=[credit_id])


def transfer(
    debit: Account, credit: Account, amount: int, reason: str, *, key: str, order_id: int | None = None
) -> Transfer | None:
    """Write one transfer; nothing for nothing. Raises ValueError for two currencies."""
    row = movement(debit, credit, amount, reason, key=key, order_id=order_id)
    if row is not None:
        db.session.add(row)
    return row


def movement(
    debit: Account, credit: Account, amount: int, reason: str, *, key: str, order_id: int | None = None
) -> Transfer | None:
    """One transfer that is not written yet; None for nothing. Raises ValueError for two currencies."""
    if debit.currency != credit.currency:
        raise ValueError(f"a transfer has one currency, not {debit.currency} and {credit.currency}")
    if amount == 0:
        return None
    return Transfer(
        key=key,
        debit_id=debit.id,
        credit_id=credit.id,
        amount=amount,
        currency=debit.currency,
        reason=reason,
        order_id=order_id,
    )


def totals() -> dict[str, int]:
    """The sum of all balances per currency: nothing, always."""
    signed: dict[str, int] = {}
    for sign, side in ((1, Transfer.credit_id), (-1, Transfer.debit_id)):
        rows = db.session.execute(
            select(Account.currency, func.sum(Transfer.amount))
            .join(Account, Account.id == side)
            .group_by(Account.currency)
        )
        for currency, amount in rows:
            signed[currency] = signed.get(currency, 0) + sign * int(amount)
    return signed
