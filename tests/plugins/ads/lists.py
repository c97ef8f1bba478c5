"""The lists of the ads plugin, for tests/test_lists.py."""

from plugins.ads.campaigns import Advertiser, Campaign
from tests.support.lists import List, Place


def campaign(place: Place) -> str:
    Campaign.begin(Advertiser.of_merchant(place.stall.merchant), place.name, "CNY", place.person)
    return place.name


LISTS = {"ads_campaigns.index": List(campaign)}
