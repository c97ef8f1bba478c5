"""What a flight may be aimed at, and an aim in words."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.ads.campaigns import Flight, FlightPlace
from plugins.ads.choosing import SIZES
from shop.communities.models import Community
from shop.communities.stages import STAGE_WORDS
from shop.db import db

AIMS = ("kinds", "sizes", "stages", "not_stages", "tiers", "languages", "tags", "not_tags")
KIND_WORDS = {
    "product": _l("around products"),
    "interest": _l("around an interest"),
    "knowledge": _l("around knowledge"),
    "resource": _l("around resources"),
    "project": _l("around a project"),
    "mixed": _l("mixed"),
}
TIER_WORDS = {
    "guest": _l("visitors"),
    "member": _l("members"),
    "manager": _l("managers"),
    "tier1": _l("members from tier 1 on"),
    "tier2": _l("members from tier 2 on"),
    "tier3": _l("members from tier 3 on"),
}
LANGUAGE_WORDS = {"zh": "中文", "en": "English"}


def words_of(flights: Iterable[Flight]) -> dict[int, list[str]]:
    """Where and to whom each of these flights runs, in a few words for each aim; one statement for all."""
    told = {flight.id: _aims(flight) for flight in flights}
    there = (
        select(FlightPlace.flight_id, FlightPlace.is_excluded, Community.name)
        .join(Community, Community.id == FlightPlace.community_id)
        .where(FlightPlace.flight_id.in_(told))
        .order_by(FlightPlace.id)
    )
    named: dict[tuple[int, bool], list[str]] = {}
    for flight_id, is_excluded, name in db.session.execute(there):
        named.setdefault((flight_id, is_excluded), []).append(name)
    for (flight_id, is_excluded), names in named.items():
        these = ", ".join(names)
        words = _("never in %(these)s", these=these) if is_excluded else _("only in %(these)s", these=these)
        told[flight_id].append(words)
    return told


def _aims(flight: Flight) -> list[str]:
    """Everything but the communities that it names."""
    words: dict[str, Any] = {"kinds": KIND_WORDS, "sizes": size_words(), "tiers": TIER_WORDS}
    words |= {"stages": STAGE_WORDS, "not_stages": STAGE_WORDS, "languages": LANGUAGE_WORDS}
    told = []
    for aim in AIMS:
        if wanted := flight.aim.get(aim):
            these = ", ".join(str(words.get(aim, {}).get(each, each)) for each in wanted)
            told.append(_sentence(aim, these))
    return told


def _sentence(aim: str, these: str) -> str:
    if aim in ("kinds", "sizes", "stages"):
        return _("communities: %(these)s", these=these)
    if aim == "not_stages":
        return _("no communities: %(these)s", these=these)
    if aim == "tags":
        return _("beside %(these)s", these=these)
    if aim == "not_tags":
        return _("never beside %(these)s", these=these)
    return _("for %(these)s", these=these)


def size_words() -> dict[str, Any]:
    return {
        **{str(n): _l("up to %(n)s members", n=n) for n in SIZES},
        "more": _l("more than %(n)s members", n=SIZES[-1]),
    }
