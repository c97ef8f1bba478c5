"""Naming's doorbells; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.naming import dates, done, giving_out, mails, showing
from plugins.naming.rounds import Round
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import Deed, Happening, NavItem, Piece, hookimpl
from shop.paging import how_many
from shop.people.models import Person


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], community: Community) -> list[Piece]:
    if slot == "listing.after_price":
        return showing.on_listings(subjects)
    if slot == "listing.below":
        return showing.round_of(subjects, community)
    if slot == "shelf.top":
        return showing.on_shelf(community)
    if slot == "order.next":
        return showing.next_for(subjects[0].buyer, community)
    return []


@hookimpl
def happenings(community: Community, since: datetime, until: datetime) -> list[Happening]:
    return dates.running_in(community, since, until)


@hookimpl
def deeds(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    return done.done_in(community, people, since)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "merchant":
        return [
            NavItem(
                _("Naming rounds"), url_for("naming_desk.index", merchant=subject.slug), "vote", weight=40
            )
        ]
    if area == "manage":
        url = url_for("naming_reviews.index", community=subject.slug)
        waiting = select(Round.id).where(Round.community_id == subject.id, Round.state == "review")
        return [NavItem(_("Naming rounds"), url, "vote", how_many(waiting), weight=40)]
    if area == "community":
        url = url_for("naming_rounds.index", community=subject.slug)
        return [NavItem(_("Named together"), url, "vote", weight=40)]
    return []


@hookimpl
def event_happened(event: Event) -> None:
    mails.hear(event)


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
