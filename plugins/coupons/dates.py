"""What stands in the managers' calendar: each campaign that people here may claim, and the vouchers on sale."""

from datetime import datetime

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.places import Place
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening

MOST = 300


def running_in(community: Community, since: datetime, until: datetime) -> list[Happening]:
    """From the first to the last day of claiming; one that has ended stands there until it ended."""
    found = db.session.scalars(
        select(Place)
        .join(Place.campaign)
        .where(
            Place.community_id == community.id,
            Place.state == "open",
            CouponCampaign.opened_at < until,
            or_(CouponCampaign.ended_at.is_(None), CouponCampaign.ended_at > since),
            or_(CouponCampaign.claim_from.is_(None), CouponCampaign.claim_from < until),
            or_(CouponCampaign.claim_until.is_(None), CouponCampaign.claim_until > since),
        )
        .options(joinedload(Place.campaign))
        .order_by(Place.id.desc())
        .limit(MOST)
    ).all()
    return [_told(place.campaign, community) for place in found]


def _told(campaign: CouponCampaign, community: Community) -> Happening:
    opened = campaign.opened_at or campaign.made_at
    return Happening(
        title=campaign.title,
        url=url_for("coupons_manage.index", community=community.slug),
        starts=max(opened, campaign.claim_from or opened),
        ends=campaign.ended_at or campaign.claim_until,
        products=tuple(campaign.product_ids),
        leads=campaign.kind != "voucher",
    )
