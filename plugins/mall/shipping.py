"""ShippingWay: how a merchant's goods reach the shopper, and what that costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.hookspecs import Change
from shop.merchants.models import Merchant
from shop.money import Money
from shop.orders.quoting import Quote

KINDS = ("flat", "free_over", "pickup")
# More than this nobody compares on a phone.
MOST_WAYS = 12
# What a quote's inputs call the way that was chosen.
INPUT = "mall_way"


class ShippingWay(Numbered, Base):
    """One way of a merchant: a flat price, free over an amount, or pick-up at a place; minor units."""

    __tablename__ = "mall_shipping_way"
    __table_args__ = (
        Index("ix_mall_shipping_way_merchant", "merchant_id", "position"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(80))
    hint: Mapped[str] = mapped_column(String(160), default="")
    amount: Mapped[int] = mapped_column(default=0)
    free_from: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(200), default="")

    @classmethod
    def of(cls, merchant: Merchant) -> list["ShippingWay"]:
        """The merchant's ways in their order."""
        ways = select(cls).where(cls.merchant_id == merchant.id).order_by(cls.position, cls.id)
        return list(db.session.scalars(ways))

    @classmethod
    def offered_by(cls, merchant: Merchant) -> list["ShippingWay"]:
        """What a shopper chooses from: the merchant's ways, or free delivery where none is written down."""
        return cls.of(merchant) or [
            cls(id=0, kind="flat", title=_("Free delivery"), hint="", amount=0, place="")
        ]

    @classmethod
    def add(cls, merchant: Merchant, kind: str, title: str) -> "ShippingWay":
        """One more way, after the others; its amounts are set by who calls."""
        ways = cls.of(merchant)
        if len(ways) >= MOST_WAYS:
            raise Refused(_("A merchant has at most %(most)s shipping ways.", most=MOST_WAYS))
        last = ways[-1].position if ways else 0
        way = cls(merchant_id=merchant.id, kind=kind, title=title, position=last + 1)
        db.session.add(way)
        return way

    @property
    def is_pickup(self) -> bool:
        return self.kind == "pickup"

    def change(self, values: Mapping[str, Any]) -> None:
        """Kind, words and amounts anew."""
        for name in ("kind", "title", "hint", "place", "amount", "free_from"):
            setattr(self, name, values[name])

    def cost_of(self, goods: int) -> int:
        """What it costs for goods of that worth."""
        if self.is_pickup or (self.kind == "free_over" and goods >= (self.free_from or 0)):
            return 0
        return self.amount

    def explain(self, goods: int, currency: str) -> str:
        """Why it costs what it costs, in a few words."""
        if self.is_pickup:
            return self.place
        if self.kind != "free_over":
            return self.hint
        free_from = Money(self.free_from or 0, currency)
        if self.cost_of(goods) == 0:
            return _("free over %(amount)s", amount=free_from)
        missing = Money(free_from.amount - goods, currency)
        return _("free over %(amount)s: %(missing)s more", amount=free_from, missing=missing)


def shipping_changes(quote: Quote) -> list[Change]:
    """What the chosen way adds to a quote; nothing when no way of the mall was chosen."""
    way_id = quote.inputs.get(INPUT)
    if not way_id:
        return []
    way = db.session.get(ShippingWay, way_id)
    if way is None or way.merchant_id != quote.merchant.id:
        raise Refused(_("This way of shipping is not offered any more."))
    return [Change("shipping", way.title, way.cost_of(quote.lines_total), ref=f"way:{way.id}")]


def choose(ways: Sequence[ShippingWay], asked: str | None) -> ShippingWay:
    """The way that was asked for, or the first."""
    return next((way for way in ways if str(way.id) == asked), ways[0])
