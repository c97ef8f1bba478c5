"""The lists of the crowdfunding plugin, for tests/test_lists.py."""

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.pledges import Pledge
from shop.db import db
from shop.switches import switch
from tests.plugins.crowdfunding.conftest import campaign_on
from tests.support import goods
from tests.support.lists import List, Place
from tests.support.sales import order_from


def campaign(place: Place) -> str:
    """A live campaign for a product of its name."""
    switch(place.stall.community.id, "crowdfunding", True, place.person.id)
    made = goods.product(place.stall.merchant, place.name)
    campaign_on(goods.listing(made, place.stall.community, place.person), place.person)
    return place.name


def pledge(place: Place) -> str:
    """An order in the first campaign."""
    if db.session.get(Campaign, 1) is None:
        campaign(place)
        db.session.flush()
    order = order_from(place.stall, buyer=place.person)
    db.session.add(Pledge(campaign_id=1, order_id=order.id, person_id=place.person.id, amount=order.total))
    return order.number


LISTS = {
    "crowdfunding_backers.index": List(pledge, newest_first=False),
    "crowdfunding_campaigns.index": List(campaign),
    "crowdfunding_desk.index": List(campaign),
    "crowdfunding_own.index": List(pledge),
    "crowdfunding_reviews.index": List(campaign),
}
