"""Reports as files that a spreadsheet shows and never runs: a line for each day, ad, place and community."""

import csv
import io
from datetime import timedelta
from typing import Any

from flask import Response
from sqlalchemy import ColumnElement, Select, select

from plugins.ads.campaigns import Campaign, Flight
from plugins.ads.counting import WHY
from plugins.ads.counts import Stat, Uncounted
from plugins.ads.creatives import Creative
from plugins.ads.reports import SLOT_WORDS, WHAT_WORDS
from shop.catalog.exchange.cells import guarded
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.money import plain

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
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


def of_campaign(campaign: Campaign) -> Response:
    return _file(Flight.campaign_id == campaign.id, f"ads-{campaign.id}")


def of_creative(creative: Creative) -> Response:
    return _file(Creative.id == creative.id, f"ad-{creative.id}")


def of_community(community: Community) -> Response:
    return _file(Community.id == community.id, f"ads-{community.slug}")


def of_site() -> Response:
    return _file(Creative.id > 0, "ads")


def _file(which: ColumnElement[bool], name: str) -> Response:
    """What was counted and cost in the last year, then what was not counted and why; the newest day first."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for stat, *whose in db.session.execute(_of(Stat, which)):
        currency = whose[-1]
        looked = f"{stat.watched / 1000:.1f}" if stat.timed else ""
        counted = [
            stat.views,
            stat.clicks,
            stat.passed,
            looked,
            plain(stat.spent, currency),
            currency,
            "",
            "",
        ]
        writer.writerow([*_where(stat, whose), *counted])
    for left_out, *whose in db.session.execute(_of(Uncounted, which)):
        why = f"{WHAT_WORDS[left_out.what]}: {WHY.get(left_out.reason, left_out.reason)}"
        writer.writerow([*_where(left_out, whose), "", "", "", "", "", "", left_out.n, guarded(why)])
    answer = Response(BOM + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


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


def _where(row: Any, whose: list[Any]) -> list[str]:
    campaign, ad, community, _currency = whose
    place = str(SLOT_WORDS.get(row.slot, row.slot))
    return [row.day.isoformat(), guarded(campaign), guarded(ad), place, guarded(community)]
