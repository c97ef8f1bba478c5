"""A campaign for a field jacket in a community: goal 1000.00, two rewards, an add-on."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.closing import start
from plugins.crowdfunding.pledges import Progress, progress_of
from plugins.crowdfunding.pledging import Choice, pledge, quote_of
from plugins.crowdfunding.rewards import Reward, first_of_month
from shop import once
from shop.clock import now
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.payments.settling import capture, intend
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods
from tests.support.people import sign_in

REWARD = {
    "title": "Jacket",
    "story": "One jacket.",
    "is_addon": False,
    "price": 40000,
    "limit": 10,
    "delivery_month": first_of_month("2099-03"),
    "needs_shipping": True,
    "postage": 1000,
    "postage_abroad": 5000,
}
THANKS = {
    **REWARD, "title": "A thank-you", "price": 2000, "limit": None, "needs_shipping": False, "postage": 0,
}  # fmt: skip
PATCH = {**REWARD, "title": "Patch", "price": 1500, "limit": 5, "is_addon": True, "postage": 200}


@dataclass(frozen=True)
class Loom:
    """Who and what takes part."""

    app: Flask
    owner: Person
    seller: Person
    community: Community
    merchant: Merchant
    campaign: Campaign
    jacket: Reward
    thanks: Reward
    patch: Reward

    @property
    def url(self) -> str:
        return f"/c/{self.community.slug}/x/crowdfunding/campaigns/{self.campaign.id}"

    @property
    def desk(self) -> str:
        return f"/desk/{self.merchant.slug}/x/crowdfunding/campaigns/{self.campaign.id}"

    @property
    def progress(self) -> Progress:
        shop_db.session.flush()
        return progress_of([self.campaign])[self.campaign.id]

    def backer(self, name: str) -> Person:
        """A member of the community."""
        known = goods.person(name)
        self.community.join(known, accepts_rules=True)
        shop_db.session.commit()
        return known

    def order(self, who: Person, choice: Choice | None = None) -> Order:
        """A pledge that is placed, and not paid."""
        choice = choice or Choice(self.jacket)
        quote = quote_of(self.campaign, choice, who)
        with self.app.test_request_context():
            order = pledge(
                quote, choice, {"name": who.name, "email": who.email}, key=once.new_key(), seen=None
            )
        shop_db.session.commit()
        return order

    def paid(self, who: Person, choice: Choice | None = None) -> Order:
        """A pledge that is placed and paid at once."""
        order = self.order(who, choice)
        pay(order)
        return order

    def reserved(self, who: Person, choice: Choice | None = None, decision: str = "pay") -> Order:
        """A pledge of which the backer lets the demo provider reserve the money."""
        order = self.order(who, choice)
        client = self.app.test_client()
        sign_in(client, who)
        place = client.post(f"/orders/{order.number}/payments", data={"method": "demopay"}).location
        client.post(place, data={"decision": decision})
        self.work()
        return order

    def work(self, **later: float) -> None:
        """The worker does what is due, now or later."""
        shop_db.session.commit()
        with time_machine.travel(now() + timedelta(**later), tick=True):
            run_until_idle(self.app)
        shop_db.session.expire_all()

    def end(self, **later: float) -> None:
        """The clock reaches the deadline, and goes on for a while."""
        assert self.campaign.deadline is not None
        left = (self.campaign.deadline - now()).total_seconds()
        self.work(seconds=left + 1 + timedelta(**later).total_seconds())


def pay(order: Order) -> Payment:
    """The order is paid, as its provider says."""
    payment = intend(order, "demopay")
    shop_db.session.flush()
    payment.move("started", reference=f"ref-{payment.id}")
    capture(payment)
    shop_db.session.commit()
    return payment


def campaign_on(listing: Listing, seller: Person) -> Offer:
    """An offer whose campaign is live."""
    offer = goods.offer(listing, seller, "crowdfunding", "back")
    campaign = Campaign.begin(offer)
    shop_db.session.flush()
    Reward.add(campaign, THANKS)
    campaign.move("review")
    start(campaign)
    return offer


def open_loom(app: Flask, *, live: bool = True, **values: object) -> Loom:
    """The campaign, live or still a draft; `values` are its own columns."""
    owner, seller = goods.person("Owner"), goods.person("Seller")
    community, merchant = goods.community(owner), goods.merchant(seller)
    switch(community.id, "crowdfunding", True, owner.id)
    listing = goods.listing(goods.product(merchant, "Field jacket", 40000, stock=3), community, owner)
    offer = Offer.make(listing, "crowdfunding", "back", seller)
    shop_db.session.flush()
    campaign = Campaign.begin(offer, "A jacket for the field")
    told = {"goal": 100000, "days": 5, "pitch": "Warm and dry.", "story": "# Why", "risks": "Cloth is late."}
    for name, value in (told | values).items():
        setattr(campaign, name, value)
    shop_db.session.flush()
    rewards = [Reward.add(campaign, told) for told in (REWARD, THANKS, PATCH)]
    shop_db.session.flush()
    if live:
        campaign.move("review")
        start(campaign)
    shop_db.session.commit()
    return Loom(app, owner, seller, community, merchant, campaign, *rewards)


@pytest.fixture
def loom(app: Flask, db: SQLAlchemy) -> Loom:
    return open_loom(app)
