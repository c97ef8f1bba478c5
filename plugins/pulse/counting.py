"""Counting: deeds become the numbers of days, each kept once, however often a day is counted again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from plugins.pulse.deeds import SEEN, SPOKEN, Deed, deeds_in
from plugins.pulse.metrics import MOST_POSTS
from plugins.pulse.models import PulseCount, PulseDay
from shop.clock import now
from shop.communities.links import Visit
from shop.communities.models import Community, Membership
from shop.db import db, writing
from shop.switches import PluginSwitch

# When a community is counted for the first time: so many days back, as far as the books tell.
AT_FIRST = 56
# A day is counted again for so long, for words that are hidden and members who leave at once.
AGAIN = 3
OFTEN = timedelta(hours=1)
AT_ONCE = 200


def count_due() -> int:
    """Count every community that was not counted within the hour, each in its own transaction; returns how many."""
    due = (
        select(Community.id)
        .join(PluginSwitch, PluginSwitch.community_id == Community.id)
        .outerjoin(PulseCount, PulseCount.community_id == Community.id)
        .where(PluginSwitch.name == "pulse", PluginSwitch.is_on, Community.closed_at.is_(None))
        .where((PulseCount.at.is_(None)) | (PulseCount.at < now() - OFTEN))
        .order_by(PulseCount.at.is_not(None), PulseCount.at, Community.id)
        .limit(AT_ONCE)
    )
    with writing(False):
        found = list(db.session.scalars(due))
        db.session.rollback()
    for community_id in found:
        with writing(False):
            counted = rows_of(db.session.get_one(Community, community_id))
            db.session.rollback()
        keep(community_id, counted)
        db.session.commit()
    return len(found)


def rows_of(community: Community) -> list[dict[str, Any]]:
    """The rows of every day that is to be counted now, the present one among them; nothing is written."""
    today = now().astimezone(community.zone).date()
    last = db.session.scalar(select(PulseCount.at).where(PulseCount.community_id == community.id))
    before = last.astimezone(community.zone).date() if last else today - timedelta(days=AT_FIRST - 1)
    opened = community.opened_at.astimezone(community.zone).date()
    first = max(min(before, today - timedelta(days=AGAIN - 1)), min(opened, today))
    end = morning(today + timedelta(days=1), community)
    deeds = deeds_in(community, morning(min(first, today - timedelta(days=30)), community), end)
    by_day: dict[date, list[Deed]] = defaultdict(list)
    for deed in deeds:
        by_day[deed.at.astimezone(community.zone).date()].append(deed)
    rows = []
    for n in range((today - first).days + 1):
        day = first + timedelta(days=n)
        values = values_of(by_day[day]) | {"openings": _visits(community, day)}
        values |= _standing(community, deeds) if day == today else {}
        rows += [
            {"community_id": community.id, "day": day, "metric": code, "value": value}
            for code, value in values.items()
        ]
    return rows


def keep(community_id: int, rows: Sequence[dict[str, Any]]) -> None:
    """Write the numbers, over those that were there."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(rows), 500):
        kept = insert(PulseDay).values(list(rows[start : start + 500]))
        same = [PulseDay.community_id, PulseDay.day, PulseDay.metric]
        db.session.execute(
            kept.on_conflict_do_update(index_elements=same, set_={"value": kept.excluded.value})
        )
    counted = insert(PulseCount).values(community_id=community_id, at=now())
    db.session.execute(
        counted.on_conflict_do_update(
            index_elements=[PulseCount.community_id], set_={"at": counted.excluded.at}
        )
    )


def values_of(deeds: Iterable[Deed]) -> dict[str, int]:
    """The metrics of one day's deeds."""
    deeds = list(deeds)
    words = [deed for deed in deeds if deed.what in SPOKEN]
    voices = [deed for deed in deeds if deed.what == "voice"]
    seen = [deed for deed in deeds if deed.what in SEEN and deed.person_id is not None]
    hours: dict[tuple[date, int], set[int | None]] = defaultdict(set)
    for deed in seen:
        hours[deed.at.date(), deed.at.hour].add(deed.person_id)
    return {
        "speakers": len({deed.person_id for deed in words} - {None}),
        "heard": len({deed.person_id for deed in voices} - {None}),
        "posts": capped(words),
        "voices": len(voices),
        "answered": len({deed.ref.rpartition(":")[0] for deed in voices}),
        "visitors": len({deed.person_id for deed in seen}),
        "peak": max((len(people) for people in hours.values()), default=0),
        "joined": sum(deed.what == "joined" for deed in deeds),
        "managing": sum(deed.what == "managed" for deed in deeds),
    }


def capped(words: Iterable[Deed]) -> int:
    """How many of one day's words count: of one member no more than so many."""
    many = Counter(deed.person_id if deed.person_id is not None else deed.ref for deed in words)
    return sum(min(MOST_POSTS, n) for n in many.values())


def morning(day: date, community: Community) -> datetime:
    """When a day begins where the community is."""
    return datetime.combine(day, time.min, tzinfo=community.zone)


def _visits(community: Community, day: date) -> int:
    counted = select(func.count(Visit.at)).where(
        Visit.community_id == community.id,
        Visit.at >= morning(day, community),
        Visit.at < morning(day + timedelta(days=1), community),
    )
    return db.session.scalar(counted) or 0


def _standing(community: Community, deeds: Iterable[Deed]) -> dict[str, int]:
    """How many members there are, and how many of them did nothing for seven and for thirty days."""
    members = set(
        db.session.scalars(select(Membership.person_id).where(Membership.community_id == community.id))
    )
    seen = [(deed.person_id, now() - deed.at) for deed in deeds if deed.what in SEEN]
    silent = {
        f"silent_{n}": len(members - {person for person, ago in seen if ago < timedelta(days=n)})
        for n in (7, 30)
    }
    return {"members": len(members)} | silent
