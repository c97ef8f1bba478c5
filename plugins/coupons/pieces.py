"""Pieces of other pages: coupons above the shelf, a merchant's beside its product, the vouchers of an order."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim, whole
from plugins.coupons.following import conditions_of
from plugins.coupons.places import Place
from shop import kept
from shop.db import db
from shop.hookspecs import Piece
from shop.orders.models import Order

MOST_SHOWN = 3
MOST_LOOKED_AT = 20


def pieces_for(slot: str, subjects: Sequence[Any], community: Any) -> list[Piece]:
    """What coupons put into a slot; at most one statement for each."""
    if slot == "shelf.top":
        places = _open_in(community, most=MOST_SHOWN)
        return [Piece("coupons/_shelf.html", {"places": places}, weight=40)] if places else []
    if slot == "listing.after_price":
        listing = subjects[0]
        places = [
            place
            for place in _open_in(community, CouponCampaign.merchant_id == listing.product.merchant_id)
            if not place.campaign.product_ids or listing.product_id in place.campaign.product_ids
        ][:MOST_SHOWN]
        return [Piece("coupons/_listing.html", {"places": places}, weight=40)] if places else []
    if slot == "order.below":
        orders = {order.id: order for order in subjects}
        claims = db.session.scalars(select(Claim).where(Claim.order_id.in_(orders)).options(*whole())).all()
        return [
            Piece("coupons/_order.html", {"claims": mine}, weight=10, subject_id=order_id)
            for order_id in orders
            if (mine := [claim for claim in claims if claim.order_id == order_id])
        ]
    if slot == "order.next":
        return _next(subjects[0])
    return []


def _next(order: Order) -> list[Piece]:
    """A coupon that the buyer may claim and has not; who is nobody yet sees those that ask for nothing."""
    places = _open_in(order.community)
    mine = select(Claim.campaign_id).where(Claim.person_id == order.buyer_id)
    had = set(db.session.scalars(mine.where(Claim.campaign_id.in_([place.campaign_id for place in places]))))
    for place in places:
        asked = conditions_of(place, order.buyer)
        if place.campaign_id not in had and all(condition.met for condition in asked):
            return [Piece("coupons/_next.html", {"place": place}, weight=30)]
    return []


def _open_in(community: Any, *conditions: Any, most: int = MOST_LOOKED_AT) -> list[Place]:
    """What can be claimed here now, the one that ends first before the others."""
    wanted = (
        Place.open_in(community)
        .where(
            CouponCampaign.kind != "voucher",
            ~CouponCampaign.staff_only,
            *conditions,
        )
        .options(joinedload(Place.community))
        .order_by(CouponCampaign.claim_until.is_(None), CouponCampaign.claim_until, Place.id)
        .limit(MOST_LOOKED_AT)
    )
    with db.session.no_autoflush:  # a page only reads
        places = db.session.scalars(wanted).all()
    kept.until(
        instant for place in places for instant in (place.campaign.claim_from, place.campaign.claim_until)
    )
    kept.counts(limit for place in places for limit in (place.limit, place.campaign.total))
    return [place for place in places if place.campaign.is_claimable_now and place.left > 0][:most]
