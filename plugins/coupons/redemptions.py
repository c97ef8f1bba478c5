"""Redemption: a coupon was used, where, by whom, and what it took off; Conflict: a scan that could not count."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim
from plugins.coupons.stores import Store, not_here
from shop import once
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.listings.models import WHOLE
from shop.merchants.models import Merchant
from shop.money import Money, share_out
from shop.orders.models import Order
from shop.people.models import Person

WAYS = ("scanned", "typed", "offline", "order")


class Redemption(Numbered, Base):
    """A coupon was used at a merchant; a mistake is undone with a reason, and the row stays. Amounts in minor units."""

    __tablename__ = "coupons_redemption"
    __table_args__ = (
        # Of a coupon at most one counts: the last guard behind the guarded move of its state.
        Index(
            "uq_coupons_redemption_claim",
            "claim_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_coupons_redemption_merchant", "merchant_id", "id"),
        Index("ix_coupons_redemption_campaign", "campaign_id", "community_id"),
        Index("ix_coupons_redemption_store", "store_id", "id"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("coupons_claim.id", ondelete="CASCADE"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("coupons_campaign.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))  # where
    store_id: Mapped[int | None] = mapped_column(ForeignKey("coupons_store.id", ondelete="SET NULL"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id", ondelete="SET NULL"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    synced_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(String(8))
    bill: Mapped[int | None]
    discount: Mapped[int] = mapped_column(default=0)
    # What of it a partner bears, and what the community earns by this use: as it was agreed then.
    partner_bears: Mapped[int] = mapped_column(default=0)
    community_earns: Mapped[int] = mapped_column(default=0)
    # What a counter without a network called this scan; the same scan is counted once.
    scan_ref: Mapped[str | None] = mapped_column(String(40), unique=True)
    is_beyond: Mapped[bool] = mapped_column(default=False)  # used in time, synced when others had its place
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    undone_why: Mapped[str] = mapped_column(String(400), default="")

    claim: Mapped[Claim] = relationship()
    campaign: Mapped[CouponCampaign] = relationship()
    community: Mapped[Community] = relationship()
    merchant: Mapped[Merchant] = relationship(foreign_keys=[merchant_id])
    store: Mapped[Store | None] = relationship()
    order: Mapped[Order | None] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    undone_by: Mapped[Person | None] = relationship(foreign_keys=[undone_by_id])

    @classmethod
    def of(cls, claim: Claim) -> "Redemption | None":
        """The use of a coupon that counts."""
        mine = select(cls).where(cls.claim_id == claim.id, cls.undone_at.is_(None))
        return db.session.scalars(mine).first()

    @property
    def money(self) -> Money:
        return Money(self.discount, self.campaign.currency)

    def undo(self, by: Person | None, why: str) -> None:
        """It was a mistake, or its order went back: the coupon can be used again while its time lasts. Once."""
        won = db.session.execute(
            update(Redemption)
            .where(Redemption.id == self.id, Redemption.undone_at.is_(None))
            .values(undone_at=now(), undone_by_id=by.id if by else None, undone_why=why[:400])
            .returning(Redemption.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This was undone already."))
        db.session.refresh(self)
        _open_again(self.claim)
        record("coupons.undone", self.community_id, redemption=self.id)


class Conflict(Numbered, Base):
    """A scan of a counter without a network that could not count when it came in, for people to look at."""

    __tablename__ = "coupons_conflict"
    __table_args__ = (Index("ix_coupons_conflict_merchant", "merchant_id", "settled_at", "id"),)

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("coupons_store.id", ondelete="SET NULL"))
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("coupons_claim.id", ondelete="SET NULL"))
    code: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(400), default="")
    scanned_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    scan_ref: Mapped[str] = mapped_column(String(40), unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(String(400), default="")

    claim: Mapped[Claim | None] = relationship()
    store: Mapped[Store | None] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])

    def settle(self, by: Person, note: str) -> None:
        """Somebody has looked at it and said what was done."""
        if self.settled_at is not None:
            raise Refused(_("This was settled already."))
        self.settled_at, self.settled_by_id, self.note = now(), by.id, note


def redeem(
    claim: Claim,
    merchant: Merchant,
    by: Person,
    how: str,
    *,
    key: str,
    bill: int | None = None,
    store_id: int | None = None,
) -> Redemption:
    """Use a coupon at a merchant's counter (or in one of its stores), once for this key and once for all.

    Raises Refused. Does not commit.
    """
    started = once.begin("coupons.redeem", key, {"claim": claim.id, "merchant": merchant.id, "bill": bill})
    if started.answer is not None:
        return db.session.get_one(Redemption, int(started.answer))
    check_usable(claim, merchant, store_id)
    check_bill(claim.campaign, bill)
    instant = now()
    if not claim.move("used", only_from=("held",), ended_at=instant):
        raise Refused(
            why_not(claim, merchant, store_id) or _("This coupon has moved on; please look at it again.")
        )
    if not claim.keep():
        raise Refused(_("This coupon has expired."))
    redemption = write(claim, merchant, by=by, how=how, at=instant, bill=bill, store_id=store_id)
    started.answer = str(redemption.id)
    return redemption


def write(claim: Claim, merchant: Merchant, **facts: Any) -> Redemption:
    """The row of a use that was won, and its event."""
    campaign = claim.campaign
    facts.setdefault("discount", taken_off(campaign, facts.get("bill")))
    by = facts.pop("by", None)
    if campaign.is_joint:
        share = campaign.partner_share
        facts["partner_bears"] = share_out(facts["discount"], [WHOLE - share, share])[1]
    redemption = Redemption(
        claim=claim,
        campaign=campaign,
        community=claim.community,
        merchant=merchant,
        community_earns=campaign.community_fee,
        by_id=by.id if by else None,
        **facts,
    )
    db.session.add(redemption)
    db.session.flush()
    record("coupons.used", claim.community_id, redemption=redemption.id)
    return redemption


def check_usable(claim: Claim, merchant: Merchant, store_id: int | None = None) -> None:
    """Raise Refused with the reason why a coupon cannot be used here and now."""
    reason = why_not(claim, merchant, store_id)
    if reason:
        raise Refused(reason)


def why_not(claim: Claim, merchant: Merchant, store_id: int | None = None) -> str:
    """Why a coupon cannot be used at a merchant's counter now, in words for both sides of it; empty when it can."""
    campaign = claim.campaign
    if not campaign.is_used_at(merchant.id):
        return _("This coupon belongs to another merchant.")
    if not campaign.at_counter:
        return _("This coupon is good in the checkout only.")
    words = {
        "reserved": _("This coupon is kept for an order that waits to be paid."),
        "used": _("This coupon was used already."),
        "expired": _("This coupon has expired."),
        "early": _("This coupon is not good yet."),
        "void": _("This coupon was withdrawn: %(reason)s", reason=claim.reason),
        "returned": _("The money for this voucher went back."),
    }
    return words.get(claim.shown_state, "") or not_here(campaign, merchant, store_id)


def check_bill(campaign: CouponCampaign, bill: int | None) -> None:
    """A bill that is told must be large enough."""
    if bill is not None and campaign.kind != "twofor" and bill < campaign.least:
        raise NotValid(
            _("This coupon is good from %(amount)s on.", amount=campaign.money(campaign.least)), field="bill"
        )


def taken_off(campaign: CouponCampaign, bill: int | None) -> int:
    """What a use at the counter was worth; nothing where only a bill could tell and none was told."""
    if campaign.kind == "voucher":
        return campaign.worth - campaign.price  # the rest was paid when it was bought
    if campaign.kind == "gift":
        return campaign.worth
    if campaign.kind == "twofor":
        return bill or 0  # the price of the one that was free
    if bill is None:
        return campaign.worth if campaign.kind == "amount" else 0
    return campaign.off(bill)


def _open_again(claim: Claim) -> None:
    claim.move("held", only_from=("used",), ended_at=None)
    if claim.state == "held" and not claim.expire():
        claim.lend_again()
