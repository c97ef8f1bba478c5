"""Deeds: what people really did in a community, read from the house's own books; each once, and nothing guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from shop.communities.links import GroupLink, Visit
from shop.communities.models import Community, JoinRequest, Membership
from shop.db import db
from shop.events import Event
from shop.insight.brought import PAID
from shop.orders.models import Order

# Words are listened to for so long after they were published.
LISTENED = timedelta(days=90)
WORDS = {
    "reviews.published": "review",
    "trials.reported": "report",
    "feedback.filed": "ticket",
    "affiliate.published": "article",
}
VOICES = {"reviews.voted": "review", "feedback.followed": "ticket"}
# What other plugins tell of a person: the event, and what the thing is called in it.
ACTS = {"coupons.claimed": "claim", "trials.applied": "application"}
MANAGED = {
    "listing.accepted": "listing",
    "listing.declined": "listing",
    "rules.changed": "version",
    "member.appointed": "person",
    "member.removed": "person",
    "feedback.noted": "note",
    "reviews.hidden": "review",
    "reviews.judged": "review",
}
JUDGED = ("reviews.hidden", "reviews.judged")
# Heard of from the time in which words are listened to, and only from the time that is asked for.
LONG, SHORT = (*WORDS, *VOICES, *JUDGED), (*ACTS, *MANAGED, "naming.closed")
SPOKEN = frozenset(WORDS.values())
# Somebody's own doing, by which they are seen: an answer to their words is somebody else's.
SEEN = SPOKEN | {"claim", "application", "ballot", "name", "visit", "order", "link", "joined"}


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, by whom (or to whose words, for a voice); `ref` tells it from every other of its kind."""

    what: str
    ref: str
    person_id: int | None
    at: datetime


@dataclass(slots=True)
class Said:
    """Words and what became of them: the most answers that they ever had, and whether they are hidden."""

    deed: Deed
    most: int = 0
    is_hidden: bool = False


def told_in(community: Community, since: datetime, until: datetime) -> list[Deed]:
    """What other apps have told of from `since` until just before `until`: words, answers, votes; one statement."""
    return [deed for deed in _heard(community.id, since, until) if since <= deed.at < until]


def deeds_in(community: Community, since: datetime, until: datetime) -> list[Deed]:
    """Everything that was done from `since` until just before `until`, in no order; six statements."""
    return [
        *told_in(community, since, until),
        *_rows("visit", _of(Visit, community.id, since, until, Visit.person_id.is_not(None))),
        *_rows("link", _of(GroupLink, community.id, since, until)),
        *_rows("joined", _of(Membership, community.id, since, until)),
        *_orders(community.id, since, until),
        *_answers(community.id, since, until),
    ]


def _heard(community_id: int, since: datetime, until: datetime) -> Iterable[Deed]:
    told = (
        select(Event.name, Event.payload, Event.at)
        .where(Event.community_id == community_id, Event.at < until)
        .where(
            (Event.name.in_(LONG) & (Event.at >= since - LISTENED))
            | (Event.name.in_(SHORT) & (Event.at >= since))
        )
        .order_by(Event.id)
    )
    said: dict[tuple[str, int], Said] = {}
    voices: list[tuple[Said, Deed]] = []
    others: dict[tuple[str, str], Deed] = {}
    for name, payload, at in db.session.execute(told):
        if name in WORDS:
            kind = WORDS[name]
            ref = _number(payload, {"ticket": "ticket"}.get(kind, kind))
            said.setdefault((kind, ref), Said(Deed(kind, f"{kind}:{ref}", _person(payload), at)))
        elif name in VOICES:
            found = said.get((VOICES[name], _number(payload, VOICES[name])))
            voices += _gained(found, int(payload.get("voices") or 0), at) if found else ()
        else:
            for deed in _others(name, payload, at):
                others.setdefault((deed.what, deed.ref), deed)
        if name in JUDGED:
            found = said.get(("review", _number(payload, "review")))
            if found:
                found.is_hidden = name == "reviews.hidden" or not payload.get("shows")
    yield from (each.deed for each in said.values() if not each.is_hidden)
    yield from (deed for each, deed in voices if not each.is_hidden)
    yield from others.values()


def _gained(said: Said, voices: int, at: datetime) -> list[tuple[Said, Deed]]:
    """The answers beyond the most that these words ever had."""
    new = range(said.most + 1, voices + 1)
    said.most = max(said.most, voices)
    return [(said, Deed("voice", f"{said.deed.ref}:{n}", said.deed.person_id, at)) for n in new]


def _others(name: str, payload: dict[str, Any], at: datetime) -> Iterable[Deed]:
    if name == "naming.closed":
        number = _number(payload, "round")
        for voter in payload.get("voters") or ():
            yield Deed("ballot", f"{number}:{voter}", int(voter), at)
        if payload.get("namer"):
            yield Deed("name", str(number), int(payload["namer"]), at)
    elif name in ACTS:
        yield Deed(ACTS[name], str(_number(payload, ACTS[name])), _person(payload), at)
    elif name in MANAGED:
        # the same thing again on the same day is the same deed
        yield Deed("managed", f"{name}:{_number(payload, MANAGED[name])}:{at:%Y%m%d}", None, at)


def _of(row: Any, community_id: int, since: datetime, until: datetime, *more: Any) -> Any:
    person = row.sharer_id if row is GroupLink else row.person_id
    return select(row.id, person, row.at).where(
        row.community_id == community_id, row.at >= since, row.at < until, *more
    )


def _rows(what: str, rows: Any) -> Iterable[Deed]:
    return (Deed(what, str(number), person, at) for number, person, at in db.session.execute(rows))


def _orders(community_id: int, since: datetime, until: datetime) -> Iterable[Deed]:
    """Orders that were paid, on the day on which they were placed."""
    return _rows(
        "order",
        select(Order.id, Order.buyer_id, Order.placed_at).where(
            Order.community_id == community_id, Order.placed_at >= since, Order.placed_at < until,
            Order.state.in_(PAID),
        ),
    )  # fmt: skip


def _answers(community_id: int, since: datetime, until: datetime) -> Iterable[Deed]:
    """Requests that a manager answered; who did is not asked for."""
    one = JoinRequest
    answered = select(one.id, one.decided_at).where(
        one.community_id == community_id, one.decided_at >= since, one.decided_at < until
    )
    return (
        Deed("managed", f"request:{number}", None, at) for number, at in db.session.execute(answered) if at
    )


def _number(payload: dict[str, Any], key: str) -> int:
    return int(payload.get(key) or 0)


def _person(payload: dict[str, Any]) -> int | None:
    person = payload.get("person")
    return int(person) if person is not None else None
