"""Reports: what was counted and cost, by day, creative, slot, community, country and keyword, and what was not
counted and why.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from babel.dates import format_skeleton
from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from plugins.ads.budgets import Deposit, Settlement
from plugins.ads.campaigns import Campaign, Flight
from plugins.ads.counting import WHY
from plugins.ads.counts import COUNTRY, KEYWORD, NUMBERS, Part, Stat, Uncounted
from plugins.ads.creatives import Creative
from shop.clock import now
from shop.communities.models import Community
from shop.db import db

DAYS = 14
SLOT_WORDS: dict[str, Any] = {
    "shelf.top": _l("Shelf, above the tiles"),
    "shelf.below": _l("Shelf, below the tiles"),
    "listing.below": _l("Product page"),
    "article.below": _l("Article"),
}
WHAT_WORDS = {"view": _l("views"), "click": _l("clicks")}


@dataclass(slots=True)
class Sums:
    """Views, clicks, cost (minor units) and time in sight (milliseconds) together, with what follows from them."""

    label: Any = ""
    views: int = 0
    clicks: int = 0
    spent: int = 0
    passed: int = 0
    timed: int = 0
    watched: int = 0
    key: Any = None

    @classmethod
    def of(cls, label: Any, numbers: Iterable[Any], key: Any = None) -> "Sums":
        """From the columns of a statement, in their order."""
        views, clicks, spent, passed, timed, watched = (int(n) for n in numbers)
        return cls(label, views, clicks, spent, passed, timed, watched, key)

    def add(self, other: Any, times: int = 1) -> None:
        """The numbers of a row or of other sums too; times -1 they are taken out."""
        for name in NUMBERS:
            setattr(self, name, max(0, getattr(self, name) + times * getattr(other, name)))

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in NUMBERS)

    @property
    def rate(self) -> str:
        """Clicks of a hundred views."""
        return f"{100 * self.clicks / self.views:.1f} %" if self.views else "–"

    @property
    def in_sight(self) -> int | None:
        """How many of a hundred that stood on a page came into sight for a second; none where no page told."""
        placed = self.views + self.passed
        return round(100 * self.views / placed) if self.passed or self.timed else None

    @property
    def seconds(self) -> str:
        """How long one that came into sight stood there."""
        return (
            _("%(n)s s", n=format_decimal(round(self.watched / self.timed / 1000, 1))) if self.timed else "–"
        )

    @property
    def per_thousand(self) -> int | None:
        """What a thousand views have cost, in minor units."""
        return self.spent * 1000 // self.views if self.views else None


@dataclass(slots=True)
class Report:
    """Everything that a page of reports shows."""

    total: Sums
    days: list[Sums] = field(default_factory=list)
    creatives: list[Sums] = field(default_factory=list)
    slots: list[Sums] = field(default_factory=list)
    communities: list[Sums] = field(default_factory=list)
    countries: list[Sums] = field(default_factory=list)  # the last of these two: not told, without a key
    keywords: list[Sums] = field(default_factory=list)
    uncounted: list[tuple[Any, Any, int]] = field(default_factory=list)  # what, why, how many

    @property
    def day_rows(self) -> list[dict[str, Any]]:
        """The days for a chart: views, and in words the clicks too."""
        return [
            {
                "label": day.label,
                "value": day.views,
                "text": _("%(views)s, %(clicks)s clicks", views=day.views, clicks=day.clicks)
                if day.clicks
                else day.views,
            }
            for day in self.days
        ]

    @property
    def sights(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """Charts of what came into sight, each with its title: by ad, place, community and what is told."""
        charts = (
            (_("In sight, by ad"), self.creatives),
            (_("In sight, by place on the page"), self.slots),
            (_("In sight, by community"), self.communities),
            (_("In sight, by country or region"), self.countries if _is_told(self.countries) else []),
            (_("In sight, by keyword"), self.keywords if _is_told(self.keywords) else []),
        )
        return [(title, rows) for title, sums in charts if (rows := sight_rows(sums))]


def sight_rows(sums: Iterable[Sums]) -> list[dict[str, Any]]:
    """For a chart: of a hundred on a page so many came into sight, and in words how long they stood there."""
    return [
        {
            "label": each.label,
            "value": each.in_sight,
            "text": _("%(percent)s %%, %(time)s each", percent=each.in_sight, time=each.seconds)
            if each.timed
            else _("%(percent)s %%", percent=each.in_sight),
        }
        for each in sums
        if each.in_sight is not None
    ]


def by_campaigns(campaign_ids: Sequence[int]) -> dict[int, Sums]:
    """The sums of each campaign; one statement."""
    rows = db.session.execute(
        select(Flight.campaign_id, *_columns())
        .join(Creative, Creative.id == Stat.creative_id)
        .join(Flight, Flight.id == Creative.flight_id)
        .where(Flight.campaign_id.in_(campaign_ids))
        .group_by(Flight.campaign_id)
    )
    found = {key: Sums.of("", numbers) for key, *numbers in rows}
    return {number: found.get(number, Sums()) for number in campaign_ids}


def of_campaign(campaign: Campaign) -> Report:
    """A campaign's report."""
    mine = select(Creative.id).join(Flight).where(Flight.campaign_id == campaign.id)
    return _report(lambda table: table.creative_id.in_(mine))


