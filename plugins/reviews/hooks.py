"""The doorbells of reviews; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.reviews import done, giving_out, hearing, showing
from plugins.reviews.finding import to_look_at, unanswered
from plugins.reviews.reviews import Review
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import Deed, NavItem, Piece, hookimpl
from shop.paging import how_many
from shop.people.models import Person


@hookimpl
def page_pieces(
    slot: str, subjects: Sequence[Any], community: Community, viewer: Person | None
) -> list[Piece]:
    if slot == "shelf.tile":
        return showing.on_tiles(subjects, community)
    if slot == "listing.after_price":
        return showing.below_price(subjects, community)
    if slot == "listing.below":
        return showing.below_story(subjects, community)
    return showing.below_orders(subjects, viewer) if slot == "order.below" else []


@hookimpl
def event_happened(event: Event) -> None:
    hearing.hear(event)


@hookimpl
def deeds(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    return done.done_in(community, people, since)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "merchant":
        return [
            NavItem(
                _("Reviews"),
                url_for("reviews_desk.index", merchant=subject.slug),
                "star",
                how_many(unanswered(subject)),
                weight=40,
            )
        ]
    if area == "manage":
        url = url_for("reviews_manage.index", community=subject.slug)
        waiting = how_many(to_look_at(subject).with_only_columns(Review.id))
        return [NavItem(_("Reported reviews"), url, "star", waiting, weight=40)]
    if area == "account":
        return [NavItem(_("My reviews"), url_for("reviews_own.index"), "star", weight=40)]
    return []


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
