"""Product, variant and picture."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from slugify import slugify
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.limits import Limit
from shop.merchants.models import Merchant
from shop.people.models import key_of

STATES = ("draft", "live", "archived")
MOST_OPTIONS = 3


class Product(Numbered, Base):
    """What a merchant has; prices from and to, cover and search text follow its variants and pictures."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("merchant_id", "handle"),
        Index("ix_product_merchant_list", "merchant_id", "state", "id"),
    )

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    handle: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    story: Mapped[str] = mapped_column(Text, default="")
    story_format: Mapped[str] = mapped_column(String(8), default="markdown")  # or html, from an import
    vendor: Mapped[str] = mapped_column(String(255), default="")
    kind: Mapped[str] = mapped_column(String(255), default="")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    extra: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # columns of an import that we only keep
    state: Mapped[str] = mapped_column(String(16), default="draft")
    currency: Mapped[str] = mapped_column(String(3))
    price_from: Mapped[int] = mapped_column(default=0)
    price_to: Mapped[int] = mapped_column(default=0)
    compare_at: Mapped[int | None]
    cover: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    search_text: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    merchant: Mapped[Merchant] = relationship()
    variants: Mapped[list["Variant"]] = relationship(
        order_by="Variant.position", back_populates="product", cascade="all, delete-orphan"
    )
    pictures: Mapped[list["Picture"]] = relationship(
        order_by="Picture.position", back_populates="product", cascade="all, delete-orphan"
    )

    @classmethod
    def make(cls, merchant: Merchant, name: str, price: int, *, stock: int | None = None) -> "Product":
        """A product of one variant, from as little as a name and a price (minor units)."""
        product = cls(
            merchant=merchant,
            currency=merchant.currency,
            name=name,
            handle=free_handle(merchant, name),
            state="live",
        )
        product.variants.append(Variant.make(price=price, stock=stock))
        product.settle()
        db.session.add(product)
        return product

    @property
    def live_variants(self) -> list["Variant"]:
        return [v for v in self.variants if not v.is_archived]

    def settle(self) -> None:
        """Bring what follows from variants and pictures (price range, cover, search text) up to date."""
        prices = [v.price for v in self.live_variants]
        self.price_from, self.price_to = (min(prices), max(prices)) if prices else (0, 0)
        was = [v.compare_at for v in self.live_variants if v.compare_at and v.compare_at > v.price]
        self.compare_at = min(was) if was else None
        stored = [p for p in self.pictures if p.state == "stored"]
        self.cover = stored[0].as_cover() if stored else None
        self.search_text = key_of(" ".join([self.name, self.vendor, self.kind, *self.tags]))
        self.changed_at = now()

    def set_options(self, names: Sequence[str]) -> None:
        """Name the options (size, colour, weight); at most three."""
        if len(names) > MOST_OPTIONS:
            raise NotValid(_("A product has at most three options."))
        self.options = [n.strip() for n in names if n.strip()]

    def publish(self) -> None:
        if not self.live_variants:
            raise Refused(_("A product needs at least one variant to be shown."))
        self.state = "live"

    def archive(self) -> None:
        self.state = "archived"


class Variant(Numbered, Base):
    """One form of a product that can be bought; `stock` None means that it never runs out."""

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        Index("ix_variant_sku", "sku"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    values: Mapped[list[str]] = mapped_column(JSON, default=list)
    sku: Mapped[str] = mapped_column(String(255), default="")
    barcode: Mapped[str] = mapped_column(String(64), default="")
    price: Mapped[int]
    compare_at: Mapped[int | None]
    grams: Mapped[int] = mapped_column(default=0)
    needs_shipping: Mapped[bool] = mapped_column(default=True)
    is_archived: Mapped[bool] = mapped_column(default=False)
    stock_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id"))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    product: Mapped[Product] = relationship(back_populates="variants")
    stock: Mapped[Limit | None] = relationship(lazy="joined")

    @classmethod
    def make(
        cls,
        price: int,
        *,
        values: Sequence[str] = (),
        stock: int | None = None,
        sku: str = "",
        compare_at: int | None = None,
        position: int = 1,
        barcode: str = "",
        grams: int = 0,
    ) -> "Variant":
        """A variant at `price` (minor units) with so many in stock, or without end."""
        return cls(
            price=price,
            values=list(values),
            sku=sku,
            compare_at=compare_at,
            position=position,
            barcode=barcode,
            grams=grams,
            stock=None if stock is None else Limit.of(stock, "stock"),
        )

    @property
    def title(self) -> str:
        return " / ".join(self.values)

    @property
    def left(self) -> int | None:
        """How many are left, None without end."""
        return None if self.stock is None else self.stock.left

    @property
    def is_sold_out(self) -> bool:
        return self.left == 0

    def count_stock(self, left: int | None) -> None:
        """The merchant has counted: so many are left, or it never runs out."""
        if left is None:
            self.stock = None
        elif self.stock is None:
            self.stock = Limit.of(left, "stock")
        else:
            self.stock.set_left(left)


class Picture(Numbered, Base):
    """A picture of a product: stored, waiting to be fetched from `source`, or missing with a note."""

    __tablename__ = "picture"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16))
    key: Mapped[str | None] = mapped_column(String(128))
    width: Mapped[int | None]
    height: Mapped[int | None]
    colour: Mapped[str | None] = mapped_column(String(7))
    alt: Mapped[str] = mapped_column(String(512), default="")
    source: Mapped[str | None] = mapped_column(String(2048))
    note: Mapped[str] = mapped_column(String(400), default="")

    product: Mapped[Product] = relationship(back_populates="pictures")

    def as_cover(self) -> dict[str, Any]:
        """What a card needs of the picture, kept on the product so that a shelf asks for no pictures."""
        return {
            "key": self.key,
            "width": self.width,
            "height": self.height,
            "colour": self.colour,
            "alt": self.alt,
        }


def free_handle(merchant: Merchant, name: str) -> str:
    """A handle from the name that this merchant does not use yet."""
    base = slugify(name, max_length=80) or "product"
    taken = set(
        db.session.scalars(
            select(Product.handle).where(
                Product.merchant_id == merchant.id, Product.handle.startswith(base, autoescape=True)
            )
        )
    )
    if base not in taken:
        return base
    n = 2
    while f"{base}-{n}" in taken:
        n += 1
    return f"{base}-{n}"
