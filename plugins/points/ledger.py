"""The books of points: each transfer moves whole points from one account to another, so the books sum to nothing.

Balanced by construction, and the database itself refuses to change or delete a transfer (triggers in the migration).
They are no money: no account has a currency, no transfer leads to an order or a payment, and none comes from one.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.people.models import Person

ISSUED, SPENT, PERSON = "issued", "spent", "person"


class PointsAccount(Numbered, Base):
    """A member's points in one community, where they come from (issued), or where they go to (spent).

    A person's balance is kept in the row, so that a guarded UPDATE can refuse to spend more; the two others are sums.
    """

    __tablename__ = "points_account"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        CheckConstraint("owner = 'person' OR balance = 0", name="only_people_have_a_balance"),
        Index("ix_points_account_person", "person_id", "community_id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    owner: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    balance: Mapped[int] = mapped_column(default=0)

    community: Mapped[Community] = relationship()
    person: Mapped[Person | None] = relationship()

    @classmethod
    def of(cls, community_id: int, owner: str, person_id: int | None = None) -> "PointsAccount":
        """The account, opened when it is asked for the first time."""
        key = f"{owner}:{community_id}" + (f":{person_id}" if person_id else "")
        found = db.session.scalars(select(cls).where(cls.key == key)).first()
        if found is None:
            insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
            told: dict[str, Any] = {"community_id": community_id, "owner": owner, "key": key}
            told |= {"person_id": person_id, "balance": 0}
            db.session.execute(insert(cls).values(told).on_conflict_do_nothing())
            found = db.session.scalars(select(cls).where(cls.key == key)).one()
        return found

    @property
    def is_persons(self) -> bool:
        return self.owner == PERSON


class PointsTransfer(Numbered, Base):
    """So many points moved, for what, once; without words of people, for it can never be changed."""

    __tablename__ = "points_transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        Index("ix_points_transfer_debit", "debit_id", "at"),
        Index("ix_points_transfer_credit", "credit_id", "at"),
    )

    # Names the deed, such as `review:40:7`; unique, so that the same deed cannot be booked twice.
    key: Mapped[str] = mapped_column(String(96), unique=True)
    debit_id: Mapped[int] = mapped_column(ForeignKey("points_account.id"))
    credit_id: Mapped[int] = mapped_column(ForeignKey("points_account.id"))
    amount: Mapped[int]
    what: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(default=now)

    debit: Mapped[PointsAccount] = relationship(foreign_keys=[debit_id])
    credit: Mapped[PointsAccount] = relationship(foreign_keys=[credit_id])


def move(debit: PointsAccount, credit: PointsAccount, amount: int, what: str, *, key: str) -> bool:
    """Move points, once for each key; False when that was done already. Nobody spends more than they have."""
    if debit.community_id != credit.community_id:
        raise ValueError("points stay in their community")
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    told: dict[str, Any] = {"key": key, "debit_id": debit.id, "credit_id": credit.id, "amount": amount}
    told |= {"what": what, "at": now()}
    made = insert(PointsTransfer).values(told).on_conflict_do_nothing(index_elements=["key"])
    if db.session.scalar(made.returning(PointsTransfer.id)) is None:
        return False
    if debit.is_persons and not _change(debit, -amount):
        have = db.session.scalar(select(PointsAccount.balance).where(PointsAccount.id == debit.id)) or 0
        raise Refused(_("You have %(have)s points, and this costs %(cost)s.", have=have, cost=amount))
    if credit.is_persons:
        _change(credit, amount)
    return True


def _change(account: PointsAccount, n: int) -> bool:
    changed = db.session.scalar(
        update(PointsAccount)
        .where(PointsAccount.id == account.id, PointsAccount.balance + n >= 0)
        .values(balance=PointsAccount.balance + n)
        .returning(PointsAccount.balance)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(account, ["balance"])
    return changed is not None
