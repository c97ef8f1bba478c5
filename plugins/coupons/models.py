"""The tables of coupons."""

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Allowance, Claim
from plugins.coupons.codes import CounterKey
from plugins.coupons.following import Follow
from plugins.coupons.places import Place
from plugins.coupons.redemptions import Conflict, Redemption
from plugins.coupons.stores import Store, StoreStaff
from plugins.coupons.waiting import Waiting

__all__ = [
    "Allowance",
    "Claim",
    "Conflict",
    "CounterKey",
    "CouponCampaign",
    "Follow",
    "Place",
    "Redemption",
    "Store",
    "StoreStaff",
    "Waiting",
]
