"""What stands in the managers' calendar: a campaign, from its vote or start to its last pledge."""

from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import func, select

from plugins.crowdfunding.campaigns import LONGEST_DAYS, PUBLIC, Campaign
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening
from shop.listings.models import Listing, Offer


def running_in(community: Community, since: datetime, until: datetime) -> list[Happening]:
    """With late pledges, as long as they are taken."""
    begun = func.coalesce(Campaign.began_at, Campaign.made_at)
    found = db.session.execute(
        select(Campaign, Listing.product_id)
        .join(Offer, Offer.id == Campaign.offer_id)
        .join(Listing, Listing.id == Offer.listing_id)
        .where(
            Campaign.community_id == community.id,
            Campaign.state.in_(PUBLIC),
            begun < until,
            begun > since - timedelta(days=8 * LONGEST_DAYS),
        )
    ).all()
    return [
        _told(campaign, product, community)
        for campaign, product in found
        if (_end(campaign) or until) > since
    ]


def _end(campaign: Campaign) -> datetime | None:
    if campaign.state == "voting":
        return campaign.votes_until
    return campaign.late_until or campaign.deadline or campaign.votes_until


def _told(campaign: Campaign, product: int, community: Community) -> Happening:
    return Happening(
        title=campaign.title,
        url=url_for("crowdfunding_campaigns.show", community=community.slug, campaign_id=campaign.id),
        starts=campaign.began_at or campaign.made_at,
        ends=_end(campaign),
        products=(product,),
    )
