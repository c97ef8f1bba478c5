"""Coupons keep the contract of every plugin, as a mode with an offer of its own."""

import pytest

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.places import Place
from shop.listings.models import Offer
from shop.testing import contract, goods
from shop.testing.contract import *  # noqa: F403
from shop.testing.fixtures import community, listing, merchant, owner, person, place_order, product, seller

__all__ = [
    "community",
    "listing",
    "merchant",
    "owner",
    "person",
    "place_order",
    "product",
    "seller",
    *contract.__all__,
]


@pytest.fixture
def offer(listing, merchant, seller, community) -> Offer:
    """A voucher worth ¥100 for ¥80, sold on the listing."""
    campaign = CouponCampaign.make(
        merchant, seller, title="Dinner", kind="voucher", worth=10000, price=8000, per_person=5
    )
    goods.db.session.flush()
    campaign.open()
    Place.offer(campaign, community)
    goods.db.session.flush()
    return goods.offer(listing, seller, "coupons", "voucher", settings={"campaign": campaign.id, "note": ""})
