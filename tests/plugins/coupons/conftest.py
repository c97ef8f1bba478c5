"""A tea house that gives coupons away in one community."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from plugins.coupons import codes
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim, claim
from plugins.coupons.places import Place
from shop import once
from shop.clock import now
from shop.communities.models import Community
from shop.db import db as shop_db
from shop.jobs import run_until_idle
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.payments.models import Refund
from shop.payments.settling import refund_done
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods


@dataclass(frozen=True)
class TeaHouse:
    """Lin owns the community, Shan the tea house; Chayu stands at its counter. Something of it is on the shelf."""

    lin: Person
    shan: Person
    chayu: Person
    community: Community
    merchant: Merchant
    listing: Listing

    @property
    def shelf(self) -> str:
        return f"/c/{self.community.slug}/x/coupons"

    @property
    def desk(self) -> str:
        return f"/desk/{self.merchant.slug}/x/coupons"

    @property
    def counter(self) -> str:
        return f"{self.desk}/counter"

    def campaign(self, size: int = 10, **values: Any) -> Place:
        """An open campaign in the community: ¥10 off at the counter, unless said otherwise."""
        told = {"title": "Ten off", "kind": "amount", "worth": 1000, "valid_days": 30, **values}
        most = told.pop("most", None)
        made = CouponCampaign.make(self.merchant, self.shan, size=size, **told)
        shop_db.session.flush()
        place = Place.offer(made, self.community, most)
        if made.partner_id is None:
            made.open()
        shop_db.session.flush()
        return place


@pytest.fixture
def plugin() -> str:
    return "coupons"


@pytest.fixture
def house(db: SQLAlchemy) -> TeaHouse:
    return open_house()


def open_house() -> TeaHouse:
    lin, shan, chayu = goods.person("Lin"), goods.person("Shan"), goods.person("Chayu")
    community, merchant = goods.community(lin), goods.merchant(shan, "Tea House")
    goods.staff(merchant, chayu, "counter")
    listing = goods.listing(goods.product(merchant, "Rock oolong", 8800, stock=50), community, lin)
    for name in ("coupons", "mall"):
        switch(community.id, name, True, lin.id)
    shop_db.session.flush()
    return TeaHouse(lin, shan, chayu, community, merchant, listing)


def claimed(place: Place, person: Person) -> Claim:
    """A coupon of the campaign, claimed and committed."""
    made = claim(place, person, key=once.new_key())
    shop_db.session.commit()
    return made


def money_goes_back(app: Flask) -> None:
    """The providers have sent every refund that was asked for; everybody has heard."""
    run_until_idle(app)
    for refund in shop_db.session.scalars(select(Refund).where(Refund.state == "asked")).all():
        refund_done(refund)
    shop_db.session.commit()
    run_until_idle(app)
    shop_db.session.expire_all()


def shown(of: Claim, ago: int = 0) -> str:
    """What the coupon's phone shows (so many seconds ago)."""
    return of.text(codes.key_number(of.campaign.merchant_id), now() - timedelta(seconds=ago))
