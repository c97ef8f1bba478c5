"""Overview: what waits at a merchant and how it goes, in one statement of counts."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from shop.catalog.models import Product
from shop.clock import now
from shop.db import db
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.money import Money
from shop.orders.models import Order

# Orders that were paid and not given back.
SOLD = ("paid", "shipped", "received", "completed")
DAYS = 30


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of this moment; `sold` is what was ordered and paid within the last days."""

    to_ship: int
    proposed: int
    declined: int
    sold_out: int
    products: int
    shown: int
    orders: int
    sold: Money

    @classmethod
    def of(cls, merchant: Merchant) -> "Overview":
        """The overview of a merchant; one statement."""
        lately = Order.placed_at > now() - timedelta(days=DAYS)
        row = db.session.execute(
            select(
                _orders(
                    merchant,
                    Order.state == "paid",
                    func.coalesce(Order.delivery["way"].as_string(), "") != "none",
                ),
                _listings(merchant, Listing.state == "proposed"),
                _listings(merchant, Listing.state == "declined"),
                _products(merchant, Product.nothing_left()),
                _products(merchant),
                _listings(merchant, Listing.state == "accepted"),
                _orders(merchant, Order.state.in_(SOLD), lately),
                select(func.coalesce(func.sum(Order.total), 0))
                .where(Order.merchant_id == merchant.id, Order.state.in_(SOLD), lately)
                .scalar_subquery(),
            )
        ).one()
        to_ship, proposed, declined, sold_out, products, shown, orders, total = row
        sold = Money(int(total), merchant.currency)
        return cls(to_ship, proposed, declined, sold_out, products, shown, orders, sold)


def _orders(merchant: Merchant, *those: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(Order.id)).where(Order.merchant_id == merchant.id, *those).scalar_subquery()


def _products(merchant: Merchant, *those: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count(Product.id))
        .where(Product.merchant_id == merchant.id, Product.state == "live", *those)
        .scalar_subquery()
    )


def _listings(merchant: Merchant, *those: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count(Listing.id))
        .join(Product, Product.id == Listing.product_id)
        .where(Product.merchant_id == merchant.id, *those)
        .scalar_subquery()
    )
