"""Listing and Offer: this product is shown in this community, and the ways to get it there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, defer, mapped_column, relationship

from shop.catalog.models import Product
from shop.catalog.searching import find, one_of
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, UtcDateTime, db
from shop.errors import NotValid, Refused
from shop.limits import Limit
from shop.people.models import Person

STATES = ("proposed", "accepted", "declined", "withdrawn")
# Shares are told in basis points: 10000 is the whole.
WHOLE = 10_000
MOST_SHARED = 9_000


class Listing(Numbered, Base):
    """A product in a community: proposed by its merchant, accepted by a manager; with the agreed shares."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("community_id", "product_id"),
        Index("ix_listing_shelf", "community_id", "state", "position", "id"),
        CheckConstraint("community_share >= 0 AND sharer_share >= 0", name="shares_not_negative"),
        CheckConstraint("community_share + sharer_share <= 9000", name="shares_leave_the_merchant_some"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    position: Mapped[int] = mapped_column(default=0)
    community_share: Mapped[int] = mapped_column(default=0)
    sharer_share: Mapped[int] = mapped_column(default=0)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")

    community: Mapped[Community] = relationship()
    product: Mapped[Product] = relationship()
    offers: Mapped[list["Offer"]] = relationship(order_by="Offer.position", back_populates="listing")

    @classmethod
    def propose(
        cls,
        product: Product,
        community: Community,
        by: Person,
        *,
        community_share: int = 0,
        sharer_share: int = 0,
    ) -> "Listing":
        """A merchant proposes a product to a community; one that was declined or withdrawn may be proposed again."""
        if product.state == "archived":
            raise Refused(_("This product is archived. Take it back first."))
        if community.is_closed:
            raise Refused(_("This community is closed."))
        listing = db.session.scalars(
            select(cls).where(cls.community_id == community.id, cls.product_id == product.id)
        ).first()
        if listing is not None and listing.state in ("proposed", "accepted"):
            raise Refused(_("This product is already in that community."))
        if listing is None:
            listing = cls(community=community, product=product, proposed_by_id=by.id)
            db.session.add(listing)
        listing.state, listing.proposed_by_id, listing.proposed_at = "proposed", by.id, now()
        listing.agree(community_share, sharer_share)
        listing.decided_by_id, listing.decided_at, listing.reason = None, None, ""
        return listing

    @classmethod
    def shelf(cls, community: Community) -> Select["Listing", Product]:
        """What the community's shelf shows, in the managers' order; lower positions stand first."""
        return (
            select(cls, Product)
            .join(Product, Product.id == cls.product_id)
            .where(cls.community_id == community.id, cls.state == "accepted", Product.state == "live")
            .order_by(cls.position, cls.id)
            .options(*UNSEEN)
        )

    @classmethod
    def found_on_shelf(
        cls, community: Community, words: str
    ) -> tuple[Select["Listing", Product], Select[int] | None]:
        """What a search finds of the shelf: rows, and, where few are looked up instead of met, which ids these are."""
        found = find(words)
        if found.few is None:
            return cls.shelf(community).where(*found.compared), None
        few = (
            select(cls.id)
            .join(Product, Product.id == cls.product_id)
            .where(
                one_of(cls.product_id, found.few),
                cls.community_id == community.id,
                cls.state.concat("") == "accepted",  # so that no engine walks along the shelf for it
                Product.state == "live",
            )
        )
        return select(cls, Product).join(Product, Product.id == cls.product_id).options(*UNSEEN), few

    @property
    def is_shown(self) -> bool:
        return self.state == "accepted" and self.product.state == "live"

    def agree(self, community_share: int, sharer_share: int) -> None:
        """What the community and the sharer get of each sale, in basis points; the merchant keeps at least a tenth."""
        if min(community_share, sharer_share) < 0 or community_share + sharer_share > MOST_SHARED:
            raise NotValid(_("Community and sharer together get at most 90 %%."))
        self.community_share, self.sharer_share = community_share, sharer_share

    def accept(self, by: Person) -> None:
        """A manager puts it on the shelf, at its end."""
        self._decide("accepted", by)
        last = select(func.max(Listing.position)).where(Listing.community_id == self.community_id)
        self.position = (db.session.scalar(last) or 0) + 1

    def move_by(self, steps: int) -> None:
        """Up (-1) or down (1) on the shelf."""
        order = self._shelf_order()
        self._put_at(order, order.index(self.id) + steps)

    def move_to(self, place: int) -> None:
        """To a place on the shelf, counted from 1."""
        self._put_at(self._shelf_order(), place - 1)

    def decline(self, by: Person, reason: str) -> None:
        self._decide("declined", by)
        self.reason = reason

    def withdraw(self, by: Person, reason: str = "") -> None:
        """Off the shelf, by the merchant or by a manager; open orders go on."""
        if self.state not in ("proposed", "accepted"):
            raise Refused(_("It is not on the shelf."))
        self.state, self.decided_by_id, self.decided_at, self.reason = "withdrawn", by.id, now(), reason

    def _shelf_order(self) -> list[int]:
        accepted = select(Listing.id).where(
            Listing.community_id == self.community_id, Listing.state == "accepted"
        )
        return list(db.session.scalars(accepted.order_by(Listing.position, Listing.id)))

    def _put_at(self, order: list[int], index: int) -> None:
        """Number the shelf anew from 1, one statement for all places that change."""
        order.remove(self.id)
        order.insert(max(index, 0), self.id)
        places = case({listing_id: place for place, listing_id in enumerate(order, 1)}, value=Listing.id)
        db.session.execute(
            update(Listing)
            .where(Listing.id.in_(order), Listing.position != places)
            .values(position=places)
            .execution_options(synchronize_session=False)
        )
        db.session.expire(self, ["position"])

    def _decide(self, state: str, by: Person) -> None:
        if self.state != "proposed":
            raise Refused(_("This proposal was answered already."))
        self.state, self.decided_by_id, self.decided_at = state, by.id, now()


class Offer(Numbered, Base):
    """One way to get a listed product, owned by exactly one mode plugin; `settings` are the plugin's own."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("ix_offer_listing", "listing_id", "ended_at"),
        # Without it SQLite reads every offer of a community for one page of its shelf (83 ms at 100,000).
        Index("ix_offer_shelf", "community_id", "listing_id", "ended_at"),
    )

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    plugin: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(32))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    position: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    listing: Mapped[Listing] = relationship(back_populates="offers")
    limit: Mapped[Limit | None] = relationship(lazy="joined")

    @classmethod
    def make(
        cls,
        listing: Listing,
        plugin: str,
        kind: str,
        by: Person,
        *,
        settings: dict[str, Any] | None = None,
        opens_at: datetime | None = None,
        closes_at: datetime | None = None,
        limit: int | None = None,
    ) -> "Offer":
        """Switch on a way to get the listed product, in a window and up to a limit."""
        if listing.state not in ("proposed", "accepted"):
            raise Refused(_("Propose the product to the community first."))
        _check_window(opens_at, closes_at)
        offer = cls(
            listing=listing,
            community_id=listing.community_id,
            plugin=plugin,
            kind=kind,
            settings=settings or {},
            opens_at=opens_at,
            closes_at=closes_at,
            made_by_id=by.id,
            limit=None if limit is None else Limit.of(limit, "offer"),
        )
        db.session.add(offer)
        return offer

    @classmethod
    def live_in(cls, community: Community, listing_ids: list[int]) -> Sequence["Offer"]:
        """The offers of these listings whose window is open."""
        return db.session.scalars(LIVE, {"listings": listing_ids, "community": community.id}).all()

    @classmethod
    def runs_now(cls) -> ColumnElement[bool]:
        """The condition that an offer's window is open and nobody has ended it."""
        instant = bindparam("now", callable_=now, type_=UtcDateTime)
        return and_(
            cls.ended_at.is_(None),
            or_(cls.opens_at.is_(None), cls.opens_at <= instant),
            or_(cls.closes_at.is_(None), cls.closes_at > instant),
        )

    @property
    def is_live(self) -> bool:
        instant = now()
        begun = self.opens_at is None or self.opens_at <= instant
        return begun and self.ended_at is None and (self.closes_at is None or self.closes_at > instant)

    def change(
        self,
        *,
        settings: dict[str, Any],
        opens_at: datetime | None,
        closes_at: datetime | None,
        limit: int | None,
    ) -> None:
        """Other settings, another window or limit; what was taken of the limit stays taken."""
        if self.ended_at is not None:
            raise Refused(_("This offer has ended. Switch on a new one."))
        _check_window(opens_at, closes_at)
        self.settings, self.opens_at, self.closes_at = settings, opens_at, closes_at
        if limit is None:
            self.limit = None
        elif self.limit is None:
            self.limit = Limit.of(limit, "offer")
        elif limit != self.limit.size:
            self.limit.resize(limit)

    def end(self, by: Person) -> None:
        """Switch the offer off; what was ordered goes on."""
        if self.ended_at is not None:
            raise Refused(_("This offer has ended already."))
        self.ended_at, self.ended_by_id = now(), by.id


# What no tile shows; a plugin that wants it for a tile asks for all of them at once.
UNSEEN = [
    defer(column)
    for column in (
        Product.story,
        Product.extra,
        Product.gallery,
        Product.options,
        Product.search_text,
    )
]
# Written once, for every shelf asks it.
LIVE = (
    select(Offer)
    .where(
        Offer.listing_id.in_(bindparam("listings", expanding=True)),
        Offer.community_id == bindparam("community"),
        Offer.runs_now(),
    )
    .order_by(Offer.position, Offer.id)
)


def _check_window(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at and closes_at and closes_at <= opens_at:
        raise NotValid(_("An offer must end after it begins."), field="closes_at")
