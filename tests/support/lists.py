"""Every list of the shop: where it stands, how one more row comes into it, and how that row is recognised there."""

from collections.abc import Callable
from dataclasses import dataclass

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import claim
from plugins.coupons.places import Place as CouponPlace
from plugins.coupons.redemptions import Conflict, redeem
from plugins.coupons.stores import Store
from plugins.mall.addresses import FIELDS, MOST_ADDRESSES, Address
from plugins.mall.shipping import MOST_WAYS, ShippingWay
from plugins.stripe.models import Dispute
from shop import once
from shop.catalog.exchange.shapes import Step
from shop.catalog.imports import ImportLine, ImportRun
from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Community, JoinRequest, Membership
from shop.db import db
from shop.events import Delivery, record
from shop.ledger.models import Account
from shop.ledger.payouts import Payout, PayoutBatch
from shop.listings.models import Listing
from shop.payments.settling import capture, refund_order
from shop.people.models import Person
from shop.switches import PluginFailure, switch
from tests.support import goods
from tests.support.people import make_person
from tests.support.sales import Stall, order_from, pay, started

Row = Callable[["Place"], str]


@dataclass
class Place:
    """What the rows hang on: a stall whose community and merchant belong to an operator; `n` counts the rows."""

    stall: Stall
    n: int = 0

    @classmethod
    def open(cls) -> "Place":
        person = goods.person("Owner", is_operator=True)
        here = goods.community(person)
        switch(here.id, "mall", True, person.id)
        mine = goods.merchant(person)
        product = goods.product(mine)
        listing = goods.listing(product, here, person, community_share=500, sharer_share=300)
        place = cls(Stall(person, here, mine, product, goods.offer(listing, person)))
        db.session.commit()
        return place

    @property
    def person(self) -> Person:
        return self.stall.owner

    @property
    def name(self) -> str:
        """A name that no other row has and no page says by itself."""
        return f"Wonder {'ABC'[self.n]}"


@dataclass(frozen=True)
class List:
    """A list: `add` makes one more row and tells how it is recognised on the page.

    `first` are the rows that are there without anybody's doing; `whole` says why one page is enough; `beside` is what
    the list's mark is called when it stands on a page beside another.
    """

    add: Row
    newest_first: bool = True
    first: Callable[[Place], str] | None = None
    whole: str = ""
    mark: str = "after"


def community(place: Place) -> str:
    Community.open(f"wonder-{place.n}", place.name, "For everybody", make_person("Somebody"))
    return place.name


def own_community(place: Place) -> str:
    Community.open(f"wonder-{place.n}", place.name, "For everybody", place.person)
    return place.name


def own_merchant(place: Place) -> str:
    goods.merchant(place.person, place.name)
    return place.name


def product(place: Place) -> str:
    goods.product(place.stall.merchant, place.name)
    return place.name


def listing(place: Place) -> str:
    made = goods.product(place.stall.merchant, place.name)
    goods.listing(made, place.stall.community, place.person)
    return place.name


def proposal(place: Place) -> str:
    made = goods.product(place.stall.merchant, place.name)
    Listing.propose(made, place.stall.community, place.person)
    return place.name


def member(place: Place) -> str:
    db.session.add(
        Membership(community_id=place.stall.community.id, person_id=make_person(place.name).id, role="member")
    )
    return place.name


def join_request(place: Place) -> str:
    asks = make_person(place.name)
    db.session.add(JoinRequest(community_id=place.stall.community.id, person_id=asks.id, reason="Tea"))
    return place.name


def link(place: Place) -> str:
    GroupLink.make(place.stall.community, place.person, place.name)
    return place.name


def staff(place: Place) -> str:
    goods.staff(place.stall.merchant, make_person(place.name), "counter")
    return place.name


def invitation(place: Place) -> str:
    address = f"wonder-{place.n}@example.com"
    place.stall.merchant.invite(address, "counter", place.person)
    return address


