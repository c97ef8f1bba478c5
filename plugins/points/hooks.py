"""The doorbells of points; the work is inside."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.points import comments, earning, giving_out, mails, standing, tiers
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import NavItem, Piece, hookimpl
from shop.people.models import Person


@hookimpl
def event_happened(event: Event) -> None:
    earning.hear(event)
    comments.hear(event)
    mails.hear(event)


@hookimpl
def member_tiers(community: Community, people: Sequence[int]) -> dict[int, int]:
    return tiers.tiers_of(community.id, people)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "community":
        return [NavItem(_("Points"), url_for("points.index", community=subject.slug), "heart", weight=44)]
    if area == "manage":
        url = url_for("points_manage.index", community=subject.slug)
        return [NavItem(_("Points and gifts"), url, "heart", weight=44)]
    if area == "account":
        return [NavItem(_("My points"), url_for("points_own.index"), "heart", weight=44)]
    return []


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], viewer: Any) -> list[Piece]:
    if slot != "me.group" or viewer is None:
        return []
    told = standing.in_groups(viewer.id, [community.id for community in subjects])
    return [
        Piece("points/_standing.html", {"mine": told[each.id], "community": each}, subject_id=each.id)
        for each in subjects
        if each.id in told
    ]


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
