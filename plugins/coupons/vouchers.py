"""Vouchers: bought by an ordinary order, issued when it is paid, redeemed at the counter, paid back when unused."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Allowance, Claim, check_claimable, whole
from plugins.coupons.places import Place
from shop import kept
from shop.clock import now
from shop.db import db
from shop.errors import NotValid, Refused, SoldOut
from shop.events import record
from shop.hookspecs import Panel, Price, Problem
from shop.limits import holds_for
from shop.listings.models import Listing, Offer
from shop.orders.models import Order, OrderLine
from shop.orders.quoting import Wish
from shop.payments.settling import refund_order
from shop.people.models import Person

NAME = "coupons"
MOST_AT_ONCE = 20
REFUNDS_AT_ONCE = 50


def cleaned(listing: Listing, settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of an offer as they are kept: which voucher is sold, in a community that lets it run."""
    campaign = db.session.get(CouponCampaign, int(settings.get("campaign") or 0))
    if campaign is None or campaign.kind != "voucher" or campaign.merchant_id != listing.product.merchant_id:
        raise NotValid(_("Please choose one of your vouchers."), field="campaign")
    if not campaign.is_open:
        raise NotValid(_("Open the campaign of this voucher first."), field="campaign")
    if place_of(campaign.id, listing.community_id) is None:
        Place.offer(campaign, listing.community)
    return {"campaign": campaign.id, "note": str(settings.get("note") or "").strip()[:160]}


def panels_of(offers: Sequence[Offer]) -> dict[int, Panel]:
    """How each voucher looks; one statement for all."""
    places = _places(offers)
    panels = {}
    for offer in offers:
        place = places.get(offer.id)
        if place is None:
            continue
        campaign, is_open = place.campaign, place.campaign.is_claimable_now and place.left > 0
        buy = url_for("coupons_vouchers.new", offer_id=offer.id)
        panels[offer.id] = Panel(
            template="coupons/_panel.html",
            data={
                "campaign": campaign,
                "place": place,
                "note": offer.settings.get("note") or "",
                "is_open": is_open,
            },
            label=_("Voucher"),
            price=campaign.price,
            is_open=is_open,
            action=(_("Buy the voucher"), buy) if is_open else None,
            why=_(
                "The price of a voucher worth %(worth)s; nothing comes on top.",
                worth=campaign.money(campaign.worth),
            ),
        )
    return panels


def prices_of(wishes: Sequence[Wish], buyer: Person | None) -> list[Price]:
    """The price of each wish, with the limits that it takes: the campaign's, the community's and the person's."""
    if buyer is None:
        raise Refused(_("Please sign in to buy a voucher: it is kept with your account."), status=403)
    places = _places([wish.offer for wish in wishes])
    return [_price_of(wish, places.get(wish.offer.id), buyer) for wish in wishes]


def hold_turns(order: Order, lines: Sequence[OrderLine]) -> None:
    """An order is placed: the buyer's own turns are kept with the other limits until it is paid."""
    for line in lines:
        place = db.session.get_one(Place, int(line.inputs["place"]), options=_loaded())
        if order.buyer is None:
            raise Refused(_("Please sign in to buy a voucher: it is kept with your account."), status=403)
        try:
            Allowance.of(place.campaign, order.buyer).hold(line.quantity, order.purpose, order.hold_until)
        except SoldOut as short:
            raise SoldOut(_("You have as many of these as one person may have."), left=short.left) from short


def issue_for(order: Order) -> list[Claim]:
    """The order is paid: so many vouchers are the buyer's, once; what the order held is theirs from now on."""
    bought = [line for line in order.lines if line.plugin == NAME]
    known = db.session.scalar(select(func.count()).where(Claim.order_id == order.id)) or 0
    if not bought or known or order.buyer is None:
        return []
    made = []
    for hold in holds_for(order.purpose):
        if hold.limit.kind.startswith("coupons"):
            hold.give_back()  # and taken again below, in this transaction: nobody comes between
    for line in bought:
        made += [_issue(order, line) for _n in range(line.quantity)]
    record("coupons.issued", order.community_id, order=order.number)
    return made


def give_money_back(claim: Claim, reason: str, by: Person | None) -> None:
    """An unused voucher's price goes back to its buyer, once; raises Refused."""
    order = _order_of(claim)
    if not claim.move("returned", ended_at=now(), reason=reason):
        raise Refused(_("This coupon has moved on; please look at it again."))
    claim.release(turn_too=True)
    refund_order(order, claim.campaign.price, reason, f"coupons:{claim.id}", by)


def give_back_expired() -> int:
    """The money of vouchers that nobody used in time goes back by itself; returns how many."""
    overdue = (
        select(Claim)
        .join(Claim.campaign)
        .where(Claim.state == "expired", Claim.order_id.is_not(None), CouponCampaign.kind == "voucher")
        .options(*whole())
        .order_by(Claim.id)
        .limit(REFUNDS_AT_ONCE)
    )
    done = 0
    for claim in db.session.scalars(overdue).all():
        order = _order_of(claim)
        if order.state in ("paid", "shipped", "received", "completed"):
            give_money_back(claim, _("The voucher was not used in time."), None)
            close(order)
            done += 1
        else:
            claim.move("returned", only_from=("expired",))
        db.session.commit()
    return done