def of_creative(creative: Creative) -> Report:
    return _report(lambda table: table.creative_id == creative.id)


def of_community(community: Community) -> Report:
    return _report(lambda table: table.community_id == community.id)


def of_site() -> Report:
    return _report(lambda table: table.id > 0)


def deposits_of(campaign: Campaign) -> list[Deposit]:
    """What was asked for and paid in, the newest first."""
    mine = select(Deposit).where(Deposit.campaign_id == campaign.id).options(joinedload(Deposit.order))
    return list(db.session.scalars(mine.order_by(Deposit.id.desc()).limit(50)))


def earned_by(community: Community) -> dict[str, int]:
    """What a community has earned by ads, in minor units by currency."""
    rows = db.session.execute(
        select(Campaign.currency, func.sum(Settlement.given))
        .join(Deposit, Deposit.id == Settlement.deposit_id)
        .join(Campaign, Campaign.id == Deposit.campaign_id)
        .where(Settlement.community_id == community.id)
        .group_by(Campaign.currency)
    )
    return {currency: int(amount) for currency, amount in rows}


def country_word(code: str) -> str:
    """A country's name in the reader's language."""
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale else code


def _columns(table: type[Stat | Part] = Stat) -> tuple[Any, ...]:
    """What Sums.of reads."""
    return tuple(func.coalesce(func.sum(getattr(table, name)), 0) for name in NUMBERS)


def _report(mine: Callable[[Any], ColumnElement[bool]]) -> Report:
    """Ten statements, whatever there is; `mine` says which rows of a table it is about."""
    which = mine(Stat)
    report = Report(Sums.of("", db.session.execute(select(*_columns()).where(which)).one()))
    first = now().date() - timedelta(days=DAYS - 1)
    by_day = select(Stat.day, *_columns()).where(which, Stat.day >= first).group_by(Stat.day)
    found = {row[0]: row for row in db.session.execute(by_day)}
    report.days = [_day(day, found.get(day)) for day in _days(first, found)]
    report.creatives = _grouped(
        select(Creative.id, Creative.title, *_columns()).join(Creative, Creative.id == Stat.creative_id), which,
        Creative.id, Creative.title,
    )  # fmt: skip
    slots = db.session.execute(select(Stat.slot, Stat.slot, *_columns()).where(which).group_by(Stat.slot))
    report.slots = [Sums.of(SLOT_WORDS.get(key, key), numbers, key) for key, _n, *numbers in slots]
    report.communities = _grouped(
        select(Community.slug, Community.name, *_columns()).join(Community, Community.id == Stat.community_id), which,
        Community.slug, Community.name,
    )  # fmt: skip
    report.countries = _parts(COUNTRY, mine(Part), report.total, country_word)
    report.keywords = _parts(KEYWORD, mine(Part), report.total, str)
    left_out = (
        select(Uncounted.what, Uncounted.reason, func.sum(Uncounted.n))
        .where(mine(Uncounted))
        .group_by(Uncounted.what, Uncounted.reason)
        .order_by(func.sum(Uncounted.n).desc())
    )
    report.uncounted = [
        (WHAT_WORDS[what], WHY.get(reason, reason), int(n))
        for what, reason, n in db.session.execute(left_out)
    ]
    return report


def _grouped(query: Any, which: ColumnElement[bool], *keys: Any) -> list[Sums]:
    rows = db.session.execute(
        query.where(which).group_by(*keys).order_by(func.sum(Stat.views).desc()).limit(50)
    )
    return [Sums.of(label, numbers, key) for key, label, *numbers in rows]


def _parts(what: str, which: ColumnElement[bool], total: Sums, words: Callable[[str], str]) -> list[Sums]:
    """What came from each country or stood beside each keyword, then all of which nobody told; two statements."""
    here = (Part.what == what, which)
    told = Sums.of("", db.session.execute(select(*_columns(Part)).where(*here)).one())
    most_seen = select(Part.word, *_columns(Part)).where(*here).group_by(Part.word)
    rows = db.session.execute(most_seen.order_by(func.sum(Part.views).desc(), Part.word).limit(50))
    found = [Sums.of(words(word), numbers, word) for word, *numbers in rows]
    rest = Sums(_("Not told"))
    rest.add(total)
    rest.add(told, -1)
    return found if rest.is_empty else [*found, rest]


def _is_told(sums: Sequence[Sums]) -> bool:
    return any(each.key is not None for each in sums)


def _days(first: date, found: Iterable[date]) -> list[date]:
    """The last days, and tomorrow where the sun rises earlier."""
    last = max([now().date(), *found])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _day(day: date, row: Any) -> Sums:
    label = format_skeleton("MMMd", day, locale=get_locale())
    return Sums.of(label, row[1:], day) if row else Sums(label, key=day)
