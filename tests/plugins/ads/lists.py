"""The lists of the ads plugin, for tests/test_lists.py."""

from plugins.ads.campaigns import Advertiser, Campaign
from plugins.ads.counts import Impression
from plugins.ads.creatives import Creative
from shop.clock import now
from shop.db import db
from tests.plugins.ads.conftest import fly
from tests.support import goods
from tests.support.lists import List, Place


def campaign(place: Place) -> str:
    Campaign.begin(Advertiser.of_merchant(place.stall.merchant), place.name, "CNY", place.person)
    return place.name


def advertiser(place: Place) -> str:
    Advertiser.of_merchant(goods.merchant(place.person, place.name))
    return place.name


def creative(place: Place) -> str:
    """One that waits to be looked over, in the first flight of a house campaign (no advertiser of the list)."""
    house = Campaign.begin(Advertiser.of_house("House"), place.name, "CNY", place.person, kind="house")
    Creative.make(fly(house), "text", title=place.name, text="", url="https://pots.example/")
    return place.name


def view(place: Place) -> str:
    made = db.session.get(Creative, 1)
    if made is None:
        creative(place)
        made = db.session.get_one(Creative, 1)
    visitor = f"g{place.n}{place.n}{place.n}{place.n}{place.n}"
    db.session.add(
        Impression(
            token=visitor, creative_id=1, flight_id=made.flight_id, community_id=place.stall.community.id,
            slot="shelf.top", visitor=visitor, origin="here", day=now().date(),
        )
    )  # fmt: skip
    return visitor


LISTS = {
    "ads_campaigns.index": List(campaign),
    "ads_review.index": List(
        creative, newest_first=False, whole="what was looked over makes room for the next"
    ),
    "ads_review.index advertisers": List(advertiser, mark="after_advertiser"),
    "ads_review.show": List(view),
}
