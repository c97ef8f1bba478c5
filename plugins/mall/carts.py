"""Cart: what a shopper has chosen from one merchant in one community."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    case,
    delete,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship

from plugins.mall.pricing import left_of, most_of
from shop.catalog.models import Product, Variant
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.money import Money
from shop.orders.quoting import MOST_OF_ONE, Wish
from shop.people.models import Person


@dataclass(frozen=True, slots=True)
class Shopper:
    """Whose cart it is: a person's, or a guest's who is known by a key in the cookie."""

    person: Person | None
    guest: str | None

    def owns(self) -> ColumnElement[bool]:
        """The condition on a cart to be the shopper's."""
        if self.person is not None:
            return Cart.person_id == self.person.id
        return Cart.guest_key == (self.guest or "")


class Cart(Numbered, Base):
    """A shopper's cart for one merchant in one community."""

    __tablename__ = "mall_cart"
    __table_args__ = (
        UniqueConstraint("community_id", "merchant_id", "person_id"),
        UniqueConstraint("community_id", "merchant_id", "guest_key"),
        CheckConstraint("(person_id IS NULL) <> (guest_key IS NULL)", name="one_owner"),
        Index("ix_mall_cart_person", "person_id"),
        Index("ix_mall_cart_guest", "guest_key", "changed_at"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    guest_key: Mapped[str | None] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(default=now)

    merchant: Mapped[Merchant] = relationship()
    lines: Mapped[list["CartLine"]] = relationship(
        order_by="CartLine.id", back_populates="cart", passive_deletes=True
    )

    @classmethod
    def open_for(cls, shopper: Shopper, community_id: int, merchant_id: int) -> "Cart":
        """The shopper's cart for this merchant here, a new one if need be, however many ask at once."""
        owner = {"person_id": shopper.person.id} if shopper.person else {"guest_key": shopper.guest}
        values = {"community_id": community_id, "merchant_id": merchant_id, "changed_at": now(), **owner}
        db.session.execute(_insert(cls).values(values).on_conflict_do_nothing())
        here = select(cls).where(
            cls.community_id == community_id, cls.merchant_id == merchant_id, shopper.owns()
        )
        cart = db.session.scalars(here).one()
        cart.changed_at = now()
        return cart

    def put(self, offer_id: int, variant_id: int, n: int, price: int) -> None:
        """Put so many more of a variant in, at the price that the shopper sees now."""
        new = _insert(CartLine).values(
            cart_id=self.id, offer_id=offer_id, variant_id=variant_id, quantity=n, seen_price=price, at=now()
        )
        wanted = CartLine.quantity + new.excluded.quantity
        changed = {
            "quantity": case((wanted > MOST_OF_ONE, MOST_OF_ONE), else_=wanted),
            "seen_price": new.excluded.seen_price,
        }
        same = ["cart_id", "offer_id", "variant_id"]
        db.session.execute(new.on_conflict_do_update(index_elements=same, set_=changed))


class CartLine(Numbered, Base):
    """So many of a variant by an offer; `seen_price` is what it cost when the shopper last looked, minor units."""

    __tablename__ = "mall_cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "offer_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    cart_id: Mapped[int] = mapped_column(ForeignKey("mall_cart.id", ondelete="CASCADE"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"), index=True)
    quantity: Mapped[int]
    seen_price: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)

    cart: Mapped[Cart] = relationship(back_populates="lines")
    offer: Mapped[Offer] = relationship()
    variant: Mapped[Variant] = relationship()

    @property
    def product(self) -> Product:
        return self.offer.listing.product

    @property
    def wish(self) -> Wish:
        return Wish(self.offer, self.quantity, self.variant)

    @property
    def price(self) -> Money:
        return Money(self.variant.price, self.product.currency)

    @property
    def amount(self) -> Money:
        return Money(self.variant.price * self.quantity, self.product.currency)

    @property
    def trouble(self) -> str | None:
        """Why it cannot be ordered as it stands, in words; None when it can."""
        if not self.offer.is_live or not self.offer.listing.is_shown:
            return _("It is not offered any more.")
        if self.variant.is_archived:
            return _("This choice is not sold any more.")
        left = self.left
        if left == 0:
            return _("Sold out.")
        if left is not None and left < self.quantity:
            return _("Only %(left)s left.", left=left)
        most = self.offer.settings.get("most")
        if most and most < self.quantity:
            return _("At most %(most)s in one order.", most=most)
        return None

    @property
    def left(self) -> int | None:
        """How many can be had now; None without end."""
        return left_of(self.offer, self.variant)

    @property
    def most(self) -> int:
        return most_of(self.offer, self.left)

    @property
    def was(self) -> Money | None:
        """What it cost when it was put in, if that has changed."""
        return (
            None if self.seen_price == self.variant.price else Money(self.seen_price, self.product.currency)
        )


def lines_of(shopper: Shopper, community: Community) -> list[CartLine]:
    """All lines of the shopper's carts in a community, merchant by merchant; one statement for any number."""
    if shopper.person is None and shopper.guest is None:
        return []
    offers = joinedload(CartLine.offer).joinedload(Offer.listing).joinedload(Listing.product)
    lines = (
        select(CartLine)
        .join(CartLine.cart)
        .where(Cart.community_id == community.id, shopper.owns())
        .options(
            contains_eager(CartLine.cart),
            offers.joinedload(Product.merchant),
            joinedload(CartLine.variant),
        )
        .order_by(Cart.id, CartLine.id)
    )
    return list(db.session.scalars(lines))


def bring_along(guest_key: str, person: Person) -> list[int]:
    """A guest has signed in: what was in the guest's carts is in the person's now; returns the communities."""
    carts = db.session.scalars(
        select(Cart).where(Cart.guest_key == guest_key).options(joinedload(Cart.lines)).order_by(Cart.id)
    ).unique()
    touched = []
    for cart in carts.all():
        mine = Cart.open_for(Shopper(person, None), cart.community_id, cart.merchant_id)
        for line in cart.lines:
            mine.put(line.offer_id, line.variant_id, line.quantity, line.seen_price)
        touched.append(cart.community_id)
    db.session.execute(delete(Cart).where(Cart.guest_key == guest_key))
    return touched


def forget(lines: Sequence[CartLine]) -> None:
    """Take lines out of their carts."""
    db.session.execute(delete(CartLine).where(CartLine.id.in_([line.id for line in lines])))


def new_guest_key() -> str:
    return secrets.token_urlsafe(16)


def _insert(table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return insert(table)
