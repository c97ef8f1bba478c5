"""The mall's part of the demo: offers, shipping ways, and orders in every state."""

from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _

from plugins.mall.shipping import INPUT, ShippingWay
from shop import once
from shop.communities.links import Visit
from shop.db import db
from shop.demo.catalogue import MERCHANTS
from shop.demo.world import World
from shop.events import record
from shop.hooks import door
from shop.listings.models import Listing, Offer
from shop.orders.models import Order
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from shop.payments.cancelling import cancel_order
from shop.payments.settling import capture, intend, refund_order
from shop.people.models import Person

# Which community, whose order, which product of the shelf (by place), how many, how far it got, how many days ago.
ORDERS = (
    ("tea", "zhixia", 0, 1, "received", 9),
    ("tea", "nanqiao", 1, 2, "shipped", 2),
    ("tea", "qinghe", 2, 1, "paid", 1),
    ("tea", "jiangwan", 3, 1, "pending", 0),
    ("tea", "sumu", 4, 1, "cancelled", 4),
    ("tea", "tiantian", 5, 1, "refunded", 6),
    ("tea", "tiantian", 0, 2, "received", 12),
    ("tea", "jiangwan", 1, 1, "received", 20),
    ("trail", "priya", 0, 1, "received", 8),
    ("trail", "tom", 1, 2, "shipped", 3),
    ("trail", "ana", 2, 1, "paid", 1),
    ("trail", "kofi", 3, 3, "received", 5),
    ("trail", "lea", 4, 1, "expired", 2),
    ("parents", "tangguo", 0, 1, "received", 10),
    ("parents", "fangyuan", 1, 2, "shipped", 2),
    ("parents", "songhe", 2, 1, "paid", 0),
    ("parents", "dali", 3, 1, "refunded", 7),
)
CARRIERS = {"tea": "顺丰速运", "trail": "SF Express", "parents": "中通快递"}


def fill(world: World) -> None:
    """Offers for everything on the shelves, ways of shipping, and orders of members, some of them through links."""
    for merchant in MERCHANTS:
        _ship(world, merchant.slug, merchant.postage, merchant.free_over, merchant.pickup)
    for listing in world.listings.values():
        Offer.make(listing, "mall", "buy", world.owner_of(listing.product.merchant.slug))
    db.session.commit()
    for ago, number in sorted(((_ago(number), number) for number in range(len(ORDERS))), reverse=True):
        community, key, at, quantity, state, _days = ORDERS[number]
        link = world.links[f"{community}:{('wechat', 'telegram', 'listing')[number % 3]}"]
        visit = link.opened() if number % 4 else None
        shelf = [listing for listing in world.shelf_of(community) if _can_sell(listing, quantity)]
        order = _order(world, shelf[at % len(shelf)], world.people[key], quantity, visit)
        _go(world, order, state, CARRIERS[community])
        _put_back_in_time(order, ago)
        db.session.commit()
    for link in world.links.values():
        for _opening in range(3 + link.id % 7):
            link.opened()


def _ago(number: int) -> timedelta:
    """How long ago the order was placed; the oldest is made first, as lists go by what came first."""
    return timedelta(days=ORDERS[number][-1], hours=3 * (number % 5))


def _ship(world: World, slug: str, postage: int, free_over: int, pickup: str) -> None:
    merchant = world.merchants[slug]
    with force_locale(world.owner_of(slug).locale or "en"):
        way = ShippingWay.add(merchant, "free_over", _("Delivery"))
        way.amount, way.free_from = postage, free_over
        db.session.flush()
        ShippingWay.add(merchant, "pickup", _("Pick it up")).place = pickup
    db.session.flush()


def _can_sell(listing: Listing, quantity: int) -> bool:
    left = listing.product.live_variants[0].left
    return left is None or left >= quantity


def _order(world: World, listing: Listing, buyer: Person, quantity: int, visit: Visit | None) -> Order:
    offer = next(offer for offer in listing.offers if offer.plugin == "mall")
    way = ShippingWay.of(listing.product.merchant)[0]
    wish = Wish(offer, quantity, listing.product.live_variants[0])
    quote = make_quote(listing.community, [wish], buyer=buyer, inputs={INPUT: way.id})
    contact = {"name": buyer.name, "email": buyer.email, "locale": buyer.locale}
    delivery = {
        "way": "flat",
        "title": way.title,
        "text": f"{buyer.name}, 138 0000 0000, 杭州市西湖区茶山路 12 号",
    }
    db.session.flush()
    order = place(quote, Placing(contact, delivery, visit=visit), key=once.new_key())
    db.session.flush()
    return order


def _go(world: World, order: Order, state: str, carrier: str) -> None:
    """Take the order as far as its story goes, through the same verbs as people do."""
    seller = world.owner_of(order.merchant.slug)
    if state == "expired":
        order.expire()
    elif state == "cancelled":
        cancel_order(order, "", order.buyer)
    elif state != "pending":
        payment = intend(order, next(iter(door().methods)), order.buyer)
        db.session.commit()
        started = door().methods[payment.method].start(payment, "/orders")
        payment.move("started", reference=started.reference)
        capture(payment)
        if state in ("shipped", "received"):
            order.ship(carrier, f"SF{order.id:010d}", seller)
        if state == "received":
            order.receive(order.buyer)
            record("order.received", order.community_id, order=order.number)
        if state == "refunded":
            refund_order(order, order.total, "寄到的时候碎了", f"demo:{order.id}", seller)


def _put_back_in_time(order: Order, by: timedelta) -> None:
    """The demo's orders were not all placed in this minute."""
    db.session.flush()
    db.session.refresh(order, ["changes", "shipments"])
    order.placed_at -= by
    if order.hold_until is not None and order.state != "pending":
        order.hold_until -= by
    for change in order.changes:
        change.at -= by
    for shipment in order.shipments:
        shipment.at -= by
