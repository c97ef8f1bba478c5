"""Eligibility: parts of which managers compose the rules, each told as a sentence with a tick or a cross."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from plugins.trials.applications import HAD, TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.reports import TrialReport
from shop.clock import now
from shop.communities.models import Membership
from shop.db import db
from shop.orders.models import Order
from shop.people.models import Person
from shop.tiers import tiers_of

REAL_ORDERS = ("paid", "shipped", "received", "completed")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at of one person, gathered once."""

    member_since: datetime | None
    orders: int = 0
    last_deed: datetime | None = None
    overdue: int = 0
    reports: int = 0
    had_product: bool = False
    tier: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its sentence for a number, and whether the facts meet it (None: not known before one applies)."""

    code: str
    words: Callable[[int], str]
    is_met: Callable[[Facts, int], bool | None]
    number: int = 1  # what is proposed
    counts: bool = True  # whether it has a number at all


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule for one person, ready to be shown."""

    words: str
    met: bool | None


def _has_been(facts: Facts, days: int) -> bool:
    return facts.member_since is not None and facts.member_since <= now() - timedelta(days=days)


def _is_active(facts: Facts, days: int) -> bool:
    return facts.last_deed is not None and facts.last_deed >= now() - timedelta(days=days)


PARTS = {
    part.code: part
    for part in (
        Part(
            "days", lambda n: ngettext("Member for %(num)s day", "Member for %(num)s days", n), _has_been, 14
        ),
        Part(
            "orders",
            lambda n: ngettext("%(num)s paid order here", "%(num)s paid orders here", n),
            lambda facts, n: facts.orders >= n,
        ),
        Part(
            "active",
            lambda n: ngettext(
                "Ordered or reported here in the last %(num)s day",
                "Ordered or reported here in the last %(num)s days",
                n,
            ),
            _is_active,
            90,
        ),
        Part(
            "reports",
            lambda n: ngettext("%(num)s trial reported already", "%(num)s trials reported already", n),
            lambda facts, n: facts.reports >= n,
        ),
        Part(
            "tier",
            lambda n: str(_("Tier %(tier)s or higher in this community", tier=n)),
            lambda facts, n: facts.tier >= n,
        ),
        Part(
            "no_overdue",
            lambda _n: str(_("No report is overdue")),
            lambda facts, _n: facts.overdue == 0,
            counts=False,
        ),
        Part(
            "not_before",
            lambda _n: str(_("Has not tried this product before")),
            lambda facts, _n: not facts.had_product,
            counts=False,
        ),
        Part(
            "household",
            lambda _n: str(_("One for each household: looked at when you confirm")),
            lambda _facts, _n: None,
            counts=False,
        ),
    )
}


def facts_of(batch: TrialBatch, people: Sequence[int]) -> dict[int, Facts]:
    """The facts of some people for one batch, in as many statements however many they are."""
    place, applied = batch.community_id, TrialApplication
    since = select(Membership.person_id, Membership.at).where(
        Membership.community_id == place, Membership.person_id.in_(people)
    )
    ordered = (
        select(Order.buyer_id, func.count(Order.id), func.max(Order.placed_at))
        .where(Order.community_id == place, Order.buyer_id.in_(people), Order.state.in_(REAL_ORDERS))
        .group_by(Order.buyer_id)
    )
    overdue = (
        select(applied.person_id, func.count(applied.id))
        .where(applied.person_id.in_(people), applied.state == "received", applied.due_at < now())
        .group_by(applied.person_id)
    )
    told = (
        select(TrialReport.person_id, func.count(TrialReport.id), func.max(TrialReport.at))
        .where(TrialReport.community_id == place, TrialReport.person_id.in_(people))
        .group_by(TrialReport.person_id)
    )
    had = (
        select(applied.person_id)
        .join(TrialBatch, TrialBatch.id == applied.batch_id)
        .where(
            applied.person_id.in_(people), applied.state.in_(HAD), TrialBatch.product_id == batch.product_id
        )
        .where(applied.batch_id != batch.id)
    )
    members = dict(db.session.execute(since).all())
    orders = {row[0]: row for row in db.session.execute(ordered)}
    late = dict(db.session.execute(overdue).all())
    reports = {row[0]: row for row in db.session.execute(told)}
    tried = set(db.session.scalars(had))
    tiers = tiers_of(batch.community, people) if "tier" in batch.rules else {}
    found = {}
    for person in people:
        order, report = orders.get(person), reports.get(person)
        deeds = [row[2] for row in (order, report) if row is not None and row[2] is not None]
        found[person] = Facts(
            member_since=members.get(person),
            orders=order[1] if order else 0,
            last_deed=max(deeds, default=None),
            overdue=late.get(person, 0),
            reports=report[1] if report else 0,
            had_product=person in tried,
            tier=tiers.get(person, 0),
        )
    return found


def judged(batch: TrialBatch, facts: Facts | None) -> list[Judged]:
    """The rules of a batch for one person, or for nobody in particular: membership first, then the parts."""
    rules = [Judged(_("Member of this community"), facts.member_since is not None if facts else None)]
    for code, number in batch.rules.items():
        part = PARTS.get(code)
        if part is not None:
            rules.append(Judged(part.words(number), part.is_met(facts, number) if facts else None))
    return rules


def is_eligible(batch: TrialBatch, facts: Facts) -> bool:
    return all(rule.met is not False for rule in judged(batch, facts))


def judge(batch: TrialBatch, person: Person | None) -> list[Judged]:
    """The rules as this person meets them."""
    return judged(batch, facts_of(batch, [person.id])[person.id] if person else None)