def own_order(place: Place) -> str:
    return order_from(place.stall, buyer=place.person).number


def order(place: Place) -> str:
    return order_from(place.stall).number


def paid_order(place: Place) -> str:
    made = order_from(place.stall, link=GroupLink.make(place.stall.community, place.person, place.name))
    pay(made)
    return made.number


def cash(place: Place) -> str:
    made = order_from(place.stall)
    started(made, "offlinepay")
    return made.number


def cash_to_hand_back(place: Place) -> str:
    made = order_from(place.stall)
    capture(started(made, "offlinepay"), by=place.person)
    refund_order(made, 100, "Broken", f"key-{place.n}", place.person)
    return made.number


def dispute(place: Place) -> str:
    made = order_from(place.stall)
    payment = started(made, "stripe")
    db.session.add(
        Dispute(payment_id=payment.id, reference=f"dp_{place.n}", amount=100, reason="other", state="lost")
    )
    return made.number


def batch(place: Place) -> str:
    made = PayoutBatch(currency="CNY", by_id=place.person.id)
    db.session.add(made)
    db.session.flush()
    return f">P{made.id}<"


def payout(place: Place) -> str:
    whole = db.session.query(PayoutBatch).first() or PayoutBatch(currency="CNY", by_id=place.person.id)
    db.session.add(whole)
    seller = goods.merchant(place.person, place.name)
    db.session.flush()
    account = Account.of("merchant", "CNY", seller.id, "payable")
    db.session.add(Payout(batch_id=whole.id, account_id=account.id, amount=100))
    return place.name


def lost_delivery(place: Place) -> str:
    event = record(f"wonder.{place.n}")
    event.spread_at = now()
    db.session.flush()
    db.session.add(Delivery(event_id=event.id, listener="mall", due_at=now(), dead_at=now(), tries=9))
    return event.name


def plugin_failure(place: Place) -> str:
    db.session.add(PluginFailure(name="mall", hook=f"wonder_{place.n}", error="It broke."))
    return f"wonder_{place.n}"


def import_run(place: Place) -> str:
    name = f"wonder-{place.n}.csv"
    ImportRun.begin(place.stall.merchant, f"imports/{place.n}", name, "en", place.person)
    return name


def import_line(place: Place) -> str:
    run = db.session.query(ImportRun).first()
    if run is None:
        run = ImportRun.begin(place.stall.merchant, "imports/0", "tea.csv", "en", place.person)
        run.state = "applied"
        db.session.flush()
    ImportLine.write(run, [Step(row=place.n, handle=place.name, name=place.name, verdict="made")])
    return place.name


def address(place: Place) -> str:
    Address.keep(place.person, {**dict.fromkeys(FIELDS, "x"), "country": "CN", "name": place.name})
    return place.name


def shipping_way(place: Place) -> str:
    ShippingWay.add(place.stall.merchant, "flat", place.name)
    return place.name


def coupon_campaign(place: Place) -> str:
    CouponCampaign.make(place.stall.merchant, place.person, title=place.name, kind="gift", gift="Tea")
    return place.name


def coupon_place(place: Place) -> str:
    coupon_in(place)
    return place.name


def own_coupon(place: Place) -> str:
    claim(coupon_in(place), place.person, key=once.new_key())
    return place.name


def coupon_use(place: Place) -> str:
    mine = claim(coupon_in(place), place.person, key=once.new_key())
    redeem(mine, place.stall.merchant, place.person, "typed", key=once.new_key())
    return place.name


def coupon_conflict(place: Place) -> str:
    ref = f"scan-{place.n:04}"
    db.session.add(
        Conflict(
            merchant_id=place.stall.merchant.id, kind="unknown", words=place.name, code="x", scan_ref=ref
        )
    )
    return place.name


def coupon_store(place: Place) -> str:
    Store.add(place.stall.merchant, place.name, "Hill Road 1")
    return place.name


