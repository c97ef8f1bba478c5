"""How a campaign goes: claimed, used, run out, by community, by day and by the way it came; real numbers only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import get_locale
from sqlalchemy import ColumnElement, func, select

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.claims import Claim
from plugins.coupons.places import Place
from plugins.coupons.redemptions import Redemption
from plugins.coupons.stores import Store
from plugins.coupons.waiting import Waiting
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.money import Money

DAYS = 14
# A campaign of very many uses is drawn from its newest.
MOST_READ = 20_000


def rows_of(campaigns: Sequence[CouponCampaign]) -> Iterator[Sequence[Any]]:
    """One row a campaign, under the names of the columns."""
    used = uses_of([campaign.id for campaign in campaigns])
    yield "coupon", "of", "gives", "made", "opened", "ended", "claimed", "of how many", "used"
    for each in campaigns:
        days = [f"{at:%Y-%m-%d}" if at else "" for at in (each.made_at, each.opened_at, each.ended_at)]
        sums = each.taken, each.total.size, used.get(each.id, 0)
        yield each.title, each.merchant.name, each.worth_words(), *days, *sums


@dataclass(slots=True)
class Report:
    """A campaign in numbers; amounts in minor units."""

    states: dict[str, int]
    waiting: int
    discount: int
    turnover: int
    currency: str
    ways: dict[str, int] = field(default_factory=dict)
    stores: list[tuple[str, int]] = field(default_factory=list)  # uses at the counter of each store
    places: list[tuple[str, int, int]] = field(default_factory=list)  # community, claimed, used
    days: list[tuple[str, int, int]] = field(default_factory=list)  # day, claimed, used

    @property
    def claimed(self) -> int:
        return sum(self.states.values())

    @property
    def used(self) -> int:
        return self.states.get("used", 0)

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)


def report_of(campaign: CouponCampaign) -> Report:
    """Everything that the campaign's page tells; a fixed number of statements."""
    states = dict(
        db.session.execute(
            select(Claim.state, func.count()).where(Claim.campaign_id == campaign.id).group_by(Claim.state)
        ).all()
    )
    counts = Redemption.campaign_id == campaign.id, Redemption.undone_at.is_(None)
    discount, turnover = db.session.execute(
        select(
            func.coalesce(func.sum(Redemption.discount), 0), func.coalesce(func.sum(Redemption.bill), 0)
        ).where(*counts)
    ).one()
    ways = dict(
        db.session.execute(select(Redemption.how, func.count()).where(*counts).group_by(Redemption.how)).all()
    )
    report = Report(
        states={str(state): int(n) for state, n in states.items()},
        waiting=Waiting.ahead(campaign),
        discount=int(discount or 0),
        turnover=int(turnover or 0),
        currency=campaign.currency,
        ways={str(way): int(n) for way, n in ways.items()},
    )
    report.places = _places(campaign)
    report.stores = _stores(campaign)
    report.days = _days(campaign)
    return report


def uses_of(campaign_ids: Sequence[int]) -> dict[int, int]:
    """How often each of these was used; one statement."""
    rows = db.session.execute(
        select(Redemption.campaign_id, func.count())
        .where(Redemption.campaign_id.in_(campaign_ids), Redemption.undone_at.is_(None))
        .group_by(Redemption.campaign_id)
    )
    return {int(campaign_id): int(n) for campaign_id, n in rows}


@dataclass(frozen=True, slots=True)
class Today:
    """What a counter did today, in all and store by store; amounts in minor units."""

    uses: int
    discount: int
    stores: list[tuple[str, int, int]]  # store, uses, taken off


def today_of(zone: ZoneInfo, *which: ColumnElement[bool]) -> Today:
    """The uses of today that are shown in a log, mistakes left out; one statement."""
    begun = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = db.session.execute(
        select(Store.name, func.count(), func.coalesce(func.sum(Redemption.discount), 0))
        .select_from(Redemption)
        .outerjoin(Store, Store.id == Redemption.store_id)
        .where(Redemption.at >= begun, Redemption.undone_at.is_(None), *which)
        .group_by(Store.id, Store.name)
        .order_by(Store.id)
    )
    stores = [(str(name or ""), int(n), int(off)) for name, n, off in rows]
    return Today(sum(n for _name, n, _off in stores), sum(off for *_who, off in stores), stores)


def _stores(campaign: CouponCampaign) -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(Store.name, func.count(Redemption.id))
        .join(Redemption, Redemption.store_id == Store.id)
        .where(Redemption.campaign_id == campaign.id, Redemption.undone_at.is_(None))
        .group_by(Store.id, Store.name)
        .order_by(func.count(Redemption.id).desc(), Store.id)
    )
    return [(str(name), int(n)) for name, n in rows]


def _places(campaign: CouponCampaign) -> list[tuple[str, int, int]]:
    used = func.count(Claim.id).filter(Claim.state == "used")
    rows = db.session.execute(
        select(Community.name, func.count(Claim.id), used)
        .join(Claim, Claim.community_id == Community.id)
        .where(Claim.campaign_id == campaign.id)
        .group_by(Community.id, Community.name)
        .order_by(func.count(Claim.id).desc(), Community.id)
    )
    return [(str(name), int(claimed), int(n)) for name, claimed, n in rows]


def _days(campaign: CouponCampaign) -> list[tuple[str, int, int]]:
    """The last days, each with how many were claimed and used, in the zone of the campaign's first community."""
    places = Place.of(campaign)
    zone = places[0].community.zone if places else None
    today = now().astimezone(zone).date()
    wanted = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = now() - timedelta(days=DAYS + 1)
    claimed = select(Claim.at).where(Claim.campaign_id == campaign.id, Claim.at >= since)
    used = select(Redemption.at).where(
        Redemption.campaign_id == campaign.id, Redemption.undone_at.is_(None), Redemption.at >= since
    )
    found: dict[date, list[int]] = {day: [0, 0] for day in wanted}
    for column, query in ((0, claimed.order_by(Claim.id.desc())), (1, used.order_by(Redemption.id.desc()))):
        for instant in db.session.scalars(query.limit(MOST_READ)):
            day = instant.astimezone(zone).date()
            if day in found:
                found[day][column] += 1
    locale = get_locale()
    return [
        (format_skeleton("MMMd", day, locale=locale), claims, uses) for day, (claims, uses) in found.items()
    ]
