"""Product, variant and picture."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask_babel import gettext as _
from slugify import slugify
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.limits import Limit
from shop.merchants.models import Merchant
from shop.money import Money, Span
from shop.people.models import key_of

# Characters of writing without spaces, one by one; of all other writing, letters and digits together.
_cjk = "\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_word = re.compile(f"[{_cjk}]|[^\\W{_cjk}_]+")
_character = re.compile(f"[{_cjk}]")

STATES = ("draft", "live", "archived")
MOST_OPTIONS = 3
MOST_PICTURES = 20
# A picture that could not be fetched is tried again after these times; then its note stays.
FETCH_AGAIN = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=3))


class Stored(Protocol):
    """A picture that was kept (shop.pictures.StoredPicture)."""

    @property
    def key(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def colour(self) -> str: ...


class Product(Numbered, Base):
    """What a merchant has; prices from and to, cover, gallery and search text follow its variants and pictures."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("merchant_id", "handle"),
        Index("ix_product_merchant_list", "merchant_id", "state", "id"),
        Index("ix_product_merchant_newest", "merchant_id", "id"),
        Index("ix_product_merchant_name", "merchant_id", "name", "id", "state"),
        Index("ix_product_merchant_price", "merchant_id", "price_from", "id", "state"),
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
    gallery: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
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

    @classmethod
    def nothing_left(cls) -> ColumnElement[bool]:
        """The condition that no live variant can be bought.

        One is looked for, not EXISTS: PostgreSQL would read every variant and limit of the shop for a page of 24.
        """
        buyable = (
            select(Variant.id)
            .outerjoin(Limit, Limit.id == Variant.stock_id)
            .where(
                Variant.product_id == cls.id,
                Variant.is_archived.is_(False),
                or_(Variant.stock_id.is_(None), Limit.left > 0),
            )
        )
        return buyable.limit(1).scalar_subquery().is_(None)

    @classmethod
    def stocks(cls) -> ColumnElement[str | None]:
        """The limits its variants are sold from, each with 1 or 0 for whether any is left (see `stocks_of`)."""
        any_left = case((Limit.left > 0, ":1"), else_=":0")
        return (
            select(func.aggregate_strings(cast(Limit.id, String).concat(any_left), ","))
            .join(Variant, Variant.stock_id == Limit.id)
            .where(Variant.product_id == cls.id)
            .scalar_subquery()
        )

    @property
    def stock_left(self) -> dict[int, int]:
        """What is left of each limit that its variants are sold from."""
        return {v.stock.id: v.stock.left for v in self.variants if v.stock is not None}

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing of it can be bought: each live variant has run out, or there is none."""
        return all(v.is_sold_out for v in self.live_variants)

    @property
    def has_sold_out_variant(self) -> bool:
        return any(v.is_sold_out for v in self.live_variants)

    def shown_price(self, offered: int | None = None) -> Money | Span:
        """Its price from the lowest to the highest, or what an offer asks instead (minor units)."""
        if offered is not None and offered != self.price_from:
            return Money(offered, self.currency)
        return Span(self.price_from, self.price_to, self.currency)

    @property
    def was(self) -> Money | None:
        """The compare-at price, where one price and one compare-at price say it all."""
        if self.compare_at is None or self.price_from != self.price_to:
            return None
        return Money(self.compare_at, self.currency)

    def settle(self) -> None:
        """Bring what follows from variants and pictures (price range, cover, search text) up to date."""
        prices = [v.price for v in self.live_variants]
        self.price_from, self.price_to = (min(prices), max(prices)) if prices else (0, 0)
        was = [v.compare_at for v in self.live_variants if v.compare_at and v.compare_at > v.price]
        self.compare_at = min(was) if was else None
        self.gallery = [p.as_cover() for p in self.pictures if p.state == "stored"]
        self.cover = self.gallery[0] if self.gallery else None
        words = [self.name, self.vendor, self.kind, *(self.tags or [])]
        self.search_text = cut(" ".join(word for word in words if word))  # defaults come with the flush
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

    def withhold(self) -> None:
        """Back to a draft: nobody but the staff sees it."""
        self.state = "draft"

    def set_state(self, state: str) -> None:
        """Draft, live or archived, each by its own rule."""
        verbs = {"draft": self.withhold, "live": self.publish, "archived": self.archive}
        if state not in verbs:
            raise NotValid(_("A product is a draft, live or archived."))
        verbs[state]()

    def add_variant(self, variant: "Variant") -> None:
        """One more form of it, after the others."""
        variant.position = max((v.position for v in self.variants), default=0) + 1
        self.variants.append(variant)

    def add_picture(self, stored: Stored, alt: str = "") -> "Picture":
        """One more picture, after the others; at most as many as people swipe through."""
        if len(self.pictures) >= MOST_PICTURES:
            raise Refused(_("A product has at most %(most)s pictures.", most=MOST_PICTURES))
        picture = Picture(
            state="stored",
            key=stored.key,
            width=stored.width,
            height=stored.height,
            colour=stored.colour,
            alt=alt,
            position=max((p.position for p in self.pictures), default=0) + 1,
        )
        self.pictures.append(picture)
        return picture

    def move_picture(self, picture: "Picture", to: int) -> None:
        """Put a picture at a place (1 is the cover); the others close up."""
        others = [p for p in self.pictures if p is not picture]
        others.insert(max(0, min(to - 1, len(others))), picture)
        for position, each in enumerate(others, 1):
            each.position = position
        self.pictures.sort(key=lambda p: p.position)

    def drop_picture(self, picture: "Picture") -> None:
        self.pictures.remove(picture)


def cut(text: str) -> str:
    """The words of a text as a search compares them: one space between two, each CJK character a word of its own."""
    return " ".join(_word.findall(key_of(text)))


def is_character(word: str) -> bool:
    """Whether a word is a CJK character, which never is the beginning of another word."""
    return bool(_character.fullmatch(word))


def stocks_of(told: Iterable[str | None]) -> dict[int, bool]:
    """Limits and whether any of each is left, from what `Product.stocks` tells of several products."""
    pairs = (pair.split(":") for each in told if each for pair in each.split(","))
    return {int(limit): any_left == "1" for limit, any_left in pairs}


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
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # when the worker fetches it (again)

    product: Mapped[Product] = relationship(back_populates="pictures")

    def keep(self, stored: Stored) -> None:
        """The picture was fetched and is ours now."""
        self.state, self.note, self.due_at = "stored", "", None
        self.key, self.width, self.height, self.colour = (
            stored.key,
            stored.width,
            stored.height,
            stored.colour,
        )
        self.product.settle()

    def miss(self, note: str, *, for_good: bool = False) -> None:
        """It cannot be had: a placeholder stands for it, the note says why, and it may be tried again."""
        self.tries += 1
        self.state, self.note = "missing", note[:400]
        gives_up = for_good or self.tries > len(FETCH_AGAIN)
        self.due_at = None if gives_up else now() + FETCH_AGAIN[self.tries - 1]

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
