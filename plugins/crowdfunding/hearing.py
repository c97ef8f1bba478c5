"""Hearing: what other parts of the shop tell, and what campaigns have against an act."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.closing import (
    decide,
    fail,
    money_is_here,
    money_is_reserved,
    reservation_lapsed,
    return_everything,
)
from plugins.crowdfunding.mails import LETTERS
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.reasons import ENDED
from shop.db import db
from shop.events import Event
from shop.hookspecs import Problem
from shop.listings.models import Offer
from shop.orders.models import Order


def hear(event: Event) -> None:
    """Do what an event means for a campaign; the same event may come twice."""
    if event.name in LETTERS:
        LETTERS[event.name](event)
    if event.name in OF_ORDERS:
        pledge = Pledge.of_number(event.payload["order"])
        if pledge is not None:
            OF_ORDERS[event.name](pledge)
    elif event.name == "crowdfunding.failed":
        return_everything(_campaign(event))
    elif event.name == "offer.made":
        _begin(db.session.get_one(Offer, int(event.payload["offer"])))
    elif event.name == "offer.ended":
        _end(db.session.get_one(Offer, int(event.payload["offer"])))


def problems_of(action: str, subject: Any) -> list[Problem]:
    """A pledge is not sent before its campaign has succeeded, nor withdrawn once the campaign has ended."""
    if action not in ("order.ship", "order.cancel") or not isinstance(subject, Order):
        return []
    pledge = Pledge.of_order(subject.id)
    if pledge is None:
        return []
    state = pledge.campaign.state
    if action == "order.ship" and state != "succeeded":
        return [Problem(_("The campaign has not succeeded yet: nothing can be sent before."))]
    if action == "order.cancel" and state in ("waiting", "succeeded") and subject.state != "pending":
        return [Problem(_("The campaign has ended: please ask the seller to cancel your pledge."))]
    return []


def _money_moved(pledge: Pledge) -> None:
    decide(pledge.campaign)


OF_ORDERS: dict[str, Callable[[Pledge], None]] = {
    "order.paid": money_is_here,
    "order.cancelled": _money_moved,
    "order.expired": _money_moved,
    "refund.done": _money_moved,
    "payment.reserved": money_is_reserved,
    "payment.lapsed": reservation_lapsed,
}


def _campaign(event: Event) -> Campaign:
    return db.session.get_one(Campaign, int(event.payload["campaign"]))


def _begin(offer: Offer) -> None:
    """An offer that was made at the listings' desk gets its draft."""
    if offer.plugin == "crowdfunding":
        Campaign.begin(offer)


def _end(offer: Offer) -> None:
    """Who ends the offer of a running campaign ends the campaign, and everything goes back."""
    if offer.plugin == "crowdfunding":
        campaign = Campaign.begin(offer)
        if campaign.state in ("voting", "live"):
            fail(campaign, ENDED)
