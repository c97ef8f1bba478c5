"""Numbers as files."""

import json
from typing import Any

from flask import Response
from sqlalchemy import select

from plugins.pulse.forms import EACH, Here
from plugins.pulse.metrics import MEASURED, STANDING
from plugins.pulse.models import PulseDay
from plugins.pulse.pool import Result
from shop.communities.models import Community
from shop.db import db
from shop.money import plain
from shop.sheets import as_file

LONGEST = 366 * 16


def metrics(community: Community) -> Response:
    """A line for each day of the last year, a column for each metric; empty where nothing was counted."""
    codes = [*(metric.code for metric in MEASURED), *STANDING]
    rows = db.session.scalars(
        select(PulseDay)
        .where(PulseDay.community_id == community.id)
        .order_by(PulseDay.day.desc())
        .limit(LONGEST)
    )
    days: dict[Any, dict[str, int]] = {}
    for row in rows:
        days.setdefault(row.day, {})[row.metric] = row.value
    lines = ([day.isoformat(), *(days[day].get(code, "") for code in codes)] for day in days)
    return as_file([["day", *codes], *lines], f"pulse-{community.slug}")


def parts(result: Result, here: Here, name: str) -> Response:
    """A line for each member who would get something, and one for what is left."""
    done = [each.removeprefix("each_") for each in EACH]
    lines: list[list[Any]] = [["member", "name", *done, "points", "amount", "currency"]]
    lines += (
        [part.member, part.name, *(part.done[code] for code in done), part.points,
         plain(part.amount, here.currency), here.currency]
        for part in result.parts
    )  # fmt: skip
    lines.append(["", "left", *("" for _code in done), "", plain(result.left, here.currency), here.currency])
    return as_file(lines, name)


def json_of(whole: dict[str, Any], name: str) -> Response:
    answer = Response(json.dumps(whole, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer
