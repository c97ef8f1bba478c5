"""What goes on in the shop: a campaign; and acts that write: a coupon claimed, an ad seen, a provider's webhook."""

import json
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from bench.shop import Stall, Visitor, checkout
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.places import Place
from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.pledging import Choice, pledge, quote_of
from plugins.crowdfunding.rewards import Reward
from plugins.demopay.models import Charge
from plugins.demopay.provider import report_of, sign
from shop import once
from shop.communities.models import Community
from shop.db import db, writing
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import switch
from tests.plugins.ads.conftest import PHONE, fill_of, open_square
from tests.plugins.crowdfunding.conftest import campaign_on, pay
from tests.support import goods

Prepare = Callable[[], tuple[Visitor, dict[str, Any]]]
PLENTY = 1_000_000
BACKERS = 50


def back(stall: Stall) -> None:
    """A campaign with fifty backers is shown on the shelf, and on the page of the product that is measured."""
    with stall.app.test_request_context(), writing():
        owner = db.session.get_one(Person, 1)
        listing = db.session.scalars(select(Listing).order_by(Listing.id)).first()
        assert listing is not None
        campaign = Campaign.begin(campaign_on(listing, owner))
        choice = Choice(db.session.scalars(select(Reward).where(Reward.campaign_id == campaign.id)).one())
        for n in range(BACKERS):
            backer = goods.person(f"Backer {n}")
            listing.community.join(backer, accepts_rules=True)
            db.session.flush()
            contact = {"name": backer.name, "email": backer.email}
            pay(pledge(quote_of(campaign, choice, backer), choice, contact, key=once.new_key(), seen=None))


def claims(stall: Stall) -> Prepare:
    """Somebody signed in presses "claim" on a campaign that gives as many as one wants."""
    with stall.app.test_request_context(), writing():
        owner, merchant = db.session.get_one(Person, 1), db.session.scalars(select(Merchant)).first()
        assert merchant is not None
        community = Community.open(
            "claims", "Claims", "A shelf of its own: a button to press is not kept.", owner
        )
        goods.listing(goods.product(merchant, "Ten cups", 8800, stock=50), community, owner)
        for name in ("coupons", "mall"):
            switch(community.id, name, True, owner.id)
        db.session.flush()
        told = {"title": "Ten off", "kind": "amount", "worth": 1000, "valid_days": 30, "per_person": PLENTY}
        campaign = CouponCampaign.make(merchant, owner, size=PLENTY, **told)
        db.session.flush()
        Place.offer(campaign, community)
        campaign.open()
        db.session.commit()
        page = f"/c/claims/x/coupons/{campaign.id}"
    visitor = Visitor(stall.app, stall.member)
    visitor.get(page)

    def prepare() -> tuple[Visitor, dict[str, Any]]:
        with stall.app.test_request_context():
            key = once.new_key()
        return visitor, visitor.environ("POST", f"{page}/claims", {"once": key})

    return prepare


class Looker(Visitor):
    """A guest's phone: what is put into the places of the page, and then the dot of the ad that has come into sight."""

    def send(self, environ: dict[str, Any]) -> tuple[int, bytes, str]:
        status, body, location = super().send(environ)
        seen = re.search(rb'data-ads-seen="([^"]+)"', body)
        if seen is None:
            return status, body, location
        return super().send(self.environ("GET", seen[1].decode()) | {"HTTP_USER_AGENT": PHONE})


def impressions(stall: Stall) -> Prepare:
    """A page asks what goes into its places, and tells that the ad was seen; this ad runs everywhere."""
    with stall.app.test_request_context(), writing():
        page = open_square(paid=PLENTY).shelf
        db.session.commit()

    def prepare() -> tuple[Visitor, dict[str, Any]]:
        visitor = Looker(stall.app)
        fill = fill_of(visitor.get(page)[1].decode())
        assert fill, "no room for an ad on the page"
        return visitor, visitor.environ("GET", fill) | {"HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "127.0.0.1"}

    return prepare


def webhooks(stall: Stall, lines: Any) -> Prepare:
    """A provider reports that an order is paid; the order, its charge and the decision were made before."""

    def prepare() -> tuple[Visitor, dict[str, Any]]:
        visitor, environ = checkout(stall, next(lines))
        _status, _body, order = visitor.send(environ)
        _status, _body, pay = visitor.send(
            visitor.environ("POST", f"{order}/payments", {"method": "demopay"})
        )
        visitor.send(visitor.environ("POST", pay, {"decision": "pay"}))
        return visitor, _told(stall, pay.rsplit("/", 1)[1])

    return prepare


def _told(stall: Stall, reference: str) -> dict[str, Any]:
    with stall.app.test_request_context():
        report = report_of(db.session.scalars(select(Charge).where(Charge.reference == reference)).one())
        payload = json.dumps(
            {
                "id": report.event_ref,
                "kind": report.kind,
                "reference": report.reference,
                "amount": report.amount,
                "currency": report.currency,
            }
        ).encode()
        signature = sign(payload)
        db.session.rollback()
    builder = EnvironBuilder(
        path="/hooks/pay/demopay", method="POST", data=payload, content_type="application/json",
        headers={"Demopay-Signature": signature},
    )  # fmt: skip
    try:
        return builder.get_environ()
    finally:
        builder.close()