def void_refunded(order: Order) -> None:
    """The merchant gave all the money back: what was not used is worth nothing any more."""
    if order.state != "refunded":
        return
    for claim in db.session.scalars(
        select(Claim).where(Claim.order_id == order.id, Claim.state == "held")
    ).all():
        if claim.move("returned", only_from=("held",), ended_at=now(), reason=_("The order was refunded.")):
            claim.release(turn_too=True)


def close(order: Order) -> None:
    """None of its vouchers is open any more and one was used: the order is received, its money may be shared out."""
    states = set(db.session.scalars(select(Claim.state).where(Claim.order_id == order.id)))
    others = any(line.plugin != NAME for line in order.lines)
    if (
        "used" in states
        and not states & {"held", "reserved", "expired"}
        and not others
        and order.state == "paid"
    ):
        order.receive(None)
        record("order.received", order.community_id, order=order.number)


def against_money_back(order: Order) -> list[Problem]:
    """What speaks against giving the money of a whole order back: vouchers of it that were used."""
    used = select(func.count()).where(Claim.order_id == order.id, Claim.state == "used")
    many = db.session.scalar(used) or 0
    if not many:
        return []
    words = ngettext(
        "%(num)s voucher of this order was used. Those that were not are paid back one by one.",
        "%(num)s vouchers of this order were used. Those that were not are paid back one by one.",
        many,
    )
    return [Problem(words)]


def place_of(campaign_id: int, community_id: int) -> Place | None:
    found = select(Place).where(Place.campaign_id == campaign_id, Place.community_id == community_id)
    return db.session.scalars(found.options(*_loaded())).first()


def _price_of(wish: Wish, place: Place | None, buyer: Person) -> Price:
    if wish.offer.kind != "voucher" or place is None:
        raise Refused(_("“%(name)s” is not offered any more.", name=wish.offer.listing.product.name))
    check_claimable(place, buyer)
    if wish.quantity > MOST_AT_ONCE:
        raise Refused(_("At most %(most)s vouchers in one order.", most=MOST_AT_ONCE))
    campaign = place.campaign
    if wish.quantity > campaign.per_person:
        raise Refused(_("At most %(most)s of these for one person.", most=campaign.per_person))
    limits = ((campaign.total.id, wish.quantity), (place.limit.id, wish.quantity))
    return Price(
        unit=campaign.price,
        title=campaign.title,
        detail=campaign.worth_words(),
        limits=limits,
        inputs={"campaign": campaign.id, "place": place.id},
    )


def _issue(order: Order, line: OrderLine) -> Claim:
    place = db.session.get_one(Place, int(line.inputs["place"]), options=_loaded())
    campaign, buyer = place.campaign, order.buyer
    assert buyer is not None  # noqa: S101 (asked when it was priced)
    valid_from, valid_until = campaign.validity(now())
    claim = Claim(
        campaign=campaign,
        community=place.community,
        person=buyer,
        order_id=order.id,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    db.session.add(claim)
    db.session.flush()
    limits = (campaign.total, place.limit, Allowance.of(campaign, buyer))
    for limit in sorted(limits, key=lambda limit: limit.id):
        limit.hold(1, claim.purpose, None if limit.kind == Allowance.KIND else valid_until)
    return claim


def _order_of(claim: Claim) -> Order:
    order = db.session.get(Order, claim.order_id) if claim.order_id else None
    if order is None or claim.campaign.kind != "voucher":
        raise Refused(_("Nothing was paid for this coupon."))
    return order


def _places(offers: Sequence[Offer]) -> dict[int, Place]:
    """The place of each offer's campaign in its community, by the offer; one statement."""
    wanted = {offer.id: (int(offer.settings.get("campaign") or 0), offer.community_id) for offer in offers}
    found = (
        select(Place)
        .where(
            Place.campaign_id.in_({campaign for campaign, _community in wanted.values()}),
            Place.community_id.in_({community for _campaign, community in wanted.values()}),
        )
        .options(*_loaded())
    )
    with db.session.no_autoflush:  # a page only reads
        places = {(place.campaign_id, place.community_id): place for place in db.session.scalars(found)}
    kept.until(x for p in places.values() for x in (p.campaign.claim_from, p.campaign.claim_until))
    kept.counts(limit for p in places.values() for limit in (p.limit, p.campaign.total))
    return {offer_id: places[pair] for offer_id, pair in wanted.items() if pair in places}


def _loaded() -> tuple[Any, ...]:
    return (
        joinedload(Place.campaign).joinedload(CouponCampaign.total),
        joinedload(Place.campaign).joinedload(CouponCampaign.merchant),
        joinedload(Place.community),
        joinedload(Place.limit),
    )