def at_the_counter(place: Place) -> str:
    if place.n == 0:
        Store.add(place.stall.merchant, "Courtyard", "Hill Road 1")
    return goods.staff(place.stall.merchant, goods.person(place.name.replace(" ", "-")), "counter").name


def coupon_in(place: Place) -> CouponPlace:
    """A coupon that runs in the community."""
    switch(place.stall.community.id, "coupons", True, place.person.id)
    made = CouponCampaign.make(place.stall.merchant, place.person, title=place.name, kind="gift", gift="Tea")
    db.session.flush()
    made.open()
    there = CouponPlace.offer(made, place.stall.community)
    db.session.flush()
    return there


def the_person(place: Place) -> str:
    return place.person.name


def the_merchant(place: Place) -> str:
    return place.stall.merchant.name


def the_community(place: Place) -> str:
    return place.stall.community.name


def the_product(place: Place) -> str:
    return place.stall.product.name


# By endpoint; where two lists stand on one page, the second word says which is meant.
LISTS = {
    "admin.show": List(plugin_failure),
    "catalog.index": List(product, first=the_product),
    "communities.home": List(community),
    "communities.index": List(community),
    "community_links.index": List(link),
    "community_members.index": List(member, first=the_person),
    "community_settings.new_handover": List(member, newest_first=False),
    "community_statement.show": List(paid_order),
    "coupons_campaigns.index": List(coupon_campaign),
    "coupons_counter.index": List(coupon_use),
    "coupons_counter.index conflicts": List(coupon_conflict, mark="after_conflict"),
    "coupons_manage.index": List(coupon_place),
    "coupons_shelf.index": List(coupon_place),
    "coupons_stores.index": List(coupon_store),
    "coupons_stores.index staff": List(at_the_counter, mark="after_staff"),
    "coupons_wallet.index": List(own_coupon),
    "desk.index": List(own_merchant, newest_first=False, first=the_merchant),
    "desk_listings.index": List(listing, first=the_product),
    "earnings.show": List(paid_order),
    "group_links.index": List(link),
    "imports.index": List(import_run),
    "imports.show": List(import_line, newest_first=False),
    "insight.show": List(link),
    "join_requests.index": List(join_request, newest_first=False),
    "listings.index": List(listing, newest_first=False, first=the_product),
    "mall_addresses.index": List(
        address, newest_first=False, whole=f"nobody keeps more than {MOST_ADDRESSES}"
    ),
    "mall_shipping.index": List(
        shipping_way, newest_first=False, whole=f"no merchant has more than {MOST_WAYS}"
    ),
    "merchant_statement.show": List(paid_order),
    "offlinepay.index": List(cash),
    "offlinepay.index refunds": List(cash_to_hand_back, newest_first=False, mark="after_refund"),
    "operating.index": List(lost_delivery),
    "orders.index": List(own_order),
    "orders_desk.index": List(order),
    "payouts.index": List(batch),
    "payouts.show": List(payout, newest_first=False),
    "people.show": List(own_community, newest_first=False, first=the_community, mark="after_group"),
    "people.show merchants": List(
        own_merchant, newest_first=False, first=the_merchant, mark="after_merchant"
    ),
    "proposals.index": List(proposal, newest_first=False),
    "shelf_order.index": List(listing, newest_first=False, first=the_product),
    "staff.index": List(staff, newest_first=False, first=the_person),
    "staff.index invitations": List(invitation, newest_first=False, mark="after_invitation"),
    "stripe.index": List(dispute),
}

# Named like lists, and not lists of what people make.
EXCUSED = {
    "ads.index": "as many ads as a page has room for",
    "admin.index": "as many rows as there are plugins",
    "community_apps.index": "as many cards as there are plugins",
    "mails.index": "for who builds the shop: the newest mails of a folder",
    "metrics.index": "for machines",
}
