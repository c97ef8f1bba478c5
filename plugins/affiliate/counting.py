"""Counting: clicks and sales by day, reason, state and article, for charts; a fixed number of statements each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from flask_babel import format_date
from sqlalchemy import ColumnElement, and_, case, func, select

from plugins.affiliate.clicks import REASONS, Click
from plugins.affiliate.conversions import STATES, Conversion
from shop.clock import now
from shop.db import db
from shop.ledger.payouts import Payout
from shop.money import Money

DAYS = 14
EARNING = ("pending", "payable")


@dataclass(slots=True)
class Brought:
    """Counted clicks, sales that earn, and what they earned by currency, in minor units."""

    clicks: int = 0
    sales: int = 0
    earned: dict[str, int] = field(default_factory=dict)

    @property
    def amounts(self) -> list[Money]:
        return [Money(amount, currency) for currency, amount in sorted(self.earned.items())]

    @property
    def rate(self) -> str:
        """Sales of a hundred clicks."""
        return f"{100 * self.sales / self.clicks:.1f} %" if self.clicks else "–"


def by_day(zone: tzinfo, *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Counted clicks of each of the last days, the present one last, as bars."""
    today = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    columns = [
        func.sum(case((and_(Click.at >= start, Click.at < start + timedelta(days=1)), 1), else_=0))
        for start in starts
    ]
    counted = (Click.counts_as.is_not(None), Click.at >= starts[0])
    row = db.session.execute(select(*columns).where(*counted, *conditions)).one()
    return [
        {"label": _day(start), "value": int(count or 0)} for start, count in zip(starts, row, strict=True)
    ]


def uncounted(*conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Clicks that were not counted, by the reason, as bars."""
    rows = db.session.execute(
        select(Click.reason, func.count(Click.id))
        .where(Click.counts_as.is_(None), *conditions)
        .group_by(Click.reason)
        .order_by(func.count(Click.id).desc())
    )
    return [{"label": REASONS.get(reason, reason), "value": int(count)} for reason, count in rows]


def by_state(*conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    """How many sales are pending, payable, paid and rejected, and how much that is, as bars."""
    paid = and_(Conversion.state == "payable", Payout.state == "sent")
    state = case((paid, "paid"), else_=Conversion.state)
    rows = db.session.execute(
        select(state, Conversion.currency, func.count(Conversion.id), func.sum(Conversion.commission))
        .outerjoin(Payout, Payout.id == Conversion.payout_id)
        .where(*conditions, Conversion.state != "unpaid")
        .group_by(state, Conversion.currency)
    )
    found: dict[str, tuple[int, list[str]]] = {word: (0, []) for word in STATES}
    for word, currency, count, earned in rows:
        many, amounts = found[word]
        said = [str(Money(int(earned), currency))] if earned else []
        found[word] = (many + int(count), amounts + said)
    return [
        {"label": STATES[word][0], "value": many, "text": " · ".join([str(many), *amounts])}
        for word, (many, amounts) in found.items()
    ]


def by_article(article_ids: Iterable[int]) -> dict[int, Brought]:
    """What each of these articles brought; two statements for all."""
    found = {number: Brought() for number in article_ids}
    clicks = (
        select(Click.article_id, func.count(Click.id))
        .where(Click.article_id.in_(found), Click.counts_as.is_not(None))
        .group_by(Click.article_id)
    )
    for number, count in db.session.execute(clicks):
        found[int(number or 0)].clicks = count
    sales = (
        select(
            Conversion.article_id,
            Conversion.currency,
            func.count(Conversion.id),
            func.sum(Conversion.commission),
        )
        .where(Conversion.article_id.in_(found), Conversion.state.in_(EARNING))
        .group_by(Conversion.article_id, Conversion.currency)
    )
    for number, currency, count, earned in db.session.execute(sales):
        brought = found[int(number or 0)]
        brought.sales += count
        brought.earned[currency] = brought.earned.get(currency, 0) + int(earned or 0)
    return found


def total(*, clicks: ColumnElement[bool], sales: ColumnElement[bool]) -> Brought:
    """Everything together; two statements."""
    brought = Brought()
    counted = select(func.count(Click.id)).where(clicks, Click.counts_as.is_not(None))
    brought.clicks = db.session.scalar(counted) or 0
    rows = db.session.execute(
        select(Conversion.currency, func.count(Conversion.id), func.sum(Conversion.commission))
        .where(sales, Conversion.state.in_(EARNING))
        .group_by(Conversion.currency)
    )
    for currency, count, earned in rows:
        brought.sales += count
        brought.earned[currency] = int(earned or 0)
    return brought


def _day(start: datetime) -> str:
    return str(format_date(start.date(), "MMMd"))
