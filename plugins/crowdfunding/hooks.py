"""Crowdfunding's doorbells; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from sqlalchemy import select

from plugins.crowdfunding import dates, done, giving_out, hearing, panels, pledging, pricing
from plugins.crowdfunding.campaigns import Campaign
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import Change, Deed, Happening, NavItem, Panel, Piece, Price, Problem, hookimpl
from shop.listings.models import Offer
from shop.orders.models import Order, OrderLine
from shop.orders.quoting import Quote, Wish
from shop.paging import how_many
from shop.people.models import Person


@hookimpl
def offer_panels(offers: Sequence[Offer]) -> dict[int, Panel]:
    return panels.panels_of(offers)


@hookimpl
def offer_saving(settings: dict[str, Any]) -> dict[str, Any]:
    """Everything of a campaign stands in its own tables."""
    return {}


@hookimpl
def line_pricing(wishes: Sequence[Wish], buyer: Person | None) -> list[Price]:
    return pricing.prices_of(wishes, buyer)


@hookimpl
def quote_adjusting(quote: Quote) -> list[Change]:
    return pricing.postage(quote)


@hookimpl
def order_placing(order: Order, lines: Sequence[OrderLine]) -> None:
    pledging.write_pledge(order, lines)


@hookimpl
def action_checking(action: str, subject: Any) -> list[Problem]:
    return hearing.problems_of(action, subject)


@hookimpl
def event_happened(event: Event) -> None:
    hearing.hear(event)


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any]) -> list[Piece]:
    """Below an order: the campaign that it backs."""
    return panels.pieces_of_orders(subjects) if slot == "order.below" else []


@hookimpl
def happenings(community: Community, since: datetime, until: datetime) -> list[Happening]:
    return dates.running_in(community, since, until)


@hookimpl
def deeds(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    return done.done_in(community, people, since)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "merchant":
        url = url_for("crowdfunding_desk.index", merchant=subject.slug)
        return [NavItem(_("Crowdfunding"), url, "heart", weight=30)]
    if area == "manage":
        url = url_for("crowdfunding_reviews.index", community=subject.slug)
        waiting = select(Campaign.id).where(Campaign.community_id == subject.id, Campaign.state == "review")
        return [NavItem(pgettext("crowdfunding", "Campaigns"), url, "heart", how_many(waiting), weight=30)]
    if area == "community":
        url = url_for("crowdfunding_campaigns.index", community=subject.slug)
        return [NavItem(pgettext("crowdfunding", "Campaigns"), url, "heart", weight=30)]
    if area == "account":
        return [NavItem(_("My pledges"), url_for("crowdfunding_own.index"), "heart", weight=20)]
    return []


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
