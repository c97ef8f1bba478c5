"""The coupons of the demo: one nearly gone, one of two merchants, a voucher that was bought, one that waits."""

from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from plugins.coupons import vouchers
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import claim
from plugins.coupons.following import Follow
from plugins.coupons.places import Place
from plugins.coupons.redemptions import redeem
from plugins.coupons.stores import Store, StoreStaff
from plugins.coupons.waiting import Waiting
from shop import once
from shop.clock import now
from shop.db import db
from shop.demo.world import World
from shop.hooks import door
from shop.listings.models import Offer
from shop.merchants.models import Staff
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from shop.payments.settling import capture, intend

POT = {
    "title": "请你喝一壶岩茶", "kind": "gift", "gift": "一壶当季岩茶", "worth": 6800, "valid_days": 30,
    "terms": "每周六下午，青崖茶社小院。带上自己的杯子。", "community_fee": 200, "for_members": True,
}  # fmt: skip
JOINT = {
    "title": "茶和杯子都减", "kind": "amount", "worth": 3000, "least": 20000, "online": True, "valid_days": 60,
    "terms": "青崖茶社和半坡窑都能用，结算时自动减。", "partner_share": 4000,
}  # fmt: skip
TABLE = {
    "title": "双人茶席", "kind": "voucher", "worth": 19800, "price": 16800, "valid_days": 90, "per_person": 4,
    "terms": "提前一天打招呼，两个人，三泡茶，一盘点心。",
}  # fmt: skip
RUN = {
    "title": "Fifteen off for those who follow", "kind": "percent", "percent": 15, "most_off": 6000, "online": True,
    "for_followers": True, "valid_days": 45, "terms": "On everything that we sewed ourselves.",
}  # fmt: skip
TOYS = {
    "title": "两件一件的价", "kind": "twofor", "online": True, "at_counter": False, "valid_days": 30,
    "terms": "同一款玩具买两件，一件免单。",
}  # fmt: skip
WASH = {"title": "旧衣换新减二十", "kind": "amount", "worth": 2000, "least": 9900, "valid_days": 30}
TEA_PEOPLE = (
    "zhixia",
    "nanqiao",
    "qinghe",
    "sumu",
    "jiangwan",
    "tiantian",
    "luming",
    "shiyan",
    "tangguo",
    "xiaoman",
)


def fill(world: World) -> None:
    """By the same verbs that people use."""
    yard, street = _stores(world)
    _pot(world, yard)
    _joint(world, street)
    _table(world, yard)
    _run(world)
    _offer(world, "mumu", "parents", 40, TOYS)
    waits = _offer(world, "manman", "parents", 50, WASH)
    waits.state = "asked"
    db.session.commit()


def _stores(world: World) -> tuple[Store, Store]:
    """The tea house has two; Chayu stands in the courtyard, whoever else comes to the counter stands anywhere."""
    merchant = world.merchants["qingya"]
    yard = Store.add(merchant, "小院", "青崖山脚下，茶园门口往里走五十步", "周三到周日 9–17")
    street = Store.add(merchant, "老街店", "老街 27 号，布店隔壁", "每天 10–20")
    wanted = select(Staff).where(
        Staff.merchant_id == merchant.id, Staff.person_id == world.people["chayu"].id
    )
    StoreStaff.put(db.session.scalars(wanted).one(), [yard])
    return yard, street


def _pot(world: World, yard: Store) -> None:
    """Nearly gone: eleven of twelve claimed, five used, one of them by mistake; somebody else would like one."""
    pot = _offer(world, "qingya", "tea", 12, {**POT, "store_ids": [yard.id]})
    keeper = world.people["chayu"]
    for days, key in enumerate(TEA_PEOPLE):
        mine = claim(pot, world.people[key], key=once.new_key())
        mine.at -= timedelta(days=days, hours=3 * days)
        mine.valid_until -= timedelta(days=days)
        if days % 2:
            used = redeem(
                mine,
                world.merchants["qingya"],
                keeper,
                ("scanned", "typed")[days % 4 > 1],
                key=once.new_key(),
                store_id=yard.id,
            )
            used.at -= timedelta(days=days // 2, hours=days)
        db.session.commit()
    used.undo(keeper, "扫错了一位")
    db.session.commit()
    last = claim(pot, world.people["yuanshan"], key=once.new_key())
    last.valid_until = now() + timedelta(days=2)  # a reminder goes out
    db.session.commit()


def _joint(world: World, street: Store) -> None:
    """Two merchants share it; used at both counters."""
    partner = world.merchants["banpo"]
    joint = _offer(world, "qingya", "tea", 100, {**JOINT, "partner_id": partner.id}, agreed_by="banpo")
    for key, at in (("zhixia", "qingya"), ("nanqiao", "banpo"), ("sumu", ""), ("tiantian", "")):
        mine = claim(joint, world.people[key], key=once.new_key())
        if at:
            seller = world.merchants[at]
            store_id = street.id if at == "qingya" else None
            by = world.owner_of(at)
            redeem(mine, seller, by, "scanned", key=once.new_key(), bill=26800, store_id=store_id)
        db.session.commit()


def _table(world: World, yard: Store) -> None:
    """A voucher on a listing; two people bought it, one has been there."""
    table = _offer(world, "qingya", "tea", 20, TABLE)
    seller = world.owner_of("qingya")
    listing = next(each for each in world.shelf_of("tea") if each.product.merchant.slug == "qingya")
    offer = Offer.make(
        listing, "coupons", "voucher", seller, settings={"campaign": table.campaign_id, "note": ""}
    )
    offer.position = 9  # the tea itself is what the page is about
    db.session.flush()
    for key in ("qinghe", "jiangwan"):
        buyer = world.people[key]
        with force_locale(buyer.locale or "en"):
            quote = make_quote(listing.community, [Wish(offer, 1)], buyer=buyer)
        contact = {"name": buyer.name, "email": buyer.email, "locale": buyer.locale}
        delivery = {"way": "none", "title": "在券包里", "text": ""}
        order = place(quote, Placing(contact, delivery), key=once.new_key())
        db.session.flush()
        payment = intend(order, next(iter(door().methods)), buyer)
        db.session.commit()
        payment.move("started", reference=door().methods[payment.method].start(payment, "/orders").reference)
        capture(payment)
        (bought,) = vouchers.issue_for(order)
        if key == "qinghe":
            at, by = world.merchants["qingya"], world.people["chayu"]
            redeem(bought, at, by, "scanned", key=once.new_key(), store_id=yard.id)
        db.session.commit()


def _run(world: World) -> None:
    """Follow to get; somebody has, and somebody waits in a line that is not moving yet."""
    run = _offer(world, "ridgeworks", "trail", 3, RUN)
    for key in ("priya", "tom", "ana"):
        Follow.begin(run.campaign.merchant_id, world.people[key])
        claim(run, world.people[key], key=once.new_key())
        db.session.commit()
    Waiting.join(run, world.people["kofi"])
    db.session.commit()


def _offer(
    world: World, merchant: str, community: str, size: int, told: dict[str, Any], agreed_by: str = ""
) -> Place:
    """An open campaign of a merchant in a community."""
    seller = world.owner_of(merchant)
    campaign = CouponCampaign.make(world.merchants[merchant], seller, size=size, **told)
    db.session.flush()
    if agreed_by:
        campaign.agree(world.merchants[agreed_by], world.owner_of(agreed_by))
    campaign.open()
    found = Place.offer(campaign, world.communities[community])
    if found.state == "asked":
        found.allow(world.people["yuanshan"])
    db.session.commit()
    return found
