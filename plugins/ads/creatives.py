"""Creative and Veto: what is shown, who looked it over, and which community does not want it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.ads.campaigns import Advertiser, Flight
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.people.models import Person

SHAPES = ("text", "picture", "product")
TITLE, TEXT = 40, 90


class Creative(Numbered, Base):
    """What people see: a text, a picture or a product card; shown only after the operator has looked it over."""

    __tablename__ = "ads_creative"
    __table_args__ = (Index("ix_ads_creative_review", "state", "id"),)

    flight_id: Mapped[int] = mapped_column(ForeignKey("ads_flight.id", ondelete="CASCADE"), index=True)
    shape: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(TITLE))
    text: Mapped[str] = mapped_column(String(TEXT), default="")
    # Key, width, height and colour, as shop.pictures keeps them, and what it shows in words.
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    url: Mapped[str] = mapped_column(String(400), default="")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting, approved, declined
    made_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    retired_at: Mapped[datetime | None]

    flight: Mapped[Flight] = relationship()
    product: Mapped[Product | None] = relationship()

    @classmethod
    def make(cls, flight: Flight, shape: str, **values: Any) -> "Creative":
        """A creative that waits for the operator's look."""
        with db.session.no_autoflush:
            creative = cls(flight=flight, shape=shape, title="")
            creative.change(**values)
        db.session.add(creative)
        db.session.flush()
        return creative

    def change(
        self,
        *,
        title: str,
        text: str = "",
        url: str = "",
        product: Product | None = None,
        picture: Mapped[dict[str, Any]] | Mapping[str, Any] | None = None,
    ) -> None:
        """Other words or another picture; whatever was changed is looked over again."""
        if self.shape not in SHAPES:
            raise NotValid(_("This is not a kind of ad."), field="shape")
        if not 0 < len(title.strip()) <= TITLE:
            raise NotValid(_("A headline has 1 to %(most)s letters.", most=TITLE), field="title")
        if len(text.strip()) > TEXT:
            raise NotValid(_("The text has at most %(most)s letters.", most=TEXT), field="text")
        if self.shape == "product":
            if product is None:
                raise NotValid(_("Please choose the product."), field="product")
            if product.merchant_id != self.flight.campaign.advertiser.merchant_id:
                raise NotValid(_("You can only show products of your own."), field="product")
        elif product is None and not _is_address(url):
            raise NotValid(_("Please write an address that begins with https://."), field="url")
        if self.shape == "picture" and not (picture or self.picture):
            raise NotValid(_("Please choose a picture."), field="picture")
        self.title, self.text = title.strip(), text.strip()
        self.url, self.product = ("" if product is not None else url.strip()), product
        if picture:
            self.picture = dict(picture)  # type: ignore[arg-type]
        self.state, self.decided_at, self.decided_by_id, self.reason = "waiting", None, None, ""

    def approve(self, by: Person | None) -> None:
        """The operator has looked it over: it may be shown."""
        self._decide("approved", by, "")

    def decline(self, by: Person, reason: str) -> None:
        if not reason.strip():
            raise NotValid(_("Please give a reason."), field="reason")
        self._decide("declined", by, reason.strip())

    def retire(self) -> None:
        """The advertiser shows it no more; what it has counted stays."""
        self.retired_at = now()

    def _decide(self, state: str, by: Person | None, reason: str) -> None:
        if self.state == state:
            raise Refused(_("Somebody has decided this already."))
        self.state, self.reason = state, reason
        self.decided_at, self.decided_by_id = now(), by.id if by else None


class Veto(Numbered, Base):
    """A community does not want an advertiser, or one creative of it."""

    __tablename__ = "ads_veto"
    __table_args__ = (Index("ix_ads_veto_here", "community_id", "lifted_at"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    advertiser_id: Mapped[int | None] = mapped_column(ForeignKey("ads_advertiser.id", ondelete="CASCADE"))
    creative_id: Mapped[int | None] = mapped_column(ForeignKey("ads_creative.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(400))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    advertiser: Mapped[Advertiser | None] = relationship()
    creative: Mapped[Creative | None] = relationship()

    @classmethod
    def put(
        cls,
        community: Community,
        by: Person,
        reason: str,
        *,
        advertiser: Advertiser | None = None,
        creative: Creative | None = None,
    ) -> "Veto":
        """From now on nothing of it is shown here."""
        if not reason.strip():
            raise NotValid(_("Please give a reason."), field="reason")
        veto = cls(community_id=community.id, by_id=by.id, reason=reason.strip())
        veto.advertiser, veto.creative = advertiser, creative
        db.session.add(veto)
        db.session.flush()
        return veto

    @classmethod
    def standing_in(cls, community: Community) -> list["Veto"]:
        """The vetoes that hold, the newest first."""
        mine = select(cls).where(cls.community_id == community.id, cls.lifted_at.is_(None))
        return list(db.session.scalars(mine.order_by(cls.id.desc()).limit(200)))

    def lift(self, by: Person) -> None:
        if self.lifted_at is not None:
            raise Refused(_("This veto was lifted already."))
        self.lifted_at, self.lifted_by_id = now(), by.id


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username
