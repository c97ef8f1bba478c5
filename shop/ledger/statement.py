"""Statement: what a merchant, a community or a sharer earned, gave back and was paid, line by line from the books."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.ledger.models import Account, Transfer
from shop.money import Money
from shop.orders.models import Order

# What a transfer is called by people, and the colour of its badge. A release moves money between two pots of the
# same party, so it is no line.
WORDS: dict[str, tuple[Any, str]] = {
    "share": (_l("Sale"), "good"),
    "refund_share": (_l("Refund"), "quiet"),
    "clawback": (_l("Refund after the return window"), "warn"),
    "earning": (_l("Earned"), "good"),
    "earning_back": (_l("Taken back"), "warn"),
    "chargeback": (_l("Taken back by the shopper's bank"), "bad"),
    "collected": (_l("Paid to you directly"), "quiet"),
    "handed_back": (_l("Handed back by you"), "quiet"),
    "payout": (_l("Paid out"), ""),
    "payout_back": (_l("Payout came back"), "warn"),
    "debt_paid": (_l("Paid by you"), "good"),
}
# The same from the other side: whoever it came from.
PASSED_ON: dict[str, tuple[Any, str]] = {
    "earning": (_l("Passed on"), "quiet"),
    "earning_back": (_l("Came back to you"), "good"),
}
# What an owner earned and gave back; the others tell only where the money is.
EARNED = ("share", "refund_share", "clawback", "chargeback", "earning", "earning_back")
MONTHS = 6


@dataclass(frozen=True, slots=True)
class Party:
    """Whose statement it is: merchant, community or sharer, by number; days are days of `zone`."""

    kind: str
    number: int
    zone: tzinfo = UTC


@dataclass(slots=True)
class Pots:
    """How much of one currency is pending, payable, frozen and paid, and what was earned in each of the last months."""

    currency: str
    pending: int = 0
    payable: int = 0
    frozen: int = 0
    paid: int = 0
    months: tuple[tuple[datetime, int], ...] = ()

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a zone: from its first instant to the first of the next."""

    starts: datetime
    ends: datetime

    @classmethod
    def read(cls, text: str, zone: tzinfo) -> "Month":
        """The month of a text such as 2026-11; raises NotValid."""
        try:
            first = datetime.strptime(text, "%Y-%m").replace(tzinfo=zone)
            return cls(first, _shifted(first, 1))
        except (ValueError, OverflowError):
            raise NotValid(_("A month is written like 2026-11.")) from None


def pots_of(party: Party) -> list[Pots]:
    """What stands in each pot, by currency; at most two statements."""
    found: dict[str, Pots] = {}
    for account, balance in db.session.execute(select(Account, _balance()).where(_owned_by(party))):
        pots = found.setdefault(account.currency, Pots(account.currency))
        setattr(pots, account.purpose, int(balance))
    bounds = _bounds(party.zone)
    for currency, *amounts in db.session.execute(_by_month(party, bounds)):
        starts = [start for start, _end in bounds]
        found[currency].months = tuple(zip(starts, (int(a or 0) for a in amounts), strict=True))
    return [found[currency] for currency in sorted(found)]


def word_of(reason: str, amount: int) -> tuple[Any, str]:
    """What a line is called, and its badge's colour: what one has earned, another has passed on."""
    is_given = (amount < 0) == (reason == "earning")
    return PASSED_ON[reason] if reason in PASSED_ON and is_given else WORDS[reason]


def lines_of(party: Party, month: Month | None = None, reason: str = "") -> Select[Any]:
    """Its lines as rows (transfer, signed amount, order), without an order of rows of their own."""
    mine = select(Account.id).where(_owned_by(party), Account.owner != "outside").scalar_subquery()
    signed = case((Transfer.credit_id.in_(mine), Transfer.amount), else_=-Transfer.amount)
    lines = (
        select(Transfer, signed, Order.number)
        .outerjoin(Order, Order.id == Transfer.order_id)
        .where(
            or_(Transfer.credit_id.in_(mine), Transfer.debit_id.in_(mine)),
            Transfer.reason.in_(tuple(WORDS)),
        )
    )
    if month is not None:
        lines = lines.where(Transfer.at >= month.starts, Transfer.at < month.ends)
    return lines.where(Transfer.reason == reason) if reason in WORDS else lines


def totals_of(party: Party, month: Month | None = None) -> list[tuple[str, Money]]:
    """The sum of each kind of line, in the order of `WORDS`, what came before what went."""
    lines = lines_of(party, month).subquery()
    signed = lines.c[len(Transfer.__table__.c)]
    summed = select(lines.c.reason, lines.c.currency, func.sum(signed))
    rows = db.session.execute(summed.group_by(lines.c.reason, lines.c.currency, signed > 0)).all()
    order = list(WORDS)
    rows = sorted(rows, key=lambda row: (row[1], order.index(row[0]), -row[2]))
    return [(reason, Money(int(amount), currency)) for reason, currency, amount in rows]


def _owned_by(party: Party) -> ColumnElement[bool]:
    outside = f"{party.kind}:{party.number}"
    return or_(
        and_(Account.owner == party.kind, Account.owner_ref == str(party.number)),
        and_(Account.owner == "outside", Account.owner_ref == outside),
    )


def _balance() -> ColumnElement[int]:
    signed = case((Transfer.credit_id == Account.id, Transfer.amount), else_=-Transfer.amount)
    return (
        select(func.coalesce(func.sum(signed), 0))
        .where(or_(Transfer.credit_id == Account.id, Transfer.debit_id == Account.id))
        .correlate(Account)
        .scalar_subquery()
    )


def _by_month(party: Party, bounds: list[tuple[datetime, datetime]]) -> Any:
    """Per currency what was earned, less what was given back, one column for each month."""
    mine = select(Account.id).where(_owned_by(party), Account.owner != "outside").scalar_subquery()
    signed = case((Transfer.credit_id.in_(mine), Transfer.amount), else_=-Transfer.amount)
    columns = [
        func.sum(case((and_(Transfer.at >= start, Transfer.at < end), signed), else_=0))
        for start, end in bounds
    ]
    return (
        select(Transfer.currency, *columns)
        .where(
            or_(Transfer.credit_id.in_(mine), Transfer.debit_id.in_(mine)),
            Transfer.reason.in_(EARNED),
            Transfer.at >= bounds[0][0],
        )
        .group_by(Transfer.currency)
    )


def _bounds(zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """The last months, the present one last."""
    first = now().astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return [(_shifted(first, -n), _shifted(first, 1 - n)) for n in range(MONTHS - 1, -1, -1)]


def _shifted(first: datetime, months: int) -> datetime:
    """The first of the month so many months on."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return first.replace(year=year, month=month + 1)
