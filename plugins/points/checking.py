"""What `shop check` verifies of points: balances are the sums of their transfers, gifts that are gone were given."""

from collections.abc import Iterator

from sqlalchemy import case, func, or_, select

from plugins.points.gifts import PointsGift, PointsHandout
from plugins.points.ledger import PERSON, PointsAccount, PointsTransfer
from shop.db import db
from shop.limits import Limit


def balances_are_exact() -> Iterator[str]:
    """Counted anew, everybody has what their row says, and the books sum to nothing."""
    one = PointsTransfer
    signed = case((one.credit_id == PointsAccount.id, one.amount), else_=-one.amount)
    counted = (
        select(func.coalesce(func.sum(signed), 0))
        .where(or_(one.credit_id == PointsAccount.id, one.debit_id == PointsAccount.id))
        .correlate(PointsAccount)
        .scalar_subquery()
    )
    total = 0
    for account, sum_of_it in db.session.execute(select(PointsAccount, counted)):
        total += int(sum_of_it)
        if account.owner == PERSON and account.balance != sum_of_it:
            yield f"Points account {account.id} says {account.balance}, its transfers {sum_of_it}."
    if total:
        yield f"The books of points sum to {total}."


def gifts_are_exact() -> Iterator[str]:
    """As many of each gift are gone as were redeemed and not given back."""
    given = (
        select(func.count(PointsHandout.id))
        .where(PointsHandout.gift_id == PointsGift.id, PointsHandout.cancelled_at.is_(None))
        .scalar_subquery()
    )
    rows = select(PointsGift.id, Limit.size - Limit.left, given).join(Limit, Limit.id == PointsGift.limit_id)
    for gift_id, gone, should in db.session.execute(rows.where(Limit.size - Limit.left != given)):
        yield f"Gift {gift_id}: {gone} are gone, and {should} were redeemed."
