"""Ready-made orders for tests that are about what comes after: one community, one merchant, one product in the mall."""

from dataclasses import dataclass

from shop import once
from shop.catalog.models import Product
from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.db import db
from shop.listings.models import Offer
from shop.merchants.models import Merchant
from shop.orders.models import Order, OrderChange
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from shop.payments.method import Report
from shop.payments.models import Payment
from shop.payments.settling import intend, settle
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods

DELIVERY = {"way": "flat", "title": "Post", "text": "Lin, 1 Tea Street"}


@dataclass(frozen=True)
class Stall:
    """A merchant's product on a community's shelf, ready to be bought."""

    owner: Person
    community: Community
    merchant: Merchant
    product: Product
    offer: Offer

    @property
    def checkout(self) -> str:
        """Where its things are ordered."""
        return f"/c/{self.community.slug}/x/mall/checkout"

    def line(self, n: int = 1) -> str:
        """So many of its product, as an address and a form name them."""
        return f"{self.offer.id}-{self.product.variants[0].id}-{n}"


def open_stall(
    *,
    price: int = 12800,
    stock: int | None = 10,
    currency: str = "CNY",
    community_share: int = 500,
    sharer_share: int = 300,
    ships: bool = True,
) -> Stall:
    """Everything that a sale needs; shares in basis points. Without `ships` nobody is asked for an address."""
    owner = goods.person("Owner")
    merchant = goods.merchant(goods.person("Seller"), currency=currency)
    community = goods.community(owner)
    switch(community.id, "mall", True, owner.id)
    product = goods.product(merchant, price=price, stock=stock)
    product.variants[0].needs_shipping = ships
    listing = goods.listing(
        product, community, owner, community_share=community_share, sharer_share=sharer_share
    )
    stall = Stall(owner, community, merchant, product, goods.offer(listing, owner))
    db.session.commit()
    return stall


def paid_here(community: Community, merchant: Merchant, buyer: Person) -> Order:
    """Somebody has just paid something in a community: an order of nothing in particular."""
    made = Order(
        community=community,
        merchant=merchant,
        buyer=buyer,
        currency=merchant.currency,
        total=100,
        state="paid",
        changes=[OrderChange(to_state="pending"), OrderChange(from_state="pending", to_state="paid")],
    )
    db.session.add(made)
    db.session.commit()
    return made


def order_from(
    stall: Stall,
    quantity: int = 1,
    *,
    buyer: Person | None = None,
    link: GroupLink | None = None,
    key: str | None = None,
    contact: dict[str, str] | None = None,
) -> Order:
    """Place an order at the stall and commit it."""
    quote = make_quote(stall.community, [Wish(stall.offer, quantity, stall.product.variants[0])], buyer=buyer)
    contact = contact or {"name": "Lin", "email": "lin@example.com"}
    placing = Placing(contact, DELIVERY, visit=link.opened() if link else None)
    db.session.flush()
    order = place(quote, placing, key=key or once.new_key())
    db.session.commit()
    return order


def started(order: Order, method: str = "demopay") -> Payment:
    """A payment that its provider knows."""
    payment = intend(order, method)
    db.session.flush()
    payment.move("started", reference=f"ref-{payment.id}")
    db.session.commit()
    return payment


def captured(payment: Payment) -> Report:
    """What its provider says when the money is there."""
    return Report(f"evt-{payment.id}", "captured", str(payment.reference), payment.amount, payment.currency)


def pay(order: Order) -> Payment:
    """The order is paid."""
    payment = started(order)
    settle("demopay", captured(payment))
    db.session.commit()
    return payment
