"""Summing up: what a day brought a creative in a slot of a community, and of it by country and by keyword."""

from datetime import date
from typing import Any, NamedTuple

from plugins.ads.campaigns import inserting
from plugins.ads.counts import COUNTRY, KEYWORD, NUMBERS, Part, Stat
from shop.db import db


class Where(NamedTuple):
    """Which sums: country and keyword are None where nobody told."""

    day: date
    creative_id: int
    community_id: int
    slot: str
    country: str | None = None
    keyword: str | None = None


def add(where: Where, **more: int) -> None:
    """Add to all the sums that one view, click or passing is part of; less than nothing takes back."""
    here = {"day": where.day, "creative_id": where.creative_id, "community_id": where.community_id}
    _add(Stat, [here | {"slot": where.slot}], more)
    told = ((COUNTRY, where.country), (KEYWORD, where.keyword))
    if parts := [here | {"what": what, "word": word} for what, word in told if word]:
        _add(Part, parts, more)


def _add(table: type[Stat | Part], keys: list[dict[str, Any]], more: dict[str, int]) -> None:
    """The first row of a day begins at nothing; one statement."""
    first = dict.fromkeys(NUMBERS, 0) | more
    db.session.execute(
        inserting(table)
        .values([key | first for key in keys])
        .on_conflict_do_update(
            index_elements=list(keys[0]),
            set_={name: getattr(table, name) + n for name, n in more.items()},
        )
    )
