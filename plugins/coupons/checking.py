"""What `shop check` verifies of coupons: every limit is what its holds say, and every coupon what its uses say."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Allowance, Claim
from plugins.coupons.places import Place
from plugins.coupons.redemptions import Redemption
from plugins.coupons.stores import Store
from shop.clock import now
from shop.db import db
from shop.limits import Hold, Limit
from shop.orders.models import OrderLine

KINDS = ("coupons", "coupons_place", Allowance.KIND)


def limits_say_what_holds_say() -> Iterator[str]:
    """Every coupon is taken by a hold: what is taken of a campaign, a community or a person is what holds keep."""
    held = (
        select(func.coalesce(func.sum(Hold.n), 0))
        .where(Hold.limit_id == Limit.id, Hold.given_back_at.is_(None))
        .scalar_subquery()
    )
    taken = Limit.size - Limit.left
    wrong = select(Limit.id, Limit.kind, taken, held).where(Limit.kind.in_(KINDS), taken != held)
    for limit_id, kind, has, should in db.session.execute(wrong):
        yield f"Coupons: limit {limit_id} ({kind}) has {has} taken, its holds say {should}."


def coupons_keep_their_place() -> Iterator[str]:
    """A coupon that can be used, or was, keeps one of its campaign and one of its community; others keep none."""
    living = and_(Claim.state.in_(("held", "reserved")), Claim.valid_until > now())
    over = Claim.state.in_(("expired", "void", "returned"))
    of_campaign, of_community = _kept(CouponCampaign.total_id), _kept(Place.limit_id)
    rows = db.session.execute(
        select(Claim.code, Claim.state, of_campaign, of_community)
        .join(CouponCampaign, CouponCampaign.id == Claim.campaign_id)
        .join(Place, and_(Place.campaign_id == Claim.campaign_id, Place.community_id == Claim.community_id))
        .where(
            or_(
                and_(or_(living, _is_used_in_time()), or_(of_campaign != 1, of_community != 1)),
                and_(over, or_(of_campaign != 0, of_community != 0)),
            )
        )
    )
    for code, state, total, here in rows:
        yield f"Coupon {code} is {state} and keeps {total} of its campaign and {here} of its community."


def coupons_say_what_uses_say() -> Iterator[str]:
    """A coupon is used exactly when a use of it counts."""
    counts = exists().where(Redemption.claim_id == Claim.id, Redemption.undone_at.is_(None))
    wrong = select(Claim.code, Claim.state).where(
        or_(and_(Claim.state == "used", ~counts), and_(Claim.state != "used", counts))
    )
    for code, state in db.session.execute(wrong):
        yield f"Coupon {code} is {state}, and its uses say otherwise."


def vouchers_say_what_orders_say() -> Iterator[str]:
    """An order issues no more vouchers than it bought."""
    bought = (
        select(func.coalesce(func.sum(OrderLine.quantity), 0))
        .where(OrderLine.order_id == Claim.order_id, OrderLine.plugin == "coupons")
        .correlate(Claim)
        .scalar_subquery()
    )
    issued = (
        select(Claim.order_id, func.count(Claim.id), bought)
        .where(Claim.order_id.is_not(None))
        .group_by(Claim.order_id)
        .having(func.count(Claim.id) > bought)
    )
    for order_id, n, most in db.session.execute(issued):
        yield f"Order {order_id} bought {most} vouchers and issued {n}."


def uses_say_their_own_stores() -> Iterator[str]:
    """A use was in a store of the merchant at whose counter it was."""
    wrong = (
        select(Redemption.id, Store.name)
        .join(Store, Store.id == Redemption.store_id)
        .where(Store.merchant_id != Redemption.merchant_id)
    )
    for number, name in db.session.execute(wrong):
        yield f"Use {number} names {name}, which is another merchant's store."


def _kept(limit_id: Any) -> ColumnElement[int]:
    """What a coupon's holds keep of a limit."""
    return (
        select(func.coalesce(func.sum(Hold.n), 0))
        .where(
            Hold.limit_id == limit_id,
            Hold.given_back_at.is_(None),
            Hold.purpose == literal("coupons:claim:") + cast(Claim.id, String),
        )
        .scalar_subquery()
    )


def _is_used_in_time() -> ColumnElement[bool]:
    """Used with its place kept: not one that a counter without a network told of too late."""
    beyond = exists().where(
        Redemption.claim_id == Claim.id, Redemption.undone_at.is_(None), Redemption.is_beyond
    )
    return and_(Claim.state == "used", ~beyond)
