"""What `shop check` verifies of programmes: their caps are what their commissions say."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import Allowance, Programme
from shop.db import db
from shop.limits import Limit


def caps_say_what_commissions_say() -> Iterator[str]:
    """Of a programme's cap, and of each promoter's, is taken what was earned and not taken back."""
    taken = Limit.size - Limit.left
    everything = _sum(Conversion.commission + Conversion.community_part)
    wrong = (
        select(Programme.name, taken, everything)
        .join(Limit, Limit.id == Programme.budget_id)
        .where(taken != everything)
    )
    for name, has, should in db.session.execute(wrong):
        yield f"“{name}” has {has} of its cap taken, its commissions say {should}."
    own = _sum(Conversion.commission, Conversion.promoter_id == Allowance.person_id)
    wrong = (
        select(Programme.name, Allowance.person_id, taken, own)
        .join(Allowance, Allowance.programme_id == Programme.id)
        .join(Limit, Limit.id == Allowance.limit_id)
        .where(Programme.person_cap.is_not(None), taken != own)
    )
    for name, person_id, has, should in db.session.execute(wrong):
        yield f"“{name}”: person {person_id} has {has} of the cap taken, their commissions say {should}."


def _sum(what: Any, *where: Any) -> Any:
    mine = (Conversion.programme_id == Programme.id, Conversion.via != "sale", *where)
    return select(func.coalesce(func.sum(what), 0)).where(*mine).scalar_subquery()
