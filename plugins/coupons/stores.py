"""Store: one of a merchant's places, with its own counter staff. A merchant of one place needs none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, and_, delete, exists, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.merchants.models import Merchant, Staff
from shop.people.models import Person

# A chain of more than this wants a till system, not a page of boxes to tick.
MOST_STORES = 200


class Store(Numbered, Base):
    """A place of a merchant where its coupons are used; one that is closed stays in the books."""

    __tablename__ = "coupons_store"
    __table_args__ = (Index("ix_coupons_store_merchant", "merchant_id", "id"),)

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200), default="")
    hours: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]

    @classmethod
    def of(cls, merchant_id: int) -> Select["Store"]:
        """A merchant's open stores, as they were opened."""
        return select(cls).where(cls.merchant_id == merchant_id, cls.closed_at.is_(None)).order_by(cls.id)

    @classmethod
    def add(cls, merchant: Merchant, name: str, address: str = "", hours: str = "") -> "Store":
        """One more store of a merchant."""
        if len(db.session.scalars(cls.of(merchant.id)).all()) >= MOST_STORES:
            raise Refused(_("A merchant may have %(most)s stores here.", most=MOST_STORES))
        store = cls(merchant_id=merchant.id, name=name, address=address, hours=hours)
        db.session.add(store)
        db.session.flush()
        return store

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    def close(self) -> None:
        """Nobody stands here any more; refused while a coupon that people may use is good nowhere else."""
        if self.is_closed:
            raise Refused(_("This store is closed already."))
        others = {store.id for store in db.session.scalars(Store.of(self.merchant_id)) if store.id != self.id}
        for campaign in db.session.scalars(_living(self.merchant_id)):
            if self.id in campaign.store_ids and not others & set(campaign.store_ids):
                raise Refused(
                    _(
                        "“%(title)s” is good in this store only. Add another store to it first.",
                        title=campaign.title,
                    )
                )
        self.closed_at = now()

    def open_again(self) -> None:
        self.closed_at = None


class StoreStaff(Numbered, Base):
    """Somebody at the counter belongs to this store; whoever belongs to none works in all of them."""

    __tablename__ = "coupons_store_staff"
    __table_args__ = (UniqueConstraint("staff_id", "store_id"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    store_id: Mapped[int] = mapped_column(ForeignKey("coupons_store.id", ondelete="CASCADE"), index=True)

    @classmethod
    def put(cls, staff: Staff, stores: Iterable[Store]) -> None:
        """Where somebody works from now on; none of them: everywhere."""
        db.session.execute(delete(cls).where(cls.staff_id == staff.id))
        db.session.add_all(cls(staff_id=staff.id, store_id=store.id) for store in stores)
        db.session.flush()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands at the counter: the stores to choose from, and the one that was chosen, if any.

    A merchant without stores has one counter, which needs no name: everything is empty.
    """

    stores: tuple[Store, ...] = ()
    store: Store | None = None
    merchant_has_stores: bool = False

    @property
    def store_id(self) -> int | None:
        return self.store.id if self.store else None

    @property
    def is_asked(self) -> bool:
        """Whether the person must say first where they stand."""
        return self.merchant_has_stores and self.store is None

    def may_be_in(self, store_id: int) -> bool:
        return any(store.id == store_id for store in self.stores)

    def check(self) -> None:
        """Refuse to count anything before somebody has said where."""
        if self.is_asked:
            raise Refused(_("Please say first in which store you stand."))


def standing_of(merchant: Merchant, person: Person, chosen: int | None = None) -> Standing:
    """The stores where somebody may stand, and the one they chose; the only one needs no choice. Two statements."""
    stores = tuple(db.session.scalars(Store.of(merchant.id)))
    if not stores:
        return Standing()
    own = set(
        db.session.scalars(
            select(StoreStaff.store_id)
            .join(Staff, Staff.id == StoreStaff.staff_id)
            .where(Staff.merchant_id == merchant.id, Staff.person_id == person.id, Staff.role == "counter")
        )
    )
    mine = tuple(store for store in stores if not own or store.id in own)
    store = mine[0] if len(mine) == 1 else next((each for each in mine if each.id == chosen), None)
    return Standing(mine, store, True)


def where_good(campaign: CouponCampaign) -> list[Store]:
    """The open stores in which a coupon is used: those that it names (or all) of its merchant, all of a partner."""
    theirs = [campaign.merchant_id]
    if campaign.is_joint and campaign.partner_id is not None:
        theirs.append(campaign.partner_id)
    found = select(Store).where(Store.merchant_id.in_(theirs), Store.closed_at.is_(None)).order_by(Store.id)
    return [s for s in db.session.scalars(found) if campaign.is_good_in(s.merchant_id, s.id)]


def not_here(
    campaign: CouponCampaign, merchant: Merchant, store_id: int | None, stores: Iterable[Store] | None = None
) -> str:
    """Why a coupon is not used in this store of a merchant, in words that send people to the right one; or nothing.

    `stores` are the merchant's, where they are known already.
    """
    if campaign.is_good_in(merchant.id, store_id):
        return ""
    stores = db.session.scalars(Store.of(merchant.id)).all() if stores is None else stores
    names = ", ".join(store.name for store in stores if store.id in campaign.store_ids)
    return _("This coupon is good in another store: %(stores)s.", stores=names or "–")


def _living(merchant_id: int) -> Select[CouponCampaign]:
    """Campaigns that run, and those whose coupons somebody may still use."""
    held = exists().where(
        Claim.campaign_id == CouponCampaign.id,
        Claim.state.in_(("held", "reserved")),
        Claim.valid_until > now(),
    )
    return select(CouponCampaign).where(
        CouponCampaign.merchant_id == merchant_id,
        and_(CouponCampaign.opened_at.is_not(None), or_(CouponCampaign.ended_at.is_(None), held)),
    )
