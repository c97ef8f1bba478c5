"""What coupons do behind the pages; each step may be done twice."""

from datetime import timedelta

from sqlalchemy import select, update

from plugins.coupons import vouchers, waiting
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim
from shop.clock import now
from shop.db import db
from shop.events import record

AT_ONCE = 200
# No campaign reminds earlier than this.
EARLIEST = timedelta(days=30)


def expire() -> int:
    """Coupons whose time is over are free again for others; the money of unused vouchers goes back."""
    overdue = (
        select(Claim)
        .where(Claim.state == "held", Claim.valid_until <= now())
        .order_by(Claim.valid_until)
        .limit(AT_ONCE)
    )
    done = 0
    for claim in db.session.scalars(overdue).all():
        done += claim.expire()
        db.session.commit()
    vouchers.give_back_expired()
    return done


def invite_waiting() -> int:
    """What came back goes to those who wait, each in turn; returns to how many."""
    waiting.end_missed_turns()
    full: set[int] = set()
    invited = 0
    for person in waiting.next_in_line():
        if person.place_id in full:
            continue
        if person.invite():
            record("coupons.turn", person.place.community_id, waiting=person.id)
            invited += 1
        else:
            full.add(person.place_id)
        db.session.commit()
    return invited


def remind() -> int:
    """Tell those whose coupons end soon, once each."""
    soon = (
        select(Claim.id, Claim.community_id, Claim.valid_until, CouponCampaign.remind_days)
        .join(CouponCampaign, CouponCampaign.id == Claim.campaign_id)
        .where(
            Claim.state == "held",
            Claim.reminded_at.is_(None),
            Claim.valid_until > now(),
            Claim.valid_until <= now() + EARLIEST,
            CouponCampaign.remind_days > 0,
        )
        .order_by(Claim.valid_until)
        .limit(AT_ONCE * 10)
    )
    told = 0
    for claim_id, community_id, valid_until, days in db.session.execute(soon).all():
        if valid_until - now() > timedelta(days=days):
            continue
        marked = (
            update(Claim)
            .where(Claim.id == claim_id, Claim.reminded_at.is_(None))
            .values(reminded_at=now())
            .returning(Claim.id)
        )
        if db.session.execute(marked).scalar_one_or_none() is not None:
            record("coupons.expiring", community_id, claim=claim_id)
            told += 1
    return told
