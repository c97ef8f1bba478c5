"""Paying: which payout of the core a commission went out with; the money itself is the core's."""

from sqlalchemy import String, cast, or_, select, update

from plugins.affiliate.conversions import Conversion
from shop.db import db
from shop.ledger.models import Account
from shop.ledger.payouts import Payout, PayoutBatch


def mark_paid() -> int:
    """Commissions that went out with a payout know it; one whose payout came back waits for the next."""
    came_back = select(Payout.id).where(Payout.state.in_(("failed", "cancelled"))).scalar_subquery()
    went_with = (
        select(Payout.id)
        .join(PayoutBatch, PayoutBatch.id == Payout.batch_id)
        .join(Account, Account.id == Payout.account_id)
        .where(
            Payout.state == "sent",
            Account.owner == "sharer",
            Account.owner_ref == cast(Conversion.promoter_id, String),
            Account.currency == Conversion.currency,
            PayoutBatch.at >= Conversion.payable_at,
        )
        .order_by(Payout.id)
        .limit(1)
        .correlate(Conversion)
        .scalar_subquery()
    )
    marked = db.session.execute(
        update(Conversion)
        .where(
            Conversion.state == "payable",
            or_(Conversion.payout_id.is_(None), Conversion.payout_id.in_(came_back)),
            went_with.is_not(None),
        )
        .values(payout_id=went_with)
        .returning(Conversion.id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())
