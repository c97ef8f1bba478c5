"""The inputs of a simulation: what a month really brought, of the group and of each member."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from plugins.pulse.counting import morning
from plugins.pulse.deeds import SPOKEN, Deed, told_in
from plugins.pulse.metrics import MOST_POSTS
from plugins.pulse.models import PulseDay
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import db

MONTHS = 4


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the community; `key` is how an address says it."""

    first: date

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)


def months_of(community: Community) -> list[Month]:
    """The present month and those before, the newest first."""
    first = now().astimezone(community.zone).date().replace(day=1)
    found = [Month(first)]
    while len(found) < MONTHS:
        found.append(Month((found[-1].first - timedelta(days=1)).replace(day=1)))
    return found


def chosen(community: Community, key: str) -> Month:
    """The month that an address names; otherwise the last whole one, or the present where that brought nothing."""
    months = months_of(community)
    named = [month for month in months if month.key == key]
    if named:
        return named[0]
    before = group_of(community, months[1])
    return months[1] if before.get("posts") or before.get("voices") else months[0]


def group_of(community: Community, month: Month) -> dict[str, int]:
    """The metrics of the group, summed over the days of a month."""
    rows = select(PulseDay.metric, func.sum(PulseDay.value)).where(
        PulseDay.community_id == community.id, PulseDay.day >= month.first, PulseDay.day < month.after
    )
    counted = {code: int(n) for code, n in db.session.execute(rows.group_by(PulseDay.metric))}
    return {
        code: n for code, n in sorted(counted.items()) if code not in ("members", "silent_7", "silent_30")
    }


def members_of(community: Community, month: Month, with_managers: bool) -> list[dict[str, Any]]:
    """What each present member did in a month; who runs the group is left out unless the formula says otherwise."""
    wanted = (
        select(Membership)
        .where(Membership.community_id == community.id)
        .options(joinedload(Membership.person))
        .order_by(Membership.id)
    )
    deeds: dict[int | None, list[Deed]] = defaultdict(list)
    for deed in told_in(community, morning(month.first, community), morning(month.after, community)):
        deeds[deed.person_id].append(deed)
    return [
        {"member": seat.id, "name": seat.person.name, "done": done_by(deeds[seat.person_id], community)}
        for seat in db.session.scalars(wanted)
        if with_managers or seat.role == "member"
    ]


def done_by(deeds: list[Deed], community: Community) -> Mapping[str, int]:
    """What counts of one member's deeds: words (so many a day), answers to them, votes, and the days of these."""
    words = Counter(deed.at.astimezone(community.zone).date() for deed in deeds if deed.what in SPOKEN)
    votes = [deed for deed in deeds if deed.what == "ballot"]
    days = set(words) | {deed.at.astimezone(community.zone).date() for deed in votes}
    return {
        "posts": sum(min(MOST_POSTS, n) for n in words.values()),
        "voices": sum(deed.what == "voice" for deed in deeds),
        "ballots": len(votes),
        "days": len(days),
    }
