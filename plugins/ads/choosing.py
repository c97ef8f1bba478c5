"""Choosing: which ads go into the places of a page. One question to the database for all, and nothing is written."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from plugins.ads import tokens, visitors
from plugins.ads.campaigns import KINDS, Advertiser, Campaign, Flight, FlightPlace
from plugins.ads.counts import LONGEST_WORD, FlightDay, Impression, Showing
from plugins.ads.creatives import Creative, Veto
from plugins.ads.places import ROOM, Place
from plugins.ads.settings import Here
from shop import kept
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import db
from shop.limits import Limit
from shop.listings.models import Listing
from shop.locale import language_tag
from shop.people.models import Person
from shop.switches import PluginSwitch
from shop.tiers import tiers_of

# A group as large as this or smaller: what its size means for how people talk in it.
SIZES = (30, 80, 150, 500)
MOST_LOOKED_AT = 100
# A campaign that lags behind its plan is drawn more often, at most so much.
MOST_URGENT = 3.0
chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An ad that may run here now, with what speaks for and against it."""

    creative: Creative
    flight: Flight
    campaign: Campaign
    advertiser: Advertiser
    left: int | None
    seen: int
    spent_today: int
    cap_left: int | None
    views: int
    clicks: int
    listing_id: int | None
    product: Any  # handle, name, price_from, currency, cover


@dataclass(slots=True)
class PageAds:
    """What one page may show: its candidates, how many more it takes, and what it shows already."""

    rules: Here
    visitor: str
    tier: str
    room: int
    community: Community
    viewer: int | None = None
    level: int | None = None  # how far the visitor has come here; asked for when an ad wants to know
    candidates: list[Candidate] = field(default_factory=list)
    shown: list[Candidate] = field(default_factory=list)


def ads_for(
    places: Sequence[Place], community: Community, viewer: Person | None
) -> dict[str, list[tuple[Candidate, str]]]:
    """The ads of a page's places with their tokens: what is paid first, then by priority, then drawn by worth."""
    if not places or community.is_closed:
        return {}
    page = _ask(community, viewer)
    return {place.slot: chosen for place in places if (chosen := _chosen_for(place, page))}


def shapes_wanted(community: Community) -> frozenset[str]:
    """The shapes of the ads that might stand in this community now: for these a page leaves room.

    The page stands on the rows that are read here (`Manifest.shows`) until the next of these flights begins or ends.
    """
    if "ads_shapes" not in g:
        instant = now()
        wanted = select(Creative.shape, Flight.starts_at, Flight.ends_at, _rules_of(community))
        found = db.session.execute(
            wanted.join(Flight, Flight.id == Creative.flight_id)
            .join(Campaign, Campaign.id == Flight.campaign_id)
            .join(Advertiser, Advertiser.id == Campaign.advertiser_id)
            .where(*could_run(community), Flight.ends_at > instant)
            .order_by(Flight.starts_at)
            .limit(MOST_LOOKED_AT)
        ).all()
        kept.until(at for row in found for at in (row.starts_at, row.ends_at))
        g.ads_shapes = frozenset(
            row.shape for row in found if row.starts_at <= instant and _here(row.rules).per_page
        )
    shapes: frozenset[str] = g.ads_shapes
    return shapes


def day_of(community: Community) -> tuple[Any, datetime]:
    """Today in the community, and the instant at which it began."""
    local = now().astimezone(community.zone)
    return local.date(), local.replace(hour=0, minute=0, second=0, microsecond=0)


