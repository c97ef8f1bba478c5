"""A tea community with ads switched on, an advertiser with a paid budget, and somebody who looks."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from plugins.ads import budgets
from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.creatives import Creative
from shop import once
from shop.clock import now
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.merchants.models import Merchant
from shop.orders.models import Order
from shop.people.models import Person
from shop.switches import PluginSite, switch
from tests.support import goods, sales
from tests.support.people import sign_in

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


@dataclass
class Square:
    """Owner's tea community; Potter advertises with ¥10 paid in, in one flight of one creative; Sam sells budgets."""

    owner: Person
    community: Community
    potter: Person
    merchant: Merchant
    sam: Person
    seller: Merchant
    campaign: Campaign
    flight: Flight
    creative: Creative
    order: Order

    @property
    def shelf(self) -> str:
        return f"/c/{self.community.slug}"


@pytest.fixture
def square(db: SQLAlchemy) -> Square:
    return open_square()


def open_square(
    paid: int = 1000, term: str = "cpc", price: int = 7, community: Community | None = None, **flight: Any
) -> Square:
    """The square (or another community) with a budget of `paid` and a flight at a price."""
    owner, potter = goods.person("Owner"), goods.person("Potter")
    community = community or goods.community(owner)
    switch(community.id, "ads", True, owner.id)
    merchant = goods.merchant(potter, "Potter's Wheel")
    sam = goods.person("Sam")
    seller = goods.merchant(sam, "House")
    shop_db.session.add(PluginSite(name="ads", is_active=True, settings={"sellers": "house"}))
    campaign = Campaign.begin(Advertiser.of_merchant(merchant), "Pots", "CNY", potter)
    made = fly(campaign, term, price, **flight)
    creative = show(made, "A pot for your tea", potter)
    order = pay_in(campaign, paid, potter)
    return Square(owner, community, potter, merchant, sam, seller, campaign, made, creative, order)


def fly(campaign: Campaign, term: str = "cpc", price: int = 7, **more: Any) -> Flight:
    """A flight from yesterday to the day after tomorrow; as fast as it goes unless told otherwise."""
    communities, excluded = more.pop("communities", ()), more.pop("excluded", ())
    values = {
        "name": "First",
        "starts_at": now() - timedelta(days=1),
        "ends_at": now() + timedelta(days=2),
        "is_even": False,
    }
    flight = Flight.begin(campaign, term=term, price=price, **(values | more))
    flight.aim_at(communities, excluded)
    return flight


def show(
    flight: Flight, title: str = "A pot for your tea", by: Person | None = None, **more: Any
) -> Creative:
    """A creative that the operator has approved."""
    values = {"text": "Fired slowly.", "url": "https://pots.example/tea"}
    creative = Creative.make(flight, more.pop("shape", "text"), title=title, **(values | more))
    creative.approve(by)
    shop_db.session.commit()
    return creative


def pay_in(campaign: Campaign, amount: int, by: Person) -> Order:
    """Pay a budget in by an order like every other, as the worker hears it."""
    order = budgets.ask_for(campaign, amount, by, once.new_key())
    shop_db.session.commit()
    sales.pay(order)
    budgets.credit(order.number)
    shop_db.session.commit()
    return order


def fill_of(page: str) -> str:
    """Where the script of a page asks what goes into its places; empty when it has none."""
    asked = [unescape(address) for address in re.findall(r'data-ads-fill="([^"]+)"', page)]
    return "&".join([*asked[:1], *(address.partition("?")[2] for address in asked[1:])])


class Looker:
    """Somebody in front of a screen: opens pages, and sees and follows the ads on them."""

    def __init__(self, client: FlaskClient, who: Person | None = None, agent: str = PHONE) -> None:
        self.client, self.headers = client, {"User-Agent": agent}
        if who is not None:
            sign_in(client, who)

    def ads(self, url: str) -> list[dict[str, str]]:
        """The addresses of the ads on a page: seen and go."""
        text = self.filled(url)
        seen = [part.split('"')[0] for part in text.split('data-ads-seen="')[1:]]
        return [{"seen": s, "go": s.replace("/seen/", "/go/").removesuffix(".gif")} for s in seen]

    def filled(self, url: str) -> str:
        """What stands in the places of a page after its script has asked, once, for all of them."""
        fill = fill_of(self.client.get(url, headers=self.headers).text)
        if not fill:
            return ""
        answer = self.client.get(fill, headers=self.headers)
        assert answer.status_code == (200 if answer.text else 204)
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.text

    def sees(self, ad: dict[str, str], **headers: str) -> str:
        answer = self.client.get(ad["seen"], headers=self.headers | headers)
        return str(answer.headers["X-Ads"])

    def follows(self, ad: dict[str, str], **headers: str) -> str:
        answer = self.client.get(ad["go"], headers=self.headers | headers)
        assert answer.status_code == 303
        return str(answer.headers["X-Ads"])


@pytest.fixture
def looker(client: FlaskClient) -> Looker:
    """A guest with a phone."""
    return Looker(client)
