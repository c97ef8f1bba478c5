"""The doorbells of feedback; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from plugins.feedback import contributions, done, giving_out, mails, showing
from plugins.feedback.finding import unanswered_here, unanswered_of
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import Deed, NavItem, Piece, hookimpl
from shop.paging import how_many
from shop.people.models import Person


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], community: Community) -> list[Piece]:
    if slot == "listing.service":
        return showing.in_service(subjects)
    return showing.below_story(subjects, community) if slot == "listing.below" else []


@hookimpl
def deeds(community: Community, people: Sequence[int], since: datetime) -> list[Deed]:
    return done.done_in(community, people, since)


@hookimpl
def nav_items(area: str, subject: Any) -> list[NavItem]:
    if area == "merchant":
        url = url_for("feedback_desk.index", merchant=subject.slug)
        return [NavItem(_("Feedback"), url, "chat", how_many(unanswered_of(subject)), weight=42)]
    if area == "manage":
        url = url_for("feedback_manage.index", community=subject.slug)
        return [NavItem(_("Feedback"), url, "chat", how_many(unanswered_here(subject)), weight=42)]
    if area == "community":
        return [
            NavItem(_("Feedback"), url_for("feedback.index", community=subject.slug), "chat", weight=42),
            NavItem(
                _("You said, we did"),
                url_for("feedback_notes.index", community=subject.slug),
                "heart",
                weight=43,
            ),
        ]
    if area == "account":
        return [NavItem(_("My feedback"), url_for("feedback_own.index"), "chat", weight=42)]
    return []


@hookimpl
def event_happened(event: Event) -> None:
    contributions.hear(event)
    mails.hear(event)


@hookimpl
def person_data(person: Person, act: str) -> dict[str, Any] | None:
    if act == "erase":
        giving_out.erase(person)
        return None
    return giving_out.export(person)
