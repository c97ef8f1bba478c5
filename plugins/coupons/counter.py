"""The counter: who and what a code is and whether it counts; and what a phone keeps for the time without a network."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.coupons import codes
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim, whole
from plugins.coupons.redemptions import Redemption, why_not
from plugins.coupons.stores import Store, not_here
from shop.clock import now
from shop.db import db
from shop.merchants.models import Merchant

# What a phone without a network knows of used coupons goes back so far.
REMEMBERED = timedelta(days=7)
MOST_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Sight:
    """What the counter sees of a code: the coupon (or none), how it came, and why it cannot be used (empty: it can)."""

    text: str
    how: str
    claim: Claim | None
    refusal: str = ""

    @property
    def asks_bill(self) -> bool:
        """Whether the bill tells what it takes off."""
        return self.claim is not None and self.claim.campaign.kind in ("percent", "twofor")


def look(text: str, merchant: Merchant, store_id: int | None = None) -> Sight:
    """Look at a code in a store; nothing is changed by it."""
    read = codes.read(text)
    if read is None:
        return Sight(text, "typed", None, _("This is not one of our codes."))
    scan = read if isinstance(read, codes.Scan) else None
    how = "scanned" if scan else "typed"
    claim = find(scan.code if scan else str(read))
    if claim is None or not claim.campaign.is_used_at(merchant.id):
        return Sight(text, how, None, _("Nobody has this coupon here."))
    if scan is not None:
        wrong = why_not_signed(scan, claim) or why_not_fresh(scan)
        if wrong:
            return Sight(text, how, claim, wrong)
    return Sight(text, how, claim, why_not(claim, merchant, store_id))


def find(code: str) -> Claim | None:
    """The coupon of a short code, with everything that is shown of it."""
    mine = select(Claim).where(Claim.code == code).options(*whole(), joinedload(Claim.person))
    return db.session.scalars(mine).first()


def why_not_signed(scan: codes.Scan, claim: Claim) -> str:
    """Why a scanned text is not to be believed; empty when the coupon's own phone has signed it."""
    mine = scan.campaign == claim.campaign_id and scan.hour == codes.hour_of(claim.valid_until)
    if not mine or not scan.is_signed(claim.campaign.merchant_id):
        return _("This code was not made by us. Please type the short code below it.")
    if scan.key != codes.key_number(claim.campaign.merchant_id):
        return _("This code is from before the counter's key was changed. Please load the coupon again.")
    return ""


def why_not_fresh(scan: codes.Scan) -> str:
    if scan.is_fresh(now()):
        return ""
    return _("This is an old picture of the code. Please open the coupon itself, or type the short code.")


def kept_offline(merchant: Merchant, store_id: int | None = None) -> dict[str, Any]:
    """What a counter's phone keeps for the time without a network: keys of its campaigns, and what was used.

    A campaign that is not good in this store says so, in words.
    """
    number_of: dict[int, int] = {}
    stores = db.session.scalars(Store.of(merchant.id)).all()
    campaigns = {}
    wanted = CouponCampaign.of(merchant).where(
        CouponCampaign.opened_at.is_not(None), CouponCampaign.at_counter
    )
    for campaign in db.session.scalars(wanted.order_by(CouponCampaign.id.desc()).limit(200)):
        if not campaign.is_used_at(merchant.id):
            continue
        giver = campaign.merchant_id
        number = number_of.get(giver) or codes.key_number(giver)
        number_of[giver] = number
        campaigns[codes.base36(campaign.id)] = {
            "title": campaign.title,
            "what": campaign.worth_words(),
            "more": " · ".join(campaign.small_print()),
            "number": codes.base36(number),
            "key": codes.campaign_key(giver, number, campaign.id).hex(),
            "elsewhere": not_here(campaign, merchant, store_id, stores),
        }
    used = (
        select(Claim.code)
        .join(Redemption, Redemption.claim_id == Claim.id)
        .where(
            Redemption.merchant_id == merchant.id,
            Redemption.undone_at.is_(None),
            Redemption.at > now() - REMEMBERED,
        )
        .order_by(Redemption.id.desc())
        .limit(MOST_REMEMBERED)
    )
    return {"campaigns": campaigns, "used": list(db.session.scalars(used))}
