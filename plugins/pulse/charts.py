"""Days as pictures: what a chart and the table under it show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton
from flask_babel import get_locale
from sqlalchemy import select

from plugins.pulse.metrics import Metric
from plugins.pulse.models import PulseCount, PulseDay
from shop.clock import now
from shop.communities.models import Community
from shop.db import db

DAYS = 28
WIDE, HIGH, GAP = 280, 60, 2


@dataclass(frozen=True, slots=True)
class Column:
    """One day: a box in a drawing of WIDE by HIGH; without a value nothing was counted."""

    label: str
    value: int | None
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A metric by day."""

    metric: Metric
    columns: tuple[Column, ...]
    total: int
    most: int
    before: int | None = None  # the four weeks before, where they were counted

    @property
    def width(self) -> float:
        return WIDE / max(len(self.columns), 1) - GAP

    @property
    def figure(self) -> int:
        """What stands beside the title: the sum of the days, or the highest where a sum would say nothing."""
        return self.most if self.metric.code == "peak" else self.total

    @property
    def counted(self) -> list[Column]:
        """The days with a number, the newest first."""
        return [column for column in reversed(self.columns) if column.value is not None]


Days = Mapping[str, Mapping[date, int]]


def days_of(community: Community) -> Days:
    """Every number of the last eight weeks, by metric and day; one statement."""
    found: dict[str, dict[date, int]] = {}
    rows = select(PulseDay.metric, PulseDay.day, PulseDay.value).where(
        PulseDay.community_id == community.id, PulseDay.day > today(community) - timedelta(days=2 * DAYS)
    )
    for metric, day, value in db.session.execute(rows):
        found.setdefault(metric, {})[day] = value
    return found


def chart_of(metric: Metric, days: Days, community: Community) -> Chart:
    """The last four weeks of a metric, beside the four before."""
    everything, last = days.get(metric.code, {}), today(community)
    first = last - timedelta(days=DAYS - 1)
    values = {day: value for day, value in everything.items() if day >= first}
    before = [value for day, value in everything.items() if day < first]
    most = max(values.values(), default=0)
    step, columns = WIDE / DAYS, []
    for n in range(DAYS):
        day = last - timedelta(days=DAYS - 1 - n)
        value = values.get(day)
        high = round(HIGH * value / most, 1) if value and most else 0.0
        columns.append(Column(label_of(day), value, round(n * step, 1), round(HIGH - high, 1), high))
    earlier = sum(before) if before and metric.code != "peak" else None
    return Chart(metric, tuple(columns), sum(values.values()), most, earlier)


def lately(days: Days, community: Community, many: int) -> dict[str, int]:
    """The sums of the last so many days."""
    first = today(community) - timedelta(days=many - 1)
    return {code: sum(n for day, n in values.items() if day >= first) for code, values in days.items()}


def standing(days: Days) -> dict[str, int]:
    """How many members there were, and how many of them silent, when it was counted last."""
    return {
        code: days[code][max(days[code])] for code in ("members", "silent_7", "silent_30") if days.get(code)
    }


def counted_at(community: Community) -> datetime | None:
    return db.session.scalar(select(PulseCount.at).where(PulseCount.community_id == community.id))


def label_of(day: date) -> str:
    """A day as the present language writes it, short."""
    return str(format_skeleton("MMMd", day, locale=get_locale()))


def today(community: Community) -> date:
    return now().astimezone(community.zone).date()
