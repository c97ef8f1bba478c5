"""The doorbells of trials; the work is inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trials import dates, done, giving_out, mails, showing
from plugins.trials.batches import TrialBatch
from shop.communities.models import Community
from shop.events import Event
from shop.hookspecs import Deed, Happening, NavItem, Piece, hookimpl
from shop.paging import how_many
from shop.people.models import Person


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], community: Community) -> list[Piece]:
    if slot == "listing.after_price":
        return showing.open_trial(subjects, community)
    if slot == "listing.below":
        return showing.reports_of(subjects, community)
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
            NavItem(_("Free trials"), url_for("trials_desk.index", merchant=subject.slug), "gift", weight=41)
        ]
    if area == "manage":
        url = url_for("trials_reviews.index", community=subject.slug)
        waiting = select(TrialBatch.id).where(
            TrialBatch.community_id == subject.id, TrialBatch.state == "review"
        )
        return [NavItem(_("Free trials"), url, "gift", how_many(waiting), weight=41)]
    if area == "community":
        url = url_for("trials_batches.index", community=subject.slug)
        return [NavItem(_("Free trials"), url, "gift", weight=41)]
    if area == "account":
        return [NavItem(_("My trials"), url_for("trials_own.index"), "gift", weight=30)]
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
