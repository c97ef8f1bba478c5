"""Reports as files: a line for each day, ad, place and community, or each country or keyword instead of the place."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select

from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.counting import WHY
from plugins.ads.counts import COUNTRY, KEYWORD, Part, Stat, Uncounted
from plugins.ads.creatives import Creative
from plugins.ads.reports import SLOT_WORDS, WHAT_WORDS, Sums
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.merchants.models import Merchant
from shop.money import plain
from shop.sheets import as_file

LONGEST = timedelta(days=366)
COLUMNS = (
    "day",
    "campaign",
    "ad",
    "place",
    "community",
    "views",
    "clicks",
    "passed_by",
    "seconds",
    "spent",
    "currency",
    "not_counted",
    "why",
)


def of_campaign(campaign: Campaign, by: str = "") -> Response:
    return _file(Flight.campaign_id == campaign.id, f"ads-{campaign.id}", by)


def of_merchant(merchant: Merchant, by: str = "") -> Response:
    mine = select(Campaign.id).join(Advertiser).where(Advertiser.merchant_id == merchant.id)
    return _file(Flight.campaign_id.in_(mine), f"ads-{merchant.slug}", by)


def of_creative(creative: Creative, by: str = "") -> Response:
    return _file(Creative.id == creative.id, f"ad-{creative.id}", by)


def of_community(community: Community, by: str = "") -> Response:
    return _file(Community.id == community.id, f"ads-{community.slug}", by)


def of_site(by: str = "") -> Response:
    return _file(Creative.id > 0, "ads", by)


def _file(which: ColumnElement[bool], name: str, by: str) -> Response:
    """What was counted and cost in the last year; `by` COUNTRY or KEYWORD, or anything else for the places."""
    if by in (COUNTRY, KEYWORD):
        return as_file(_by_part(which, by), f"{name}-{by}")
    return as_file(_by_place(which), name)


def _by_place(which: ColumnElement[bool]) -> Iterator[Sequence[Any]]:
    """By place on the page, then what was not counted and why; the newest day first."""
    yield COLUMNS
    for stat, *whose in db.session.execute(_of(Stat, which)):
        place = str(SLOT_WORDS.get(stat.slot, stat.slot))
        yield [*_where(stat.day, place, whose), *_counted(stat, whose[-1]), "", ""]
    for left_out, *whose in db.session.execute(_of(Uncounted, which)):
        why = f"{WHAT_WORDS[left_out.what]}: {WHY.get(left_out.reason, left_out.reason)}"
        place = str(SLOT_WORDS.get(left_out.slot, left_out.slot))
        empty = [""] * 6
        yield [*_where(left_out.day, place, whose), *empty, left_out.n, why]


def _by_part(which: ColumnElement[bool], by: str) -> Iterator[Sequence[Any]]:
    """By country or keyword, then all of which nobody told; the newest day first. A view is in one line only."""
    yield [by if column == "place" else column for column in COLUMNS[:-2]]
    told: dict[Any, Sums] = {}
    for part, *whose in db.session.execute(_of(Part, which).where(Part.what == by)):
        told.setdefault((part.day, part.creative_id, part.community_id), Sums()).add(part)
        yield [*_where(part.day, part.word, whose), *_counted(part, whose[-1])]
    whole: dict[Any, tuple[Sums, list[Any]]] = {}
    for stat, *whose in db.session.execute(_of(Stat, which)):
        key = (stat.day, stat.creative_id, stat.community_id)
        whole.setdefault(key, (Sums(), whose))[0].add(stat)
    for key, (rest, whose) in whole.items():
        rest.add(told.get(key, Sums()), -1)
        if not rest.is_empty:
            yield [*_where(key[0], _("Not told"), whose), *_counted(rest, whose[-1])]


def _counted(row: Any, currency: str) -> list[Any]:
    looked = f"{row.watched / 1000:.1f}" if row.timed else ""
    return [row.views, row.clicks, row.passed, looked, plain(row.spent, currency), currency]


def _of(table: Any, which: ColumnElement[bool]) -> Select[Any]:
    """The rows with their campaign, ad, community and currency; one statement."""
    return (
        select(table, Campaign.name, Creative.title, Community.name, Campaign.currency)
        .join(Creative, Creative.id == table.creative_id)
        .join(Flight, Flight.id == Creative.flight_id)
        .join(Campaign, Campaign.id == Flight.campaign_id)
        .join(Community, Community.id == table.community_id)
        .where(which, table.day > now().date() - LONGEST)
        .order_by(table.day.desc(), table.id)
        .execution_options(yield_per=500)
    )


def _where(day: date, place: str, whose: list[Any]) -> list[str]:
    campaign, ad, community, _currency = whose
    return [day.isoformat(), campaign, ad, place, community]