def need_of(flight: Any) -> ColumnElement[int]:
    """What the next view or click may cost at most, in minor units."""
    return case((flight.term == "cpm", (flight.price + 999) // 1000), else_=flight.price)


def _chosen_for(place: Place, page: PageAds) -> list[tuple[Candidate, str]]:
    chosen = []
    for _room in range(min(ROOM[place.slot], page.room)):
        fitting = [c for c in page.candidates if _is_new(c, page) and _fits(c, page, place.tags)]
        if not fitting:
            break
        best = _draw(fitting, page.community)
        page.shown.append(best)
        page.room -= 1
        keyword = place.keyword(best.flight.aim.get("tags", ()))[:LONGEST_WORD]
        here = (page.community.id, place.slot)
        chosen.append((best, tokens.make(best.creative.id, *here, page.visitor, keyword)))
    return chosen


def _ask(community: Community, viewer: Person | None) -> PageAds:
    """Everything that the page needs to know, in one statement."""
    today, begun = day_of(community)
    name, instant = visitors.name_here(), now()
    cap, sibling = aliased(Limit), aliased(Flight)
    mine = (Impression.visitor == name, Impression.at >= begun)
    seen = (
        select(func.count())
        .where(*mine, Impression.flight_id == Flight.id)
        .correlate(Flight)
        .scalar_subquery()
    )
    seen_here = select(func.count()).where(*mine, Impression.community_id == community.id).scalar_subquery()
    spent_today = (
        select(func.coalesce(func.sum(FlightDay.spent), 0))
        .join(sibling, sibling.id == FlightDay.flight_id)
        .where(sibling.campaign_id == Campaign.id, FlightDay.day == today)
        .correlate(Campaign)
        .scalar_subquery()
    )
    own_day = aliased(FlightDay)
    role = (
        select(Membership.role)
        .where(Membership.community_id == community.id, Membership.person_id == viewer.id)
        .scalar_subquery()
        if viewer
        else literal(None)
    )
    found = db.session.execute(
        select(
            Creative, Flight, Campaign, Advertiser, Limit.left, Listing.id,
            Product.handle, Product.name, Product.price_from, Product.currency, Product.cover,
            Showing.views, Showing.clicks, cap.left,
            (seen if name else literal(0)).label("seen"), spent_today.label("spent_today"),
            (seen_here if name else literal(0)).label("seen_here"), role.label("role"), _rules_of(community),
        )
        .join(Flight, Flight.id == Creative.flight_id)
        .join(Campaign, Campaign.id == Flight.campaign_id)
        .join(Advertiser, Advertiser.id == Campaign.advertiser_id)
        .outerjoin(Limit, Limit.id == Campaign.budget_id)
        .outerjoin(Listing, and_(Listing.product_id == Creative.product_id, *_on_shelf(community)))
        .outerjoin(Product, and_(Product.id == Listing.product_id, Product.state == "live"))
        .outerjoin(Showing, and_(Showing.flight_id == Flight.id, Showing.community_id == community.id))
        .outerjoin(own_day, and_(own_day.flight_id == Flight.id, own_day.day == today))
        .outerjoin(cap, cap.id == own_day.cap_id)
        .where(
            *may_run(community, instant),
            or_(Campaign.kind != "paid", Limit.left >= need_of(Flight)),
            or_(Creative.product_id.is_(None), Product.id.is_not(None)),
        )
        .order_by(_rank(), Flight.priority.desc(), Creative.id)
        .limit(MOST_LOOKED_AT)
    ).all()  # fmt: skip
    first = found[0] if found else None
    here = _here(first.rules if first else None)
    page = PageAds(here, name or visitors.new_name(), _tier(first.role if first else None), 0, community)
    page.viewer = viewer.id if viewer and first and first.role else None
    if first is not None:
        page.room = max(0, min(here.per_page, here.per_day - first.seen_here))
    page.candidates = [
        Candidate(
            row.Creative, row.Flight, row.Campaign, row.Advertiser, row[4], row.seen, int(row.spent_today),
            row[13], row.views or 0, row.clicks or 0, row[5], row if row.handle else None,
        )
        for row in found
    ]  # fmt: skip
    return page


def _rules_of(community: Community) -> ColumnElement[Any]:
    """What the community wants of ads, beside each row of a question."""
    mine = (PluginSwitch.community_id == community.id, PluginSwitch.name == "ads")
    return select(PluginSwitch.settings).where(*mine).scalar_subquery().label("rules")


def _here(rules: dict[str, Any] | None) -> Here:
    return Here(**{k: v for k, v in (rules or {}).items() if k in Here.__dataclass_fields__})


def may_run(community: Community, instant: datetime) -> list[ColumnElement[bool]]:
    """What a creative must fulfil to be shown and counted in a community at all."""
    return [Flight.starts_at <= instant, Flight.ends_at > instant, *could_run(community)]


def could_run(community: Community) -> list[ColumnElement[bool]]:
    """The same, whenever it is."""
    named = select(FlightPlace.id).where(
        FlightPlace.flight_id == Flight.id, FlightPlace.community_id == community.id
    )
    vetoed = exists().where(
        Veto.community_id == community.id,
        Veto.lifted_at.is_(None),
        or_(Veto.advertiser_id == Advertiser.id, Veto.creative_id == Creative.id),
    )
    return [
        Creative.state == "approved",
        Creative.retired_at.is_(None),
        Flight.paused_at.is_(None),
        Campaign.ended_at.is_(None),
        Advertiser.stopped_at.is_(None),
        or_(Advertiser.community_id.is_(None), Advertiser.community_id == community.id),
        or_(Flight.is_everywhere, named.where(~FlightPlace.is_excluded).exists()),
        ~named.where(FlightPlace.is_excluded).exists(),
        ~vetoed,
    ]


def _on_shelf(community: Community) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Listing.community_id == community.id, Listing.state == "accepted"


def _rank() -> ColumnElement[int]:
    return case({kind: n for n, kind in enumerate(KINDS)}, value=Campaign.kind)


def _is_new(candidate: Candidate, page: PageAds) -> bool:
    """No advertiser stands twice on a page."""
    return all(candidate.advertiser.id != other.advertiser.id for other in page.shown)


def _fits(candidate: Candidate, page: PageAds, tags: frozenset[str]) -> bool:
    """Whether aim, caps and plan let it run on this page, for this visitor, now."""
    flight, aim, community = candidate.flight, candidate.flight.aim, page.community
    wanted = {word.lower() for word in aim.get("tags", ())}
    shunned = {word.lower() for word in aim.get("not_tags", ())}
    size = next((str(n) for n in SIZES if community.member_count <= n), "more")
    return (
        _allows(aim, "kinds", community.kind)
        and _allows_tier(aim, page)
        and _allows(aim, "sizes", size)
        and _allows(aim, "stages", community.stage)
        and community.stage not in aim.get("not_stages", ())
        and _allows(aim, "languages", language_tag().split("-")[0])
        and (not wanted or bool(wanted & tags))
        and not shunned & tags
        and (flight.often is None or candidate.seen < flight.often)
        and (candidate.cap_left is None or candidate.cap_left >= cost_at_most(flight))
        and (not candidate.campaign.is_paid or urgency(candidate, community) > 0)
    )


def _allows(aim: dict[str, Any], name: str, value: str) -> bool:
    return not aim.get(name) or value in aim[name]


def _allows_tier(aim: dict[str, Any], page: PageAds) -> bool:
    """Visitors, members, managers; or members from a tier on, as the plugin that knows of tiers tells."""
    if _allows(aim, "tiers", page.tier):
        return True
    levels = [int(word.removeprefix("tier")) for word in aim["tiers"] if word.startswith("tier")]
    if not levels or page.viewer is None:
        return False
    if page.level is None:
        page.level = tiers_of(page.community, [page.viewer])[page.viewer]
    return page.level >= min(levels)


def cost_at_most(flight: Flight) -> int:
    return (flight.price + 999) // 1000 if flight.term == "cpm" else flight.price


def urgency(candidate: Candidate, community: Community) -> float:
    """0 when more was spent today than the plan says, 1 on the plan, up to MOST_URGENT when it lags behind.

    The plan: what is left this morning is spent evenly until the end of the flight.
    """
    flight = candidate.flight
    if not flight.is_even:
        return 1.0
    _today, begun = day_of(community)
    start = max(begun, flight.starts_at)
    share = (now() - start) / max(flight.ends_at - start, timedelta(seconds=1))
    planned = ((candidate.left or 0) + candidate.spent_today) * share
    if candidate.spent_today > planned + cost_at_most(flight):
        return 0.0
    return max(1.0, min(MOST_URGENT, planned / (candidate.spent_today or 1)))


def _draw(fitting: list[Candidate], community: Community) -> Candidate:
    """The first kind and the highest priority; among those a draw, weighted by worth and urgency."""
    rank = KINDS.index(fitting[0].campaign.kind)
    best = max(c.flight.priority for c in fitting if KINDS.index(c.campaign.kind) == rank)
    equals = [c for c in fitting if KINDS.index(c.campaign.kind) == rank and c.flight.priority == best]
    return chance.choices(equals, [_worth(c) * urgency(c, community) for c in equals])[0]


def _worth(candidate: Candidate) -> float:
    """What a thousand views are expected to earn here, in minor units; never nothing."""
    price = candidate.flight.price
    if candidate.flight.term == "cpc":
        return max(1.0, price * 1000 * (candidate.clicks + 1) / (candidate.views + 100))
    return max(1.0, float(price))


def _tier(role: str | None) -> str:
    return {"owner": "manager", "manager": "manager", "member": "member"}.get(role or "", "guest")
