"""Settling: who bears what a use took off, and who earns by it; per merchant, coupon and community."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, null, or_, select
from sqlalchemy.orm import joinedload

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.redemptions import Redemption
from plugins.coupons.stores import Store
from shop.communities.models import Community
from shop.db import db
from shop.ledger.earnings import Earning
from shop.ledger.models import Account
from shop.merchants.models import Merchant
from shop.money import Money

NAME = "coupons"


def settle(redemption: Redemption) -> None:
    """Write into the books, once, what a partner owes the counter that gave the discount, and what the community earns.

    The payer's payable pot gives it, and may fall below nothing: what it earns next is less by that.
    """
    campaign = redemption.campaign
    if redemption.undone_at is not None or earnings_of(redemption):
        return
    why = campaign.title
    if campaign.is_joint and campaign.partner_id is not None:
        is_elsewhere = redemption.merchant_id == campaign.partner_id
        owes = campaign.merchant_id if is_elsewhere else campaign.partner_id
        part = redemption.discount - redemption.partner_bears if is_elsewhere else redemption.partner_bears
        _owe(redemption, "partner", owes, "merchant", redemption.merchant_id, part, why)
    fee, group = redemption.community_earns, redemption.community_id
    _owe(redemption, "community", campaign.merchant_id, "community", group, fee, why)


def take_back(redemption: Redemption) -> None:
    """The use was undone: what was booked for it goes back, once."""
    for earning in earnings_of(redemption):
        if earning.left.amount:
            earning.take_back(earning.left.amount, "undone")


def earnings_of(redemption: Redemption) -> list[Earning]:
    """What was booked for a use."""
    keys = [f"{NAME}:{_key(redemption, what)}" for what in ("partner", "community")]
    return list(db.session.scalars(select(Earning).where(Earning.key.in_(keys)).order_by(Earning.id)))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statement: a coupon in a community at a merchant; amounts in minor units."""

    campaign: CouponCampaign
    community: Community
    at: Merchant
    store: Store | None
    uses: int
    turnover: int
    discount: int
    mine: int
    partners: int
    community_earned: int

    def money(self, amount: int) -> Money:
        return Money(amount, self.campaign.currency)


def statement(merchant: Merchant, *, community: Community | None = None) -> list[Line]:
    """What the merchant's coupons, and those that it shares, came to: one line for coupon, community and store."""
    mine = or_(CouponCampaign.merchant_id == merchant.id, CouponCampaign.partner_id == merchant.id)
    return list(_lines(merchant.id, mine))


def of_community(community: Community) -> list[Line]:
    """What coupons came to in a community."""
    return list(_lines(None, Redemption.community_id == community.id, by_store=False))


def _owe(
    redemption: Redemption, what: str, payer_id: int, party: str, party_id: int, amount: int, why: str
) -> None:
    if amount <= 0:
        return
    payer = Account.of("merchant", redemption.campaign.currency, payer_id, "payable")
    Earning.book(NAME, _key(redemption, what), payer, party, party_id, amount, why).release()


def _key(redemption: Redemption, what: str) -> str:
    return f"use:{redemption.id}:{what}"


def _lines(merchant_id: int | None, condition: object, *, by_store: bool = True) -> Iterable[Line]:
    keys: list[Any] = [Redemption.campaign_id, Redemption.community_id, Redemption.merchant_id]
    keys += [Redemption.store_id] if by_store else []
    rows = db.session.execute(
        select(
            Redemption.campaign_id,
            Redemption.community_id,
            Redemption.merchant_id,
            func.count(),
            func.coalesce(func.sum(Redemption.bill), 0),
            func.coalesce(func.sum(Redemption.discount), 0),
            func.coalesce(func.sum(Redemption.partner_bears), 0),
            func.coalesce(func.sum(Redemption.community_earns), 0),
            Redemption.store_id if by_store else null(),
        )
        .join(CouponCampaign, CouponCampaign.id == Redemption.campaign_id)
        .where(Redemption.undone_at.is_(None), condition)  # type: ignore[arg-type]
        .group_by(*keys)
        .order_by(Redemption.campaign_id.desc(), *keys[1:])
    ).all()
    campaigns = {
        c.id: c
        for c in db.session.scalars(
            select(CouponCampaign)
            .where(CouponCampaign.id.in_({row[0] for row in rows}))
            .options(joinedload(CouponCampaign.merchant))
        )
    }
    places = {
        c.id: c for c in db.session.scalars(select(Community).where(Community.id.in_({r[1] for r in rows})))
    }
    counters = {
        m.id: m for m in db.session.scalars(select(Merchant).where(Merchant.id.in_({r[2] for r in rows})))
    }
    stores = {
        s.id: s for s in db.session.scalars(select(Store).where(Store.id.in_({r[8] for r in rows} - {None})))
    }
    for campaign_id, community_id, at_id, uses, turnover, discount, partners, earned, store_id in rows:
        campaign = campaigns[campaign_id]
        theirs = int(partners or 0)
        own = int(discount or 0) - theirs
        if merchant_id is not None and merchant_id == campaign.partner_id:
            own, theirs = theirs, own
        yield Line(
            campaign=campaign,
            community=places[community_id],
            at=counters[at_id],
            store=stores.get(store_id or 0),
            uses=uses,
            turnover=int(turnover or 0),
            discount=int(discount or 0),
            mine=own,
            partners=theirs,
            community_earned=int(earned or 0),
        )
