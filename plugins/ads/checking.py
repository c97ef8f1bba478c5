"""The books of ads: every budget says what its views and clicks say, and what was settled is what was given."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.ads.budgets import Deposit, Settlement
from plugins.ads.campaigns import Campaign, Flight
from plugins.ads.counts import Showing, Stat
from plugins.ads.creatives import Creative
from shop.db import db
from shop.limits import Limit


def findings() -> Iterator[str]:
    """Everything that is wrong, in sentences; it only reads."""
    budgets = {
        row[0]: row
        for row in db.session.execute(
            select(Campaign.id, Campaign.name, Limit.size, Limit.left).join(
                Limit, Limit.id == Campaign.budget_id
            )
        )
    }
    paid = _sums(
        select(Deposit.campaign_id, func.sum(Deposit.amount - Deposit.back))
        .where(Deposit.paid_at.is_not(None))
        .group_by(Deposit.campaign_id)
    )
    used = _sums(select(Deposit.campaign_id, func.sum(Deposit.used)).group_by(Deposit.campaign_id))
    showings = select(
        Flight.campaign_id, func.sum(Showing.spent), func.sum(Showing.settled), func.sum(Showing.given)
    )
    told = {
        row[0]: (int(row[1]), int(row[2]), int(row[3]))
        for row in db.session.execute(
            showings.join(Flight, Flight.id == Showing.flight_id).group_by(Flight.campaign_id)
        )
    }
    by_day = _sums(
        select(Flight.campaign_id, func.sum(Stat.spent))
        .join(Creative, Creative.id == Stat.creative_id)
        .join(Flight, Flight.id == Creative.flight_id)
        .group_by(Flight.campaign_id)
    )
    given = _sums(
        select(Deposit.campaign_id, func.sum(Settlement.given))
        .join(Deposit, Deposit.id == Settlement.deposit_id)
        .group_by(Deposit.campaign_id)
    )
    for number, name, size, left in budgets.values():
        spent, settled, community = told.get(number, (0, 0, 0))
        if size != paid.get(number, 0):
            yield _("“%(name)s”: the budget is not what was paid in.", name=name)
        if size - left != spent or spent != by_day.get(number, 0):
            yield _("“%(name)s”: what was spent is not what its views and clicks cost.", name=name)
        if settled != used.get(number, 0) or community != given.get(number, 0):
            yield _("“%(name)s”: what was settled is not what was given.", name=name)


def _sums(query: object) -> dict[int, int]:
    return {int(key): int(amount or 0) for key, amount in db.session.execute(query)}  # type: ignore[call-overload]
