"""What points know of a person: given out when asked, forgotten when asked; the books stay as they are."""

from typing import Any

from sqlalchemy import String, cast, or_, select, update
from sqlalchemy.orm import joinedload

from plugins.points.comments import PointsComment
from plugins.points.gifts import PointsGift, PointsHandout
from plugins.points.ledger import PointsAccount, PointsTransfer
from plugins.points.tops import PointsPlace, PointsTop
from shop.db import db
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Balances, every transfer, gifts and places, as plain values."""
    mine = select(PointsAccount).where(PointsAccount.person_id == person.id).order_by(PointsAccount.id)
    accounts = {
        each.id: each for each in db.session.scalars(mine.options(joinedload(PointsAccount.community)))
    }
    one = PointsTransfer
    moved = select(one).where(or_(one.debit_id.in_(accounts), one.credit_id.in_(accounts))).order_by(one.id)
    gifts = select(PointsHandout).where(PointsHandout.person_id == person.id).order_by(PointsHandout.id)
    places = (
        select(PointsPlace).where(PointsPlace.person_id == person.id).options(joinedload(PointsPlace.top))
    )
    wrote = select(PointsComment).where(PointsComment.person_id == person.id).order_by(PointsComment.id)
    return {
        "balances": {each.community.name: each.balance for each in accounts.values()},
        "transfers": [
            {"amount": t.amount if t.credit_id in accounts else -t.amount, "what": t.what, "at": t.at.isoformat()}
            for t in db.session.scalars(moved)
        ],
        "gifts": [
            {"title": each.title, "code": each.code, "at": each.at.isoformat()}
            for each in db.session.scalars(gifts)
        ],
        "places": [{"title": each.top.title, "place": each.place} for each in db.session.scalars(places)],
        "comments": [{"kind": c.kind, "title": c.title, "voices": c.voices} for c in db.session.scalars(wrote)],
    }  # fmt: skip


def erase(person: Person) -> None:
    """Names go; what was earned, spent, handed out and counted stays as numbers of nobody."""
    db.session.execute(
        update(PointsAccount)
        .where(PointsAccount.person_id == person.id)
        .values(person_id=None, key="gone:" + cast(PointsAccount.id, String))
    )
    comment = {"person_id": None, "title": ""}
    db.session.execute(update(PointsComment).where(PointsComment.person_id == person.id).values(**comment))
    for table, column in (
        (PointsHandout, PointsHandout.person_id),
        (PointsHandout, PointsHandout.handed_by_id),
        (PointsPlace, PointsPlace.person_id),
        (PointsGift, PointsGift.by_id),
        (PointsTop, PointsTop.by_id),
    ):
        db.session.execute(update(table).where(column == person.id).values({column.key: None}))
