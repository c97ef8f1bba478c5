"""Advertiser, Campaign and Flight: who advertises, with what budget, when, where, to whom and at which price."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.limits import LARGEST_TAKE, Limit
from shop.merchants.models import Merchant
from shop.people.models import Person

# From the first to the last: what is paid goes first, a house ad fills what nobody else wants.
KINDS = ("paid", "partner", "community", "own", "house")
TERMS = ("cpc", "cpm", "flat")
HIGHEST = 10


def inserting(table: type[Any]) -> Any:
    """An INSERT that knows ON CONFLICT on the present engine."""
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table)


class Advertiser(Numbered, Base):
    """Who advertises: a merchant, a community (its managers) or, with neither, the house."""

    __tablename__ = "ads_advertiser"

    merchant_id: Mapped[int | None] = mapped_column(
        ForeignKey("merchant.id", ondelete="CASCADE"), unique=True
    )
    community_id: Mapped[int | None] = mapped_column(
        ForeignKey("community.id", ondelete="CASCADE"), unique=True
    )
    name: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime] = mapped_column(default=now)
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(400), default="")

    # Named by the class itself: another plugin may have a Campaign too, and be loaded first.
    campaigns: Mapped[list["Campaign"]] = relationship(
        lambda: Campaign, back_populates="advertiser", order_by=lambda: Campaign.id, passive_deletes=True
    )

    @classmethod
    def of_merchant(cls, merchant: Merchant) -> "Advertiser":
        """The merchant as an advertiser, from its first campaign on."""
        return cls._found(merchant.name, merchant_id=merchant.id)

    @classmethod
    def of_community(cls, community: Community) -> "Advertiser":
        """The community itself: its managers' own words."""
        return cls._found(community.name, community_id=community.id)

    @classmethod
    def of_house(cls, name: str) -> "Advertiser":
        """The site, or somebody for whom it speaks."""
        mine = select(cls).where(cls.merchant_id.is_(None), cls.community_id.is_(None), cls.name == name)
        found = db.session.scalars(mine.order_by(cls.id)).first()
        if found is None:
            found = cls(name=name)
            db.session.add(found)
            db.session.flush()
        return found

    @classmethod
    def _found(cls, name: str, **whose: int) -> "Advertiser":
        db.session.execute(
            inserting(cls).values(name=name, at=now(), reason="", **whose).on_conflict_do_nothing()
        )
        found = db.session.scalars(select(cls).filter_by(**whose)).one()
        found.name = name
        return found

    def stop(self, by: Person, reason: str) -> None:
        """The operator shows nothing of it any more."""
        if not reason.strip():
            raise NotValid(_("Please give a reason."), field="reason")
        self.stopped_at, self.stopped_by_id, self.reason = now(), by.id, reason.strip()

    def let_on(self) -> None:
        self.stopped_at = self.stopped_by_id = None


