"""The doorbells of points; the work is inside."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.points import comments, earning, giving_out, mails, tiers
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import NavItem, hookimpl
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
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
