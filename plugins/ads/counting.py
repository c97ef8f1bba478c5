"""Counting: a view and its click, each once, each only when a human who may earn nothing by it has really seen it."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, select, update

from plugins.ads import summing
from plugins.ads.campaigns import Advertiser, Campaign, Flight, inserting
from plugins.ads.choosing import day_of, may_run
from plugins.ads.counts import FlightDay, Impression, Showing, Uncounted
from plugins.ads.creatives import Creative
from plugins.ads.settings import Here
from plugins.ads.tokens import Token
from plugins.ads.visitors import Visitor
from shop import settings
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import db
from shop.errors import SoldOut
from shop.limits import Limit
from shop.merchants.models import Staff

# Why something is not counted; everybody who pays or earns may read it.
WHY: dict[str, Any] = {
    "forged": _l("The token is not one of ours"),
    "old": _l("The page was open for more than two hours"),
    "robot": _l("A program, not a person"),
    "blocked": _l("From a network or a program that the operator has shut out"),
    "prefetch": _l("Loaded in advance, not looked at"),
    "stranger": _l("Somebody else than the page was made for"),
    "own": _l("The advertiser's own people"),
    "manager": _l("A manager of the community, which earns by it"),
    "ended": _l("Not running here any more"),
    "again": _l("Counted already"),
    "unseen": _l("Clicked without having been seen"),
    "rate": _l("Too many in a short time"),
    "often": _l("This visitor has seen it often enough today"),
    "full": _l("This visitor has seen enough ads today"),
    "budget": _l("The budget is spent"),
    "day": _l("The budget of the day is spent"),
    "void": _l("Taken back by the operator"),
}
# (seconds, at most so many) of one visitor: clicks on anything, and views of one creative.
CLICK_RATES = ((60, 1), (600, 3), (3600, 10), (86400, 25))
VIEW_RATES = ((300, 5),)
# A village may share one address; so many times as much may come from it.
NEIGHBOURS = 20


class NotCounted(Exception):
    """Why a view or click does not count; the reason is a key of WHY."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def count_view(token: Token, visitor: Visitor, community: Community) -> str:
    """Count that an ad was seen; the reason why not, or nothing. One transaction, which the caller ends."""
    return _counted("view", token, visitor, community)


def count_click(token: Token, visitor: Visitor, community: Community) -> str:
    """Count that an ad that was seen was followed; the reason why not, or nothing."""
    return _counted("click", token, visitor, community)


def would_count(token: Token, visitor: Visitor, community: Community) -> bool:
    """Whether a view would be counted now; nothing is written."""
    found = _find(token, community)
    try:
        if found is not None:
            _check("view", token, visitor, community, found[0], found[1])
    except NotCounted:
        return False
    return found is not None


def void(impression: Impression, by: Any, reason: str) -> bool:
    """Take a view and its click out of every sum and give their cost back to the budget, once."""
    won = db.session.execute(
        update(Impression)
        .where(Impression.id == impression.id, Impression.void_at.is_(None))
        .values(void_at=now(), void_by_id=by.id, void_reason=reason)
        .returning(Impression.cost, Impression.click_cost, Impression.clicked_at, Impression.watched)
    ).first()
    if won is None:
        return False
    cost, click = won.cost + won.click_cost, 1 if won.clicked_at else 0
    here = (Showing.flight_id == impression.flight_id, Showing.community_id == impression.community_id)
    db.session.execute(
        update(Showing).where(*here).values(spent=Showing.spent - cost, clicks=Showing.clicks - click)
    )
    flight = db.session.get_one(Flight, impression.flight_id)
    if cost and flight.campaign.budget_id is not None:
        db.session.get_one(Limit, flight.campaign.budget_id).give_back(cost)
        day = db.session.scalars(
            select(FlightDay).where(FlightDay.flight_id == flight.id, FlightDay.day == impression.day)
        ).one()
        day.spent = FlightDay.spent - cost
        if day.cap is not None:
            day.cap.give_back(cost)
    summing.add(
        summing.Where(
            impression.day, impression.creative_id, impression.community_id, impression.slot,
            impression.country, impression.keyword,
        ),
        views=-1, clicks=-click, spent=-cost, timed=-int(won.watched is not None), watched=-(won.watched or 0),
    )  # fmt: skip
    _note("view", "void", impression.creative_id, impression.community_id, impression.slot, impression.day)
    return True


def _counted(what: str, token: Token, visitor: Visitor, community: Community) -> str:
    today, _begun = day_of(community)
    try:
        found = _find(token, community)
        if found is None:
            return "forged"
        with db.session.begin_nested():
            creative, flight, budget_id = found
            _check(what, token, visitor, community, creative, flight)
            if what == "view":
                _view(token, visitor, community, creative, flight, budget_id, today)
            else:
                _click(token, community, creative, flight, budget_id, today)
    except NotCounted as refused:
        _note(what, refused.reason, token.creative, community.id, token.slot, today)
        return refused.reason
    return ""