class Campaign(Numbered, Base):
    """What an advertiser wants, with a prepaid budget; the Limit counts minor units of `currency`."""

    __tablename__ = "ads_campaign"

    advertiser_id: Mapped[int] = mapped_column(
        ForeignKey("ads_advertiser.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16), default="paid")
    currency: Mapped[str] = mapped_column(String(3))
    budget_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    advertiser: Mapped[Advertiser] = relationship(back_populates="campaigns")
    budget: Mapped[Limit | None] = relationship()
    flights: Mapped[list["Flight"]] = relationship(
        back_populates="campaign", order_by="Flight.id", passive_deletes=True
    )

    @classmethod
    def begin(
        cls, advertiser: Advertiser, name: str, currency: str, by: Person | None, kind: str = "paid"
    ) -> "Campaign":
        """A campaign; a paid one begins with an empty budget."""
        campaign = cls(
            advertiser=advertiser, name=name, kind=kind, currency=currency, made_by_id=by.id if by else None
        )
        if kind == "paid":
            campaign.budget = Limit.of(0, "ads")
        db.session.add(campaign)
        db.session.flush()
        return campaign

    @property
    def is_paid(self) -> bool:
        return self.kind == "paid"

    @property
    def size(self) -> int:
        """What was paid in and not given back, in minor units."""
        return self.budget.size if self.budget else 0

    @property
    def left(self) -> int:
        return self.budget.left if self.budget else 0

    @property
    def spent(self) -> int:
        return self.size - self.left

    def end(self, by: Person | None) -> None:
        """Nothing of it is shown any more."""
        if self.ended_at is not None:
            raise Refused(_("This campaign has ended already."))
        self.ended_at, self.ended_by_id = now(), by.id if by else None


class Flight(Numbered, Base):
    """A part of a campaign: a period, a price, and where and to whom.

    `price` in minor units: of a click (cpc), of 1,000 views (cpm), of a day in a community (flat).
    """

    __tablename__ = "ads_flight"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        Index("ix_ads_flight_period", "ends_at", "starts_at"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    term: Mapped[str] = mapped_column(String(8))
    price: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    day_cap: Mapped[int | None]
    priority: Mapped[int] = mapped_column(default=5)
    is_even: Mapped[bool] = mapped_column(default=True)
    often: Mapped[int | None]  # at most so many views a day for one visitor
    is_everywhere: Mapped[bool] = mapped_column(default=True)
    # of the community kinds, sizes, stages, not_stages; of the visitor tiers, languages; of the page tags, not_tags
    aim: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    paused_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship(back_populates="flights")
    places: Mapped[list["FlightPlace"]] = relationship(passive_deletes=True)

    @classmethod
    def begin(cls, campaign: Campaign, **values: Any) -> "Flight":
        """A flight of a campaign; see `change` for its values."""
        _check(campaign, values["term"], values["price"], values["starts_at"], values["ends_at"])
        flight = cls(campaign=campaign, **values)
        db.session.add(flight)
        db.session.flush()
        return flight

    @property
    def is_running(self) -> bool:
        return self.paused_at is None and self.starts_at <= now() < self.ends_at

    @property
    def state(self) -> str:
        """paused, planned, running or over."""
        if self.ends_at <= now():
            return "over"
        if self.paused_at is not None:
            return "paused"
        return "running" if self.starts_at <= now() else "planned"

    def change(
        self,
        *,
        name: str,
        term: str,
        price: int,
        starts_at: datetime,
        ends_at: datetime,
        was_shown: bool = False,
        **more: Any,
    ) -> None:
        """Other words, times, caps or aims; price and term are agreed with the first view that was counted."""
        _check(self.campaign, term, price, starts_at, ends_at)
        if was_shown and (term, price) != (self.term, self.price):
            raise Refused(
                _("People have seen it at the agreed price. Begin another flight for another price.")
            )
        self.name, self.term, self.price = name, term, price
        self.starts_at, self.ends_at = starts_at, ends_at
        for field in ("day_cap", "priority", "is_even", "often", "aim"):
            if field in more:
                setattr(self, field, more[field])

    def aim_at(self, communities: Iterable[int], excluded: Iterable[int] = ()) -> None:
        """The communities where it may be shown (none: everywhere) and those where it may not."""
        wanted, shunned = set(communities), set(excluded)
        db.session.execute(delete(FlightPlace).where(FlightPlace.flight_id == self.id))
        db.session.add_all(
            FlightPlace(flight_id=self.id, community_id=n, is_excluded=False) for n in wanted - shunned
        )
        db.session.add_all(FlightPlace(flight_id=self.id, community_id=n, is_excluded=True) for n in shunned)
        self.is_everywhere = not wanted
        db.session.flush()
        db.session.expire(self, ["places"])


class FlightPlace(Numbered, Base):
    """A community that a flight names: to be shown there, or not."""

    __tablename__ = "ads_flight_place"
    __table_args__ = (UniqueConstraint("flight_id", "community_id"),)

    flight_id: Mapped[int] = mapped_column(ForeignKey("ads_flight.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    is_excluded: Mapped[bool]


def _check(campaign: Campaign, term: str, price: int, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise NotValid(_("It must end after it begins."), field="ends_at")
    if term not in TERMS or not 0 <= price <= LARGEST_TAKE:
        raise NotValid(_("This price cannot be had."), field="price")
    if campaign.is_paid and price == 0:
        raise NotValid(_("Please say what you pay."), field="price")
