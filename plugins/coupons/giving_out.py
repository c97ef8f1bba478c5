"""What coupons know of a person: given out when asked, forgotten when asked."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Allowance, Claim
from plugins.coupons.codes import CounterKey
from plugins.coupons.following import Follow
from plugins.coupons.places import Place
from plugins.coupons.redemptions import Conflict, Redemption
from plugins.coupons.waiting import Waiting
from shop.clock import now
from shop.db import db
from shop.people.models import Person

# Where somebody stands only as the one who did it.
DEEDS = (
    CouponCampaign.made_by_id,
    CouponCampaign.ended_by_id,
    CouponCampaign.partner_agreed_by_id,
    Place.decided_by_id,
    Claim.ended_by_id,
    CounterKey.by_id,
    Redemption.by_id,
    Redemption.undone_by_id,
    Conflict.by_id,
    Conflict.settled_by_id,
)


def export(person: Person) -> dict[str, Any]:
    """Coupons with their uses, the merchants that are followed, and where the person waits."""
    uses = {
        use.claim_id: use
        for use in db.session.scalars(
            select(Redemption)
            .join(Redemption.claim)
            .where(Claim.person_id == person.id, Redemption.undone_at.is_(None))
            .options(joinedload(Redemption.merchant), joinedload(Redemption.store))
        )
    }
    return {
        "coupons": [
            {
                "title": claim.campaign.title,
                "code": claim.spoken,
                "community": claim.community.name,
                "state": claim.state,
                "claimed": claim.at.isoformat(),
                "good_until": claim.valid_until.isoformat(),
                "used": uses[claim.id].at.isoformat() if claim.id in uses else None,
                "used_at": uses[claim.id].merchant.name if claim.id in uses else None,
                "store": store.name if claim.id in uses and (store := uses[claim.id].store) else None,
            }
            for claim in db.session.scalars(Claim.of(person).order_by(Claim.id))
        ],
        "follows": [
            follow.merchant.name
            for follow in db.session.scalars(
                select(Follow).where(Follow.person_id == person.id).options(joinedload(Follow.merchant))
            )
        ],
        "waits_for": [
            waiting.campaign.title
            for waiting in db.session.scalars(
                select(Waiting)
                .where(Waiting.person_id == person.id, Waiting.ended_at.is_(None))
                .options(joinedload(Waiting.campaign))
            )
        ],
    }


def erase(person: Person) -> None:
    """Open coupons are free again; what was used is kept for the merchant's books, without a name."""
    for claim in db.session.scalars(
        select(Claim).where(Claim.person_id == person.id, Claim.state == "held")
    ).all():
        if claim.move("void", ended_at=now()):
            claim.release()
    for waiting in db.session.scalars(select(Waiting).where(Waiting.person_id == person.id)).all():
        if waiting.ended_at is None:
            waiting.leave()
        db.session.delete(waiting)
    db.session.flush()
    db.session.execute(update(Claim).where(Claim.person_id == person.id).values(person_id=None))
    for mine in (Follow, Allowance):
        db.session.execute(delete(mine).where(mine.person_id == person.id))
    for column in DEEDS:
        db.session.execute(update(column.class_).where(column == person.id).values({column.key: None}))
