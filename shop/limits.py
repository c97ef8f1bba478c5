"""Limit: one counted thing that can run out: stock, seats, codes, reward tiers, budget.

`take` and `give_back` are the only ways to change what is left, each one guarded UPDATE with a CHECK behind it
(the one pattern that was right on both engines without a retry: reliability notes, table 2.1).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, bindparam, case, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, SoldOut

LARGEST_TAKE = 1_000_000_000


class Limit(Numbered, Base):
    """A count that can run out; `left` never falls below nothing nor rises above `size`."""

    __tablename__ = "limits"
    __table_args__ = (CheckConstraint("remaining >= 0 AND remaining <= size", name="remaining_within_size"),)

    kind: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    left: Mapped[int] = mapped_column("remaining")  # LEFT is a word of SQL

    @classmethod
    def of(cls, size: int, kind: str) -> "Limit":
        """A new limit of `size`, all of it left."""
        if not 0 <= size <= LARGEST_TAKE:
            raise NotValid(_("A limit is a whole number from 0 to %(most)s.", most=LARGEST_TAKE))
        return cls(kind=kind, size=size, left=size)

    def take(self, n: int) -> int:
        """Take `n`, or raise SoldOut; returns what is left. Expired holds are given back first when it is short."""
        left = self._try_take(n)
        if left is None and give_back_expired([self.id]):
            left = self._try_take(n)
        if left is None:
            there = db.session.scalar(select(Limit.left).where(Limit.id == self.id)) or 0
            raise SoldOut(_sold_out(there), left=there)
        return left

    def give_back(self, n: int) -> None:
        """Put back `n` that were taken."""
        _check(n)
        db.session.execute(update(Limit).where(Limit.id == self.id).values(left=Limit.left + n))

    def resize(self, size: int) -> None:
        """Change the size; what is taken stays taken, so a size below that is refused."""
        if not 0 <= size <= LARGEST_TAKE:
            raise NotValid(_("A limit is a whole number from 0 to %(most)s.", most=LARGEST_TAKE))
        changed = db.session.execute(
            update(Limit)
            .where(Limit.id == self.id, Limit.left + (size - Limit.size) >= 0)
            .values(left=Limit.left + (size - Limit.size), size=size)
            .returning(Limit.left)
        ).scalar_one_or_none()
        if changed is None:
            raise SoldOut(_("More than that is already taken."), left=0)

    def set_left(self, left: int) -> None:
        """What a merchant counts on the shelf: so many are left now, whatever was taken before."""
        if not 0 <= left <= LARGEST_TAKE:
            raise NotValid(_("A limit is a whole number from 0 to %(most)s.", most=LARGEST_TAKE))
        db.session.execute(
            update(Limit).where(Limit.id == self.id).values(size=Limit.size - Limit.left + left, left=left)
        )

    @classmethod
    def by_ids(cls, ids: Iterable[int]) -> dict[int, "Limit"]:
        """Limits by their numbers; those that this transaction has met already are not asked for again."""
        met = {i: db.session.identity_map.get(db.session.identity_key(cls, i)) for i in ids}
        missing = [i for i, limit in met.items() if limit is None]
        found = db.session.scalars(select(cls).where(cls.id.in_(missing))).all() if missing else []
        return {i: limit for i, limit in met.items() if limit is not None} | {row.id: row for row in found}

    @classmethod
    def take_all(cls, wanted: Mapping[int, int]) -> list[int]:
        """Take so many of each limit, by number, where so many are left; the numbers of those that are short.

        One statement for any number; PostgreSQL locks the rows in the order of their numbers, so that no two wait for
        each other.
        """
        if not wanted:
            return []
        if len(wanted) == 1:
            ((limit_id, n),) = wanted.items()
            return [] if cls.by_ids([limit_id])[limit_id]._try_take(n) is not None else [limit_id]
        for n in wanted.values():
            _check(n)
        in_order = select(cls.id).where(cls.id.in_(wanted)).order_by(cls.id).with_for_update(key_share=True)
        n_of = case(dict(wanted), value=cls.id)
        taken = db.session.scalars(
            update(cls)
            .where(cls.id.in_(select(in_order.cte("in_order").c.id)), cls.left >= n_of)
            .values(left=cls.left - n_of)
            .returning(cls.id)
            .execution_options(synchronize_session=False)
        )
        return sorted(wanted.keys() - set(taken))

    def hold(self, n: int, purpose: str, until: datetime | None) -> "Hold":
        """Take `n` for a purpose until an instant (None: for good); the row says who has them."""
        self.take(n)
        hold = Hold(limit_id=self.id, n=n, purpose=purpose, until=until)
        db.session.add(hold)
        return hold

    def _try_take(self, n: int) -> int | None:
        _check(n)
        left: int | None = db.session.execute(TAKE, {"limit": self.id, "n": n}).scalar_one_or_none()
        return left


LIMITS: Any = Limit.__table__
# Written once, for every order takes something.
TAKE = (
    update(LIMITS)
    .where(LIMITS.c.id == bindparam("limit"), LIMITS.c.remaining >= bindparam("n"))
    .values(remaining=LIMITS.c.remaining - bindparam("n"))
    .returning(LIMITS.c.remaining)
)


class Hold(Numbered, Base):
    """So many of a limit are kept for a purpose; past `until` anybody who needs them may have them back."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("n > 0", name="n_positive"),
        Index("ix_hold_purpose", "purpose"),
        Index("ix_hold_open", "limit_id", "until"),
    )

    limit_id: Mapped[int] = mapped_column(ForeignKey("limits.id"))
    n: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime | None]
    given_back_at: Mapped[datetime | None]

    limit: Mapped[Limit] = relationship()

    @classmethod
    def write(cls, taken: Mapping[int, int], purpose: str, until: datetime | None) -> None:
        """Say who has what was just taken of some limits, and until when; one statement for any number."""
        if taken:
            rows = [{"limit_id": i, "n": n, "purpose": purpose, "until": until} for i, n in taken.items()]
            db.session.execute(HOLDS.insert(), rows)

    @classmethod
    def keep_all(cls, purpose: str) -> Sequence["Hold"]:
        """Make all holds of a purpose last for good; those that were given back already, in the order of their limits.

        PostgreSQL locks the rows in that order too, as whoever gives them back does.
        """
        in_order = select(cls.id).where(cls.purpose == purpose, cls.given_back_at.is_(None))
        locked = in_order.order_by(cls.limit_id).with_for_update(key_share=True).cte("in_order")
        db.session.execute(
            update(HOLDS)
            .where(HOLDS.c.id.in_(select(locked.c.id)), HOLDS.c.given_back_at.is_(None))
            .values(until=None)
        )
        lost = select(cls).where(cls.purpose == purpose, cls.given_back_at.is_not(None))
        return db.session.scalars(lost.order_by(cls.limit_id)).all()

    def keep(self) -> bool:
        """Make the hold last for good; False when it was given back already."""
        kept = db.session.execute(
            update(Hold)
            .where(Hold.id == self.id, Hold.given_back_at.is_(None))
            .values(until=None)
            .returning(Hold.id)
        ).scalar_one_or_none()
        return kept is not None

    def give_back(self) -> bool:
        """Give back what is held, once; False when that was done already."""
        return _give_back(self.id)


