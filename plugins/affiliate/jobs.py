"""What affiliate content does behind the pages."""

from datetime import timedelta

from sqlalchemy import delete, exists, select, update

from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import Conversion
from plugins.affiliate.crediting import release
from shop.clock import now
from shop.db import db

AT_ONCE = 200
# An address is needed as long as a sale may be doubted; what was not counted is of no use after a season.
NET_KEPT = timedelta(days=30)
UNCOUNTED_KEPT = timedelta(days=90)


def release_due() -> int:
    """Commissions whose hold is over become payable, each in its own transaction; flagged ones wait for a human."""
    due = (
        select(Conversion.id)
        .where(
            Conversion.state == "pending",
            Conversion.hold_until <= now(),
            Conversion.flag == "",
            Conversion.via != "sale",
        )
        .order_by(Conversion.id)
        .limit(AT_ONCE)
    )
    count = 0
    for number in db.session.scalars(due).all():
        count += release(db.session.get_one(Conversion, number))
        db.session.commit()
    return count


def forget_old() -> int:
    """Forget addresses, and clicks that were not counted and sold nothing; returns how many clicks went."""
    db.session.execute(update(Click).where(Click.net != "", Click.at < now() - NET_KEPT).values(net=""))
    sold = exists().where(Conversion.click_id == Click.id)
    old = delete(Click).where(Click.counts_as.is_(None), Click.at < now() - UNCOUNTED_KEPT, ~sold)
    return len(db.session.scalars(old.returning(Click.id)).all())
