"""What a search engine reads of a campaign beside its name and picture: what one gets for how much, and from when."""

from collections.abc import Sequence
from typing import Any

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.rewards import Reward
from shop.money import plain


def facts_of(campaign: Campaign, rewards: Sequence[Reward]) -> dict[str, Any]:
    """Each reward as an offer of schema.org's; none once nobody can pledge any more."""
    offers = [_offer(campaign, reward) for reward in rewards if not reward.is_addon and not reward.is_closed]
    return {"offers": offers} if offers and campaign.takes_pledges else {}


def _offer(campaign: Campaign, reward: Reward) -> dict[str, Any]:
    known = {
        "availabilityStarts": reward.delivered.date().isoformat() if reward.delivered else None,
        "priceValidUntil": campaign.deadline.date().isoformat() if campaign.deadline else None,
    }
    return {
        "@type": "Offer",
        "name": reward.title,
        "price": plain(reward.price, campaign.currency),
        "priceCurrency": campaign.currency,
        "availability": f"https://schema.org/{'PreOrder' if reward.can_be_had else 'SoldOut'}",
        "seller": {"@type": "Organization", "name": campaign.merchant.name},
    } | {key: value for key, value in known.items() if value}
