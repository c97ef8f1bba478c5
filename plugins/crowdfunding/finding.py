"""Finding campaigns: in a community, at a merchant's desk, and what a person may see."""

from flask import abort, g
from sqlalchemy import select

from plugins.crowdfunding.campaigns import PUBLIC, Campaign
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.rewards import Reward
from shop.access import current_person, me
from shop.db import db
from shop.orders.models import Order

LARGEST_ID = 2**53


def campaign_here(campaign_id: int) -> Campaign:
    """A campaign of the community in the address; one that is not public only for its seller and the managers."""
    mine = select(Campaign).where(Campaign.id == campaign_id, Campaign.community_id == g.community.id)
    campaign = db.session.scalars(mine).first() if campaign_id < LARGEST_ID else None
    if campaign is None or not (campaign.state in PUBLIC or may_preview(campaign)):
        abort(404)
    return campaign


def may_preview(campaign: Campaign) -> bool:
    """The seller's people and the community's managers see a campaign before everybody does."""
    person = current_person()
    if person is None:
        return False
    if campaign.merchant.role_of(person) is not None:
        return True
    return campaign.state != "draft" and campaign.community.role_of(person) in ("manager", "owner")


def campaign_of_merchant(campaign_id: int) -> Campaign:
    """A campaign of the merchant in the address."""
    mine = select(Campaign).where(Campaign.id == campaign_id, Campaign.merchant_id == g.merchant.id)
    campaign = db.session.scalars(mine).first() if campaign_id < LARGEST_ID else None
    return campaign or abort(404)


def reward_of(campaign: Campaign, reward_id: int) -> Reward:
    mine = select(Reward).where(Reward.id == reward_id, Reward.campaign_id == campaign.id)
    reward = db.session.scalars(mine).first() if reward_id < LARGEST_ID else None
    return reward or abort(404)


def own_pledge(number: str) -> Pledge:
    """A pledge of the present person in the community of the address."""
    mine = (
        select(Pledge)
        .join(Order, Order.id == Pledge.order_id)
        .where(Order.number == number, Pledge.person_id == me().id, Order.community_id == g.community.id)
    )
    return db.session.scalars(mine).first() or abort(404)