HOLDS: Any = Hold.__table__


def holds_for(purpose: str) -> list[Hold]:
    """The holds of a purpose that were not given back, in the fixed order in which limits are touched."""
    return list(
        db.session.scalars(
            select(Hold).where(Hold.purpose == purpose, Hold.given_back_at.is_(None)).order_by(Hold.limit_id)
        )
    )


def give_back_expired(limit_ids: Iterable[int] | None = None) -> int:
    """Give back the holds whose time is over, of some limits or of all; returns how many."""
    wanted = select(Hold.id).where(Hold.given_back_at.is_(None), Hold.until < now()).order_by(Hold.limit_id)
    if limit_ids is not None:
        wanted = wanted.where(Hold.limit_id.in_(list(limit_ids)))
    return sum(_give_back(hold_id) for hold_id in db.session.scalars(wanted).all())


def _give_back(hold_id: int) -> bool:
    row = db.session.execute(
        update(Hold)
        .where(Hold.id == hold_id, Hold.given_back_at.is_(None))
        .values(given_back_at=now())
        .returning(Hold.limit_id, Hold.n)
    ).first()
    if row is None:
        return False
    db.session.execute(update(Limit).where(Limit.id == row.limit_id).values(left=Limit.left + row.n))
    return True


def _check(n: int) -> None:
    if type(n) is not int or not 1 <= n <= LARGEST_TAKE:
        raise NotValid(_("How many must be a whole number above zero."))


def _sold_out(left: int) -> str:
    return str(_("Sold out.") if left == 0 else _("Only %(left)s left.", left=left))
