"""Place: a campaign in a community, let or stopped by its managers, with the most that may be claimed there."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from plugins.coupons.campaigns import CouponCampaign, limit_of, running
from shop import settings
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.limits import Limit
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person


class Place(Numbered, Base):
    """A campaign in a community: asked, open or vetoed, with the most that may be claimed there."""

    __tablename__ = "coupons_place"
    __table_args__ = (
        UniqueConstraint("campaign_id", "community_id"),
        Index("ix_coupons_place_community", "community_id", "state", "id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("coupons_campaign.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    merchant_most: Mapped[int | None]
    manager_most: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(400), default="")

    campaign: Mapped[CouponCampaign] = relationship()
    community: Mapped[Community] = relationship()
    limit: Mapped[Limit] = relationship()

    @classmethod
    def offer(cls, campaign: CouponCampaign, community: Community, most: int | None = None) -> "Place":
        """Offer a campaign to a community; its manager is asked first where the community or the shelf wants it."""
        known = select(cls).where(cls.campaign_id == campaign.id, cls.community_id == community.id)
        if db.session.scalars(known).first() is not None:
            raise Refused(_("This campaign is in that community already."))
        here = settings.here("coupons", community.id)
        first = here.asks_first or not _is_on_shelf(campaign.merchant, community)
        place = cls(
            campaign=campaign,
            community=community,
            state="asked" if first else "open",
            merchant_most=most,
            limit=limit_of(campaign.total.size if most is None else most, "coupons_place"),
        )
        db.session.add(place)
        if not first:
            place.check_room()
        return place

    @classmethod
    def open_in(cls, community: Community) -> Select["Place"]:
        """What runs in a community now, whether or not its window to claim is open."""
        return (
            select(cls)
            .join(cls.campaign)
            .where(cls.community_id == community.id, cls.state == "open", running())
            .options(
                joinedload(cls.campaign).joinedload(CouponCampaign.total),
                joinedload(cls.campaign).joinedload(CouponCampaign.merchant),
                joinedload(cls.limit),
            )
        )

    @classmethod
    def of(cls, campaign: CouponCampaign) -> list["Place"]:
        """Where a campaign is, in the order in which it was offered."""
        mine = select(cls).where(cls.campaign_id == campaign.id).order_by(cls.id)
        return list(db.session.scalars(mine.options(joinedload(cls.community), joinedload(cls.limit))))

    @property
    def left(self) -> int:
        """How many can still be claimed here."""
        return min(self.limit.left, self.campaign.total.left)

    @property
    def size(self) -> int:
        return min(self.limit.size, self.campaign.total.size)

    def check_room(self) -> None:
        """Refuse when the community lets no more campaigns run at once."""
        most = settings.here("coupons", self.community.id).most_open
        open_ones = (
            select(Place.id)
            .join(CouponCampaign)
            .where(
                Place.community_id == self.community.id,
                Place.campaign_id != self.campaign.id,
                Place.state == "open",
                running(),
            )
        )
        if most and len(db.session.scalars(open_ones).all()) >= most:
            raise Refused(_("This community lets %(most)s campaigns run at once.", most=most))

    def allow(self, by: Person) -> None:
        """A manager lets it run."""
        if self.state == "open":
            raise Refused(_("It runs already."))
        self.check_room()
        self._decide("open", by, "")

    def veto(self, by: Person, reason: str) -> None:
        """A manager does not want it here; what was claimed stays good."""
        if self.state == "vetoed":
            raise Refused(_("It was stopped already."))
        self._decide("vetoed", by, reason)

    def cap(self, most: int | None) -> None:
        """A manager says how many may be claimed here at most; what was claimed stays claimed."""
        self.manager_most = most
        self.resize()

    def resize(self) -> None:
        """The limit anew, from what merchant and manager say."""
        said = [n for n in (self.merchant_most, self.manager_most) if n is not None]
        size = min([*said, self.campaign.total.size])
        if size != self.limit.size:
            self.limit.resize(size)

    def _decide(self, state: str, by: Person, reason: str) -> None:
        self.state, self.decided_by_id, self.decided_at, self.reason = state, by.id, now(), reason


def _is_on_shelf(merchant: Merchant, community: Community) -> bool:
    """Whether the community has accepted something of this merchant."""
    there = (
        select(Listing.id)
        .join(Product, Product.id == Listing.product_id)
        .where(Listing.community_id == community.id, Listing.state == "accepted")
        .where(Product.merchant_id == merchant.id)
    )
    return db.session.scalar(there.limit(1)) is not None
