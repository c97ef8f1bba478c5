"""The visit of the present session: which link led here, and what is credited to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import session
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload
from uuid_utils.compat import UUID

from shop.clock import now
from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community
from shop.db import db

# A reload, or a second tap on the same link within this time, is the same visit.
SAME_VISIT = timedelta(minutes=30)


def current_visit() -> Visit | None:
    """The visit that this session is in, to be credited with what is written now; its link comes with it."""
    if not is_visit_under_way():
        return None
    marks = _marks()
    key, link_too = UUID(str(marks["id"])), [joinedload(Visit.link)]
    found = db.session.get(Visit, key, options=link_too)
    if found is None and _write_again(key, marks):
        found = db.session.get(Visit, key, options=link_too)
    return found


def is_unknown_link() -> bool:
    """Whether this session began with a link that does not exist, so that nobody may be credited."""
    return bool(_marks().get("unknown"))


def link_into(community: Community) -> GroupLink | None:
    """The link that led this session into the community, as long as it credits somebody."""
    marks = _marks()
    link = db.session.get(GroupLink, marks["link"]) if marks.get("credited") else None
    if link is None or link.community_id != community.id:
        return None
    return link if link.ended_at is None else None


def begin_visit(link: GroupLink) -> Visit:
    """Somebody opened the link: write the visit and put it into the session."""
    visit = link.opened()
    session["visit"] = {
        "id": str(visit.id),
        "community": link.community.slug,
        "sharer": link.sharer.name,
        "link": link.id,
        "credited": visit.is_credited,
        "at": int(now().timestamp()),
    }
    return visit


def is_visiting(link: GroupLink) -> bool:
    """Whether the session's visit is of this link, as it stands now, and has just begun."""
    marks = _marks()
    begun = datetime.fromtimestamp(marks.get("at", 0), UTC)
    return (
        marks.get("link") == link.id and marks.get("credited") == link.is_live and now() - begun < SAME_VISIT
    )


def visit_unknown_link() -> None:
    """Somebody opened a link that does not exist: what is done next is credited to nobody."""
    session["visit"] = {"unknown": True}


def is_visit_under_way() -> bool:
    """Whether a link that exists led here."""
    return bool(_marks().get("id"))


def give_visit_to(person_id: int) -> None:
    """Whoever signs in (or signs up) in a visit takes it along; one that is somebody's stays theirs."""
    visit = current_visit()
    if visit is not None and visit.person_id is None:
        visit.person_id = person_id


def _write_again(key: UUID, marks: dict[str, Any]) -> bool:
    """Write a visit as the session tells it: it is on its way, or was lost on it (see `arrivals`)."""
    link = db.session.get(GroupLink, marks["link"])
    if link is None:
        return False
    values = {"id": key, "link_id": link.id, "community_id": link.community_id}
    values |= {"is_credited": marks["credited"], "at": datetime.fromtimestamp(marks["at"], UTC)}
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(Visit).values(**values).on_conflict_do_nothing())
    return True


def _marks() -> dict[str, Any]:
    return session.get("visit") or {}
