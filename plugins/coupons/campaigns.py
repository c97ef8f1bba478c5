"""CouponCampaign: what a merchant gives away, how often, when and for whom."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.limits import Limit
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.money import Money
from shop.people.models import Person

KINDS = ("amount", "percent", "gift", "twofor", "voucher")
# What can be taken off a bill of the checkout.
ONLINE_KINDS = ("amount", "percent", "twofor")
# A campaign of more than this is no limit any more.
LARGEST = 1_000_000
# How long a coupon may be good, and how far ahead a campaign may reach.
MOST_DAYS = 730


# What a campaign says where the merchant said nothing.
BLANK: dict[str, Any] = {
    "worth": 0,
    "percent": 0,
    "gift": "",
    "least": 0,
    "price": 0,
    "community_fee": 0,
    "partner_share": 0,
    "per_person": 1,
    "product_ids": [],
    "store_ids": [],
    "at_counter": True,
    "online": False,
}


class CouponCampaign(Numbered, Base):
    """A merchant's coupon; amounts in minor units of the merchant's currency, shares in basis points."""

    __tablename__ = "coupons_campaign"
    __table_args__ = (
        CheckConstraint("worth >= 0 AND least >= 0 AND price >= 0 AND community_fee >= 0", name="amounts"),
        CheckConstraint("partner_share >= 0 AND partner_share <= 10000", name="partner_share"),
        Index("ix_coupons_campaign_merchant", "merchant_id", "id"),
    )

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(80))
    terms: Mapped[str] = mapped_column(String(1000), default="")
    kind: Mapped[str] = mapped_column(String(16))
    worth: Mapped[int] = mapped_column(default=0)  # taken off; or what the gift or voucher is worth
    percent: Mapped[int] = mapped_column(default=0)
    most_off: Mapped[int | None]
    gift: Mapped[str] = mapped_column(String(120), default="")
    least: Mapped[int] = mapped_column(default=0)  # from this bill on
    price: Mapped[int] = mapped_column(default=0)  # what a voucher costs
    product_ids: Mapped[list[int]] = mapped_column(JSON, default=list)  # none: everything
    # In these stores of the merchant only (plugins/coupons/stores.py); none: in all of them.
    store_ids: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    at_counter: Mapped[bool] = mapped_column(default=True)
    online: Mapped[bool] = mapped_column(default=False)
    staff_only: Mapped[bool] = mapped_column(default=False)
    for_followers: Mapped[bool] = mapped_column(default=False)
    for_members: Mapped[bool] = mapped_column(default=False)
    total_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))
    per_person: Mapped[int] = mapped_column(default=1)
    claim_from: Mapped[datetime | None]
    claim_until: Mapped[datetime | None]
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    valid_days: Mapped[int | None]  # after claiming, instead of a fixed window
    remind_days: Mapped[int] = mapped_column(default=3)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("merchant.id", ondelete="SET NULL"), index=True)
    partner_share: Mapped[int] = mapped_column(default=0)
    partner_agreed_at: Mapped[datetime | None]
    partner_agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    community_fee: Mapped[int] = mapped_column(default=0)  # what the community earns with each use
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    merchant: Mapped[Merchant] = relationship(foreign_keys=[merchant_id])
    partner: Mapped[Merchant | None] = relationship(foreign_keys=[partner_id])
    total: Mapped[Limit] = relationship()

    @classmethod
    def make(
        cls, merchant: Merchant, by: Person | None, *, size: int = 100, **values: Any
    ) -> "CouponCampaign":
        """A draft, which nobody can claim until it is opened."""
        campaign = cls(merchant=merchant, made_by_id=by.id if by else None, total=limit_of(size, "coupons"))
        campaign.write(BLANK | values)
        db.session.add(campaign)
        return campaign

    @classmethod
    def of(cls, merchant: Merchant) -> Select["CouponCampaign"]:
        """A merchant's own campaigns and those that it shares as a partner, with their limits."""
        mine = or_(cls.merchant_id == merchant.id, cls.partner_id == merchant.id)
        return select(cls).where(mine).options(joinedload(cls.total), joinedload(cls.merchant))

    @property
    def currency(self) -> str:
        return self.merchant.currency

    @property
    def is_open(self) -> bool:
        """Whether it runs; its window to claim is another matter."""
        return self.opened_at is not None and self.ended_at is None

    @property
    def is_joint(self) -> bool:
        """Whether a partner has agreed to share it."""
        return self.partner_id is not None and self.partner_agreed_at is not None

    @property
    def taken(self) -> int:
        return self.total.size - self.total.left

    @property
    def is_claimable_now(self) -> bool:
        instant = now()
        begun = self.claim_from is None or self.claim_from <= instant
        return self.is_open and begun and (self.claim_until is None or self.claim_until > instant)

    def write(self, values: Mapping[str, Any]) -> None:
        """What the merchant says anew; refuses what makes no sense, and another worth once people have it."""
        changes = {name: value for name, value in values.items() if getattr(self, name, None) != value}
        fixed = {
            "kind",
            "worth",
            "percent",
            "most_off",
            "gift",
            "least",
            "price",
            "partner_id",
            "partner_share",
        }
        if self.opened_at is not None and fixed & changes.keys():
            raise Refused(
                _("What a coupon is worth stays as it is once the campaign is open. End it and make another.")
            )
        if self.opened_at is not None and self._takes_a_store_away(changes.get("store_ids")):
            raise NotValid(
                _("People have it for these stores: more can be added, none taken away."), field="stores"
            )
        for name, value in values.items():
            setattr(self, name, value)
        if {"partner_id", "partner_share"} & changes.keys():
            self.partner_agreed_at, self.partner_agreed_by_id = None, None
        self._check()

    def open(self) -> None:
        """From now on it can be claimed where communities let it."""
        if self.opened_at is not None:
            raise Refused(_("This coupon campaign was opened already."))
        if self.partner_id is not None and self.partner_agreed_at is None:
            raise Refused(_("The partner has not agreed yet."))
        self.opened_at = now()

    def end(self, by: Person) -> None:
        """Nobody can claim it any more; what was claimed stays good."""
        if self.ended_at is not None:
            raise Refused(_("This coupon campaign has ended already."))
        self.ended_at, self.ended_by_id = now(), by.id

    def agree(self, partner: Merchant, by: Person) -> None:
        """The partner says yes to bearing its share."""
        if self.partner_id != partner.id:
            raise Refused(_("This campaign names another partner."), status=404)
        if self.partner_agreed_at is not None:
            raise Refused(_("This was agreed already."))
        self.partner_agreed_at, self.partner_agreed_by_id = now(), by.id

    def validity(self, claimed_at: datetime) -> tuple[datetime, datetime]:
        """From when until when a coupon is good that is claimed at an instant."""
        if self.valid_days is not None:
            return claimed_at, claimed_at + timedelta(days=self.valid_days)
        if self.valid_until is None:
            return claimed_at, claimed_at + timedelta(days=90)
        return self.valid_from or claimed_at, self.valid_until

    def is_used_at(self, merchant_id: int) -> bool:
        """Whether a merchant takes this coupon."""
        return merchant_id == self.merchant_id or (self.is_joint and merchant_id == self.partner_id)

    def is_good_in(self, merchant_id: int, store_id: int | None) -> bool:
        """Whether it is used in a store of its merchant (None: not told which); all stores of a partner take it."""
        return merchant_id != self.merchant_id or not self.store_ids or store_id in self.store_ids

    def worth_words(self) -> str:
        """What it gives, in a few words."""
        if self.kind == "amount":
            return _("%(amount)s off", amount=self.money(self.worth))
        if self.kind == "percent":
            return _("%(percent)s %% off", percent=self.percent)
        if self.kind == "twofor":
            return _("Two for one")
        if self.kind == "voucher":
            return _("Voucher worth %(amount)s", amount=self.money(self.worth))
        return self.gift

    def small_print(self) -> list[str]:
        """What else must be known before it is claimed."""
        told = []
        if self.least:
            told.append(_("from %(amount)s on", amount=self.money(self.least)))
        if self.kind == "percent" and self.most_off:
            told.append(_("at most %(amount)s", amount=self.money(self.most_off)))
        if self.product_ids:
            told.append(_("for chosen products"))
        if self.store_ids and self.at_counter:
            told.append(_("in chosen stores"))
        where = {
            (True, True): _("at the counter and in the checkout"),
            (True, False): _("at the counter"),
            (False, True): _("in the checkout"),
        }
        return [*told, where.get((self.at_counter, self.online), "")]

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)

    def off(self, bill: int) -> int:
        """What is taken off a bill of so much, never more than the bill itself."""
        if bill < self.least:
            return 0
        if self.kind == "percent":
            return min(bill * self.percent // 100, self.most_off or bill)
        return min(self.worth, bill) if self.kind == "amount" else 0

    def _takes_a_store_away(self, wanted: list[int] | None) -> bool:
        """Whether a coupon that people have would be good in fewer stores; `wanted` is None when nothing changes."""
        if not wanted:
            return False  # unchanged, or good in all of them
        return not self.store_ids or not set(self.store_ids) <= set(wanted)

    def _check(self) -> None:
        if self.kind not in KINDS:
            raise NotValid(_("This kind of coupon is not known."), field="kind")
        if self.kind in ("amount", "voucher") and not self.worth:
            raise NotValid(_("Please say how much it is worth."), field="worth")
        if self.kind == "voucher" and not 0 < self.price <= self.worth:
            raise NotValid(_("A voucher costs something, and at most what it is worth."), field="price")
        if self.kind == "percent" and not 1 <= self.percent <= 100:
            raise NotValid(_("From 1 to 100 per cent."), field="percent")
        if self.kind == "gift" and not self.gift:
            raise NotValid(_("Please say what the gift is."), field="gift")
        if self.online and self.kind not in ONLINE_KINDS:
            raise NotValid(_("Gifts and vouchers are handed over at the counter."), field="online")
        if not self.at_counter and not self.online:
            raise NotValid(_("A coupon must be good for something: the counter, the checkout, or both."))
        if self.claim_from and self.claim_until and self.claim_until <= self.claim_from:
            raise NotValid(_("It must end after it begins."), field="claim_until")
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise NotValid(_("It must end after it begins."), field="valid_until")
        if self.partner_id is not None and self.partner_id == self.merchant_id:
            raise NotValid(_("A partner is another merchant."), field="partner")


def running() -> ColumnElement[bool]:
    """The condition that a campaign is open and not past its last day to claim."""
    return and_(
        CouponCampaign.opened_at.is_not(None),
        CouponCampaign.ended_at.is_(None),
        or_(CouponCampaign.claim_until.is_(None), CouponCampaign.claim_until > now()),
    )


def zone_of(merchant: Merchant) -> ZoneInfo:
    """The time zone of the first community that shows this merchant; its days are written in it."""
    name = db.session.scalar(
        select(Community.time_zone)
        .join(Listing, Listing.community_id == Community.id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.merchant_id == merchant.id)
        .order_by(Listing.id)
        .limit(1)
    )
    return ZoneInfo(name or "UTC")


def limit_of(size: int, kind: str) -> Limit:
    """A limit of a size that makes sense for coupons."""
    if not 1 <= size <= LARGEST:
        raise NotValid(_("A whole number from 1 to %(most)s.", most=LARGEST), field="size")
    return Limit.of(size, kind)