def _find(token: Token, community: Community) -> tuple[Creative, Flight, int | None] | None:
    """The creative with its flight and the number of its budget."""
    if token.community != community.id:
        return None
    row = db.session.execute(
        select(Creative, Flight, Campaign.budget_id)
        .join(Flight, Flight.id == Creative.flight_id)
        .join(Campaign, Campaign.id == Flight.campaign_id)
        .where(Creative.id == token.creative)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def _check(
    what: str, token: Token, visitor: Visitor, community: Community, creative: Creative, flight: Flight
) -> None:
    """Everything that speaks against counting, in the order in which it is told."""
    if token.is_old:
        raise NotCounted("old")
    if visitor.is_prefetch:
        raise NotCounted("prefetch")
    if visitor.is_robot:
        raise NotCounted("robot")
    if visitor.is_blocked:
        raise NotCounted("blocked")
    both_guests = visitor.name.startswith("g") and token.visitor.startswith("g")
    is_nameless = what == "click" and not visitor.name  # a guest who has seen nothing yet; told below
    if visitor.name != token.visitor and not both_guests and not is_nameless:
        raise NotCounted("stranger")
    runs = (
        select(Creative.id)
        .join(Flight, Flight.id == Creative.flight_id)
        .join(Campaign, Campaign.id == Flight.campaign_id)
        .join(Advertiser, Advertiser.id == Campaign.advertiser_id)
        .where(Creative.id == creative.id, *may_run(community, now()))
    )
    known = visitor.person.id if visitor.person else -1
    is_staff = exists().where(
        Staff.person_id == known,
        Staff.merchant_id == Advertiser.merchant_id,
        Advertiser.id == Campaign.advertiser_id,
        Campaign.id == flight.campaign_id,
    )
    is_manager = exists().where(
        Membership.person_id == known,
        Membership.community_id == community.id,
        Membership.role.in_(("owner", "manager")),
    )
    told = db.session.execute(
        select(
            runs.exists(),
            is_staff,
            is_manager,
            exists().where(Impression.token == token.nonce),
            exists().where(Impression.token == token.nonce, Impression.clicked_at.is_not(None)),
            exists().where(Impression.token == token.nonce, Impression.visitor != visitor.name),
        )
    ).one()
    if not told[0]:
        raise NotCounted("ended")
    if told[1]:
        raise NotCounted("own")
    if told[2]:
        raise NotCounted("manager")
    if what == "click" and told[5]:
        raise NotCounted("stranger")
    if told[4] or (what == "view" and told[3]):
        raise NotCounted("again")
    if what == "click" and not told[3]:
        raise NotCounted("unseen")
    _check_rates(what, visitor, community, creative, flight)


def _check_rates(
    what: str, visitor: Visitor, community: Community, creative: Creative, flight: Flight
) -> None:
    """Not too many in a short time, and not more a day than the flight and the community want; one statement."""
    instant, (_today, begun) = now(), day_of(community)
    which = Impression.clicked_at if what == "click" else Impression.at
    rates = CLICK_RATES if what == "click" else VIEW_RATES
    columns: list[Any] = []
    limits: list[tuple[int, str]] = []
    for who, times in (
        (Impression.visitor == visitor.name, 1),
        (Impression.origin == visitor.origin, NEIGHBOURS),
    ):
        for seconds, most in rates:
            wanted = [who, which > instant - timedelta(seconds=seconds)]
            # a click comes at most two hours after its view: the index by `at` finds it
            wanted.append(Impression.at > instant - timedelta(seconds=seconds + 7200))
            if what == "view":
                wanted.append(Impression.creative_id == creative.id)
            columns.append(select(func.count()).where(*wanted).scalar_subquery())
            limits.append((most * times, "rate"))
    if what == "view":
        mine = [Impression.visitor == visitor.name, Impression.at >= begun]
        columns.append(select(func.count()).where(*mine, Impression.flight_id == flight.id).scalar_subquery())
        limits.append((10**9 if flight.often is None else flight.often, "often"))
        columns.append(
            select(func.count()).where(*mine, Impression.community_id == community.id).scalar_subquery()
        )
        here: Here = settings.here("ads", community.id)
        limits.append((here.per_day, "full"))
    for n, (most, reason) in zip(db.session.execute(select(*columns)).one(), limits, strict=True):
        if n >= most:
            raise NotCounted(reason)


def _view(
    token: Token,
    visitor: Visitor,
    community: Community,
    creative: Creative,
    flight: Flight,
    budget_id: int | None,
    today: date,
) -> None:
    new = db.session.execute(
        inserting(Impression)
        .values(
            token=token.nonce, creative_id=creative.id, flight_id=flight.id, community_id=community.id, slot=token.slot,
            visitor=visitor.name, origin=visitor.origin, country=visitor.country, keyword=token.keyword or None,
            day=today, at=now(), cost=0, click_cost=0, void_reason="",
        )
        .on_conflict_do_nothing(index_elements=["token"])
        .returning(Impression.id)
    ).scalar_one_or_none()  # fmt: skip
    if new is None:
        raise NotCounted("again")
    n, charged_on = _showing(flight, community, "views")
    cost = 0
    if flight.term == "cpm":
        cost = n * flight.price // 1000 - (n - 1) * flight.price // 1000
    elif flight.term == "flat" and (charged_on is None or charged_on < today):
        cost = flight.price
        here = (Showing.flight_id == flight.id, Showing.community_id == community.id)
        db.session.execute(update(Showing).where(*here).values(charged_on=today))
    _charge(flight, community, budget_id, cost, today)
    if cost:
        db.session.execute(update(Impression).where(Impression.id == new).values(cost=cost))
    where = summing.Where(
        today, creative.id, community.id, token.slot, visitor.country, token.keyword or None
    )
    summing.add(where, views=1, spent=cost)


def _click(
    token: Token, community: Community, creative: Creative, flight: Flight, budget_id: int | None, today: date
) -> None:
    cost = flight.price if flight.term == "cpc" else 0
    mine = Impression.token == token.nonce
    won = db.session.execute(
        update(Impression)
        .where(mine, Impression.clicked_at.is_(None), Impression.void_at.is_(None))
        .values(clicked_at=now(), click_cost=cost)
        .returning(Impression.day, Impression.country, Impression.keyword)
    ).first()
    if won is None:  # of two at once one has won
        raise NotCounted("again")
    _showing(flight, community, "clicks")
    _charge(flight, community, budget_id, cost, won.day)
    where = summing.Where(won.day, creative.id, community.id, token.slot, won.country, won.keyword)
    summing.add(where, clicks=1, spent=cost)


def _showing(flight: Flight, community: Community, column: str) -> tuple[int, date | None]:
    """One more view or click of the flight here: its number, and the last day of a flat price."""
    share = settings.site("ads").community_share
    first = {"views": 0, "clicks": 0, "spent": 0, "settled": 0, "given": 0} | {column: 1}
    row = db.session.execute(
        inserting(Showing)
        .values(flight_id=flight.id, community_id=community.id, share=share, **first)
        .on_conflict_do_update(
            index_elements=["flight_id", "community_id"], set_={column: getattr(Showing, column) + 1}
        )
        .returning(getattr(Showing, column), Showing.charged_on)
    ).one()
    return int(row[0]), row[1]


def _charge(flight: Flight, community: Community, budget_id: int | None, cost: int, today: date) -> None:
    """Take the cost from the budget and from the day's cap; never a unit more than either has."""
    if not cost or budget_id is None:
        return
    try:
        db.session.get_one(Limit, budget_id).take(cost)
    except SoldOut:
        raise NotCounted("budget") from None
    day = _day(flight, today)
    if day.cap_id is not None:
        try:
            db.session.get_one(Limit, day.cap_id).take(cost)
        except SoldOut:
            raise NotCounted("day") from None
    db.session.execute(update(FlightDay).where(FlightDay.id == day.id).values(spent=FlightDay.spent + cost))
    here = (Showing.flight_id == flight.id, Showing.community_id == community.id)
    db.session.execute(update(Showing).where(*here).values(spent=Showing.spent + cost))


def _day(flight: Flight, today: date) -> Any:
    """The flight's day, begun with its first cost; of two who begin it one wins."""
    mine = select(FlightDay.id, FlightDay.cap_id).where(
        FlightDay.flight_id == flight.id, FlightDay.day == today
    )
    found = db.session.execute(mine).first()
    if found is not None:
        return found
    cap = Limit.of(flight.day_cap, "ads day") if flight.day_cap is not None else None
    if cap is not None:
        db.session.add(cap)
        db.session.flush()
    won = db.session.execute(
        inserting(FlightDay)
        .values(flight_id=flight.id, day=today, spent=0, cap_id=cap.id if cap else None)
        .on_conflict_do_nothing(index_elements=["flight_id", "day"])
        .returning(FlightDay.id)
    ).scalar_one_or_none()
    if won is None and cap is not None:
        db.session.delete(cap)
        db.session.flush()
    return db.session.execute(mine).one()


def _note(what: str, reason: str, creative: int, community: int, slot: str, day: date) -> None:
    """Write down that one more was not counted, and why."""
    db.session.execute(
        inserting(Uncounted)
        .values(
            day=day, creative_id=creative, community_id=community, slot=slot, what=what, reason=reason, n=1
        )
        .on_conflict_do_update(
            index_elements=["day", "creative_id", "community_id", "slot", "what", "reason"],
            set_={"n": Uncounted.n + 1},
        )
    )
