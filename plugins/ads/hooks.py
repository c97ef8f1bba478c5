"""Doorbells of ads; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.ads import budgets, choosing, dates, giving_out, places
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import Happening, NavItem, Piece, Problem, hookimpl
from shop.people.models import Person


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], community: Community | None) -> list[Piece]:
    """An empty place where an ad might stand; what goes into it is asked for by the page (`ad_views.index`)."""
    if slot not in places.ROOM or community is None or community.is_closed:
        return []
    shapes = choosing.shapes_wanted(community)
    if not shapes:
        return []
    fill = url_for("ads.index", community=community.slug, place=places.mark(slot, subjects, community))
    return [Piece("ads/_place.html", {"slot": slot, "fill": fill, "shapes": shapes}, weight=200)]


@hookimpl
def happenings(community: Community, since: datetime, until: datetime) -> list[Happening]:
    return dates.running_in(community, since, until)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "merchant":
        return [
            NavItem(_("Ads"), url_for("ads_campaigns.index", merchant=subject.slug), "megaphone", weight=60)
        ]
    if area == "manage":
        return [NavItem(_("Ads"), url_for("ads_manage.show", community=subject.slug), "megaphone", weight=60)]
    if area == "admin":
        return [NavItem(_("Ads"), url_for("ads_review.index"), "megaphone", weight=60)]
    return []


@hookimpl
def action_checking(action: str, subject: Any) -> list[Problem]:
    """A budget goes back where its campaign is ended, so that nobody gets back what was spent."""
    if action == "order.refund" and any(line.plugin == "ads" for line in subject.lines):
        return [Problem(_("This is an ad budget. End the campaign, and what is left of it goes back."))]
    return []


@hookimpl
def event_happened(event: Event) -> None:
    if event.name == "order.paid":
        budgets.credit(str(event.payload["order"]))
    elif event.name == "refund.done":
        budgets.took_back(int(event.payload["refund"]))


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
