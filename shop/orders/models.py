"""Order, its lines, adjustments, shares and history."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value
from uuid_utils.compat import UUID

from shop.catalog.models import Product, Variant
from shop.clock import now
from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.limits import holds_for
from shop.listings.models import Offer
from shop.merchants.models import Merchant
from shop.money import Money
from shop.people.models import Person
from shop.writing import note

# The one transition table of orders: from -> to. An expired order paid late takes its stock again or is refunded.
MOVES: dict[str, frozenset[str]] = {
    "pending": frozenset({"paid", "cancelled", "expired"}),
    "expired": frozenset({"paid"}),
    "paid": frozenset({"shipped", "received", "cancelled", "refunded"}),
    "shipped": frozenset({"received", "refunded"}),
    "received": frozenset({"completed", "refunded"}),
    "completed": frozenset({"refunded"}),
    "cancelled": frozenset(),
    "refunded": frozenset(),
}
# The party of a share that nobody has earned yet: what was paid in advance and is used bit by bit.
DEPOSIT = "deposit"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is mistaken for something else at a counter
LETTERS = 10


def new_number() -> str:
    """An order number that people can read to each other; 32^10 of them."""
    text = "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))
    return f"{text[:5]}-{text[5:]}"


class Order(Numbered, Base):
    """What a person was asked to pay and promised; amounts in minor units of `currency`."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total >= 0", name="total_not_negative"),
        Index("ix_orders_buyer_list", "buyer_id", "id"),
        Index("ix_orders_merchant_list", "merchant_id", "id"),
        Index("ix_orders_merchant_state", "merchant_id", "state", "id"),
        Index("ix_orders_merchant_total", "merchant_id", "total", "id", "state"),
        Index("ix_orders_community_list", "community_id", "id"),
        Index("ix_orders_pending", "state", "hold_until"),
    )

    number: Mapped[str] = mapped_column(String(16), unique=True, default=new_number)
    secret: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_urlsafe(18))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    contact: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # name, email or phone
    delivery: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # way, title, address or place
    note: Mapped[str] = mapped_column(String(400), default="")
    # What was answered in sections that plugins put into the checkout, by "<plugin>.<section>".
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    hold_until: Mapped[datetime | None]
    placed_at: Mapped[datetime] = mapped_column(default=now)
    # What its merchant finds it by (shop/orders/searching.py).
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="")

    community: Mapped[Community] = relationship()
    merchant: Mapped[Merchant] = relationship()
    buyer: Mapped[Person | None] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position", back_populates="order")
    adjustments: Mapped[list["Adjustment"]] = relationship(order_by="Adjustment.id", back_populates="order")
    changes: Mapped[list["OrderChange"]] = relationship(order_by="OrderChange.id")
    shares: Mapped[list["Share"]] = relationship(order_by="Share.id")
    shipments: Mapped[list["Shipment"]] = relationship(order_by="Shipment.id")
    credit: Mapped["Credit | None"] = relationship(back_populates="order")

    @property
    def money(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def purpose(self) -> str:
        """What its holds are taken for."""
        return f"order:{self.id}"

    @property
    def is_payable(self) -> bool:
        """Pending, and its stock is still held: read from the clock, not from a job."""
        return self.state == "pending" and (self.hold_until is None or self.hold_until > now())

    @property
    def is_overdue(self) -> bool:
        return self.state == "pending" and self.hold_until is not None and self.hold_until <= now()

    @property
    def is_frozen(self) -> bool:
        """Whether a bank disputes what was paid for it."""
        return any(share.frozen_at for share in self.shares)

    @property
    def is_open(self) -> bool:
        """Whether something is still to come: delivery, refund or the end of the return window."""
        return self.state in ("pending", "paid", "shipped", "received")

    @property
    def needs_shipping(self) -> bool:
        return self.delivery.get("way") not in ("pickup", "none")

    @property
    def is_pickup(self) -> bool:
        return self.delivery.get("way") == "pickup"

    def move(self, to: str, by: Person | None = None, reason: str = "") -> None:
        """Move to a state of the table, exactly once however many try; raises Refused when it cannot."""
        allowed = [state for state, targets in MOVES.items() if to in targets]
        was = self.state
        won = db.session.execute(
            update(Order)
            .where(Order.id == self.id, Order.state.in_(allowed))
            .values(state=to)
            .returning(Order.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This order has moved on; please look at it again."))
        set_committed_value(self, "state", to)
        change = {"from_state": was, "to_state": to, "by_id": by.id if by else None, "reason": reason}
        note([OrderChange(order_id=self.id, **change)])

    def expire(self) -> None:
        """The time to pay is over: what was held goes back."""
        self.move("expired")
        self.give_back_holds()

    def give_back_holds(self) -> None:
        for hold in holds_for(self.purpose):
            hold.give_back()

    def ship(self, carrier: str, tracking: str, by: Person) -> "Shipment":
        """The merchant has handed the goods to a carrier, or made them ready at the place."""
        self.move("shipped", by)
        shipment = Shipment(order_id=self.id, carrier=carrier, tracking=tracking, by_id=by.id)
        db.session.add(shipment)
        return shipment

    def receive(self, by: Person | None, reason: str = "") -> None:
        """The shopper has the goods."""
        self.move("received", by, reason)

    def receipt_by(self, days: int) -> datetime | None:
        """When a silent shopper counts as having received it: so many days after shipping."""
        return self._after("shipped", days)

    def return_until(self, days: int) -> datetime | None:
        """Until when money may be asked back: so many days after receipt."""
        return self._after("received", days)

    def _after(self, state: str, days: int) -> datetime | None:
        reached = [c.at for c in self.changes if c.to_state == state]
        return reached[-1] + timedelta(days=days) if reached else None


class OrderLine(Numbered, Base):
    """So many of one thing at one price, owned by the mode plugin that priced it."""

    __tablename__ = "order_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    plugin: Mapped[str] = mapped_column(String(32), index=True)
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"), index=True)
    title: Mapped[str] = mapped_column(String(255))
    detail: Mapped[str] = mapped_column(String(255), default="")
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    unit_price: Mapped[int]
    quantity: Mapped[int]
    amount: Mapped[int]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    order: Mapped[Order] = relationship(back_populates="lines")
    offer: Mapped[Offer | None] = relationship()
    product: Mapped[Product | None] = relationship()
    variant: Mapped[Variant | None] = relationship()


class Adjustment(Numbered, Base):
    """An amount added to or taken off an order, with words that explain it."""

    __tablename__ = "adjustment"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    plugin: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(255))
    amount: Mapped[int]
    ref: Mapped[str] = mapped_column(String(64), default="")

    order: Mapped[Order] = relationship(back_populates="adjustments")


class OrderChange(Numbered, Base):
    """An order moved from a state to another: when, by whom, why."""

    __tablename__ = "order_change"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)


class Share(Numbered, Base):
    """Who gets what of an order; the shares of an order sum to its total."""

    __tablename__ = "share"
    __table_args__ = (CheckConstraint("reversed >= 0 AND reversed <= amount", name="reversed_within_amount"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    party: Mapped[str] = mapped_column(String(16))  # merchant, community, sharer, site, deposit
    party_id: Mapped[int]
    amount: Mapped[int]
    reversed: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(String(255), default="")
    payable_at: Mapped[datetime | None]  # until then it is pending
    frozen_at: Mapped[datetime | None]  # while a bank disputes the payment


class Shipment(Numbered, Base):
    """Goods on their way."""

    __tablename__ = "shipment"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(64))
    tracking: Mapped[str] = mapped_column(String(128), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class Credit(Numbered, Base):
    """Why an order is credited: the visit, its link, community and sharer; or why nobody is."""

    __tablename__ = "credit"
    __table_args__ = (Index("ix_credit_community", "community_id", "link_id"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("group_link.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"))
    sharer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(
        String(32)
    )  # link, direct, unknown_link, expired_link, other_community

    order: Mapped[Order] = relationship(back_populates="credit")
    link: Mapped[GroupLink | None] = relationship()
    sharer: Mapped[Person | None] = relationship()


def credit_for(order: Order, visit: Visit | None, *, unknown: bool = False) -> Credit:
    """Credit an order to the visit it was made in; `unknown` says that the link of the visit does not exist."""
    if visit is None:
        return Credit(order_id=order.id, reason="unknown_link" if unknown else "direct")
    link = visit.link
    credit = Credit(order_id=order.id, visit_id=visit.id, link_id=link.id, reason="link")
    if not visit.is_credited:
        credit.reason = "expired_link"
    elif link.community_id != order.community_id:
        credit.reason = "other_community"
    else:
        credit.community_id, credit.sharer_id = link.community_id, link.sharer_id
    return credit


def take_back_overdue(orders: Iterable[Order]) -> int:
    """Expire the pending orders whose time is over; returns how many."""
    overdue = [order for order in orders if order.is_overdue]
    for order in overdue:
        order.expire()
    return len(overdue)
