"""The doorbells of care; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.care import alerts, giving_out, mails, showing, waiting
from plugins.care.alerts import CareAlert
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import Deed, NavItem, Piece, hookimpl
from shop.paging import how_many
from shop.people.models import Person


@hookimpl
def page_pieces(slot: str, community: Community, viewer: Person | None) -> list[Piece]:
    return showing.on_about(community, viewer) if slot == "community.about" else []


@hookimpl
def deeds(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    return showing.introduced(community, people, since)


@hookimpl
def nav_items(area: str, subject: Any, viewer: Person | None) -> list[NavItem]:
    if area == "manage":
        url = url_for("care_manage.show", community=subject.slug)
        alerts = select(CareAlert.id).where(CareAlert.community_id == subject.id, CareAlert.seen_at.is_(None))
        return [NavItem(_("Care"), url, "heart", how_many(alerts), weight=35)]
    if area == "community" and subject.role_of(viewer) is not None:
        return [
            NavItem(_("You in this group"), url_for("care.show", community=subject.slug), "me", weight=46)
        ]
    return []


@hookimpl
def event_happened(event: Event) -> None:
    alerts.hear(event)
    waiting.hear(event)
    mails.hear(event)


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
