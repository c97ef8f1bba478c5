"""What runs when in a community: each mode's happenings, where two meet on one product, and how much sells in a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations

from sqlalchemy import select

from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening

WEEKS = 4
DAYS = WEEKS * 7
# So many products with two modes at once are told by name.
MOST_TOLD = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A happening on the calendar: days from its first one, `begins` and `goes_on` where it reaches over an edge."""

    plugin: str
    it: Happening
    first: int
    length: int
    begins_before: bool
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """A product that stands in two modes at once; `clashes` where each of them is a way to get, try or name it."""

    product: Product
    bars: tuple[Bar, ...]
    clashes: bool
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """Four weeks of a community, in its own days."""

    monday: date
    lanes: dict[str, list[Bar]]
    meetings: list[Meeting]
    more_meetings: int
    loads: tuple[int, ...]
    most: int | None

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=n) for n in range(DAYS)]

    @property
    def too_much(self) -> list[tuple[date, int]]:
        """The days on which more sells than the managers want."""
        pairs = zip(self.days, self.loads, strict=True)
        return [(day, load) for day, load in pairs if self.most is not None and load > self.most]


def period_of(community: Community, monday: date) -> tuple[datetime, datetime]:
    """The instants at which the four weeks begin and end there."""
    first = datetime.combine(monday, time(), community.zone)
    return first, datetime.combine(monday + timedelta(days=DAYS), time(), community.zone)


def calendar_of(
    community: Community, monday: date, answers: Iterable[tuple[str, Sequence[Happening]]]
) -> Calendar:
    """The calendar, from what each plugin has told."""
    lanes = {
        plugin: sorted(bars, key=lambda bar: (bar.first, bar.length))
        for plugin, told in answers
        if (bars := [bar for it in told if (bar := _bar(community, monday, plugin, it)) is not None])
    }
    every = [bar for bars in lanes.values() for bar in bars]
    meetings = _meetings(monday, every)
    return Calendar(
        monday,
        lanes,
        meetings[:MOST_TOLD],
        max(0, len(meetings) - MOST_TOLD),
        tuple(sum(b.it.sells and b.first <= n < b.first + b.length for b in every) for n in range(DAYS)),
        community.most_a_day,
    )


def _bar(community: Community, monday: date, plugin: str, it: Happening) -> Bar | None:
    """Where it stands among the days; None when it does not reach into them."""
    starts = (it.starts.astimezone(community.zone).date() - monday).days
    # what ends at midnight has not touched the day that begins then
    last = it.ends and (it.ends - timedelta(microseconds=1)).astimezone(community.zone).date()
    ends = DAYS if last is None else (last - monday).days
    if starts >= DAYS or ends < 0 or ends < starts:
        return None
    first = max(starts, 0)
    length = min(ends, DAYS - 1) - first + 1
    return Bar(plugin, it, first, length, starts < 0, ends >= DAYS)


def _meetings(monday: date, bars: list[Bar]) -> list[Meeting]:
    """Products in two modes at once: those where both are ways to have it first, then as they begin."""
    of_product: dict[int, list[Bar]] = defaultdict(list)
    for bar in bars:
        for product in bar.it.products:
            of_product[product].append(bar)
    found = []
    for number, mine in of_product.items():
        pairs = [p for p in combinations(mine, 2) if p[0].plugin != p[1].plugin and _overlap(*p)]
        serious = [p for p in pairs if not (p[0].it.leads or p[1].it.leads)]
        if told := serious or pairs:
            found.append((number, told, bool(serious)))
    names = {one.id: one for one in _products([number for number, _told, _serious in found])}
    meetings = [
        Meeting(
            names[number],
            tuple(bar for bar in of_product[number] if any(bar in pair for pair in told)),
            serious,
            monday + timedelta(days=min(max(a.first, b.first) for a, b in told)),
            monday + timedelta(days=max(min(a.first + a.length, b.first + b.length) - 1 for a, b in told)),
        )
        for number, told, serious in found
        if number in names
    ]
    return sorted(meetings, key=lambda m: (not m.clashes, m.first, m.product.id))


def _overlap(one: Bar, other: Bar) -> bool:
    return one.first < other.first + other.length and other.first < one.first + one.length


def _products(numbers: list[int]) -> Sequence[Product]:
    return db.session.scalars(select(Product).where(Product.id.in_(numbers))).all() if numbers else ()
