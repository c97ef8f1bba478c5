"""The next step: one at a time, with its reason, from numbers, size and what is switched on; “not now” is heard."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from plugins.pulse.bands import Band
from plugins.pulse.models import PulseLater
from shop.clock import now
from shop.communities.links import GroupLink
from shop.communities.models import Community, JoinRequest, Membership, Rules
from shop.db import db
from shop.listings.models import Listing

# How long “not now” holds.
LATER = timedelta(days=14)
# A rule of thumb of operators of groups, which nobody has proved (the page says where it comes from).
SILENT_NORM = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What a step is chosen from; `apps` are the manager's pages of what is switched on, by plugin."""

    stage: str
    band: Band
    members: int
    seats: int
    managers: int
    has_rules: bool
    waiting: int
    live_links: int
    products: int
    openings: int  # in the last two weeks
    posts: int  # in the last two weeks
    silent_7: int | None = None  # of a hundred
    silent_30: int | None = None
    apps: Mapping[str, str] = field(default_factory=dict)
    too_much: tuple[str, int, int] | None = None  # a day, how much sells on it, and how much may


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, why, and where it is done."""

    code: str
    title: str
    why: str
    url: str
    label: str


def facts_of(
    community: Community,
    stage: str,
    band: Band,
    *,
    lately: Mapping[str, int],
    standing: Mapping[str, int],
    apps: Mapping[str, str],
    too_much: tuple[str, int, int] | None = None,
) -> Facts:
    """One statement, beside what the page has read already."""
    here = community.id
    row = db.session.execute(
        select(
            _many(Membership, Membership.community_id == here, Membership.role != "member"),
            _many(Rules, Rules.community_id == here),
            _many(JoinRequest, JoinRequest.community_id == here, JoinRequest.decided_at.is_(None)),
            _many(GroupLink, GroupLink.community_id == here, GroupLink.ended_at.is_(None)),
            _many(Listing, Listing.community_id == here, Listing.state == "accepted"),
        )
    ).one()
    managers, rules, waiting, links, products = (int(n) for n in row)
    return Facts(
        stage=stage, band=band, members=community.member_count, seats=community.seats.size, managers=managers,
        has_rules=rules > 0, waiting=waiting, live_links=links, products=products,
        openings=lately.get("openings", 0), posts=lately.get("posts", 0),
        silent_7=_percent(standing, "silent_7"), silent_30=_percent(standing, "silent_30"), apps=apps,
        too_much=too_much,
    )  # fmt: skip


def steps_for(facts: Facts) -> list[Step]:
    """Every step that the facts ask for, the most pressing first."""
    return [step for step in (rule(facts) for rule in RULES) if step is not None]


def put_off(community: Community) -> set[str]:
    """The steps that a manager does not want to hear of now."""
    later = select(PulseLater.step).where(PulseLater.community_id == community.id, PulseLater.until > now())
    return set(db.session.scalars(later))


def put_off_until_later(community: Community, code: str) -> None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    until = now() + LATER
    row = insert(PulseLater).values(community_id=community.id, step=code, until=until)
    same = [PulseLater.community_id, PulseLater.step]
    db.session.execute(row.on_conflict_do_update(index_elements=same, set_={"until": until}))


def hear_all_again(community: Community) -> None:
    db.session.execute(delete(PulseLater).where(PulseLater.community_id == community.id))


def _percent(standing: Mapping[str, int], code: str) -> int | None:
    members = standing.get("members", 0)
    return round(100 * standing[code] / members) if members and code in standing else None


def _many(row: Any, *which: Any) -> Any:
    return select(func.count(row.id)).where(*which).scalar_subquery()


def _answer(facts: Facts) -> Step | None:
    if not facts.waiting:
        return None
    why = ngettext(
        "%(num)s person waits for your word. Whoever waits long goes elsewhere.",
        "%(num)s people wait for your word. Whoever waits long goes elsewhere.",
        facts.waiting,
    )
    return Step(
        "answer", _("Answer who asks to join"), why, url_for("join_requests.index"), _("Join requests")
    )


def _link(facts: Facts) -> Step | None:
    if facts.live_links:
        return None
    why = _("No link leads here now, so nobody can come by one and nothing can be credited.")
    return Step(
        "link",
        _("Make a link for each place where you share"),
        why,
        url_for("group_links.new"),
        _("Make a link"),
    )


def _core(facts: Facts) -> Step | None:
    if facts.members >= 20:
        return None
    why = ngettext(

            "There is %(num)s member. A group begins with about twenty who want it to be: invite them one"
            " by one, with a link of their own."
        ,

            "There are %(num)s members. A group begins with about twenty who want it to be: invite them "
            "one by one, with a link of their own."
        ,
        facts.members,
    )  # fmt: skip
    return Step("core", _("Gather your first circle"), why, url_for("group_links.new"), _("Make a link"))


def _rules(facts: Facts) -> Step | None:
    if facts.has_rules or facts.members <= 50:
        return None
    why = _("More than fifty do not run by themselves, and there are no rules in writing yet.")
    return Step("rules", _("Write down the rules"), why, url_for("community_rules.edit"), _("Rules"))


def _managers(facts: Facts) -> Step | None:
    if facts.managers >= facts.band.managers:
        return None
    why = _(

            "%(members)s members and %(managers)s who look after them; at this size about %(needed)s "
            "share the work well."
        ,
        members=facts.members, managers=facts.managers, needed=facts.band.managers,
    )  # fmt: skip
    return Step(
        "managers", _("Find somebody to help you"), why, url_for("community_members.index"), _("Members")
    )


def _full(facts: Facts) -> Step | None:
    if facts.members < facts.seats * 0.9:
        return None
    why = _(
        "%(members)s of %(seats)s seats are taken. Decide before the last one goes: more seats, or a second group.",
        members=facts.members, seats=facts.seats,
    )  # fmt: skip
    return Step(
        "full",
        _("Decide what happens when it is full"),
        why,
        url_for("community_settings.edit"),
        _("Settings"),
    )


def _split(facts: Facts) -> Step | None:
    if facts.members < 135:
        return None
    why = _(
        "About 150 is as many as people can know. Above it most only look on: gather a second group "
        "around an interest."
    )
    return Step(
        "split", _("Plan a second group"), why, url_for("community_openings.new"), _("Open a community")
    )


def _shelf(facts: Facts) -> Step | None:
    if facts.products:
        return None
    why = _("Nothing stands on the shelf, so whoever comes by a link finds nothing to do.")
    return Step(
        "shelf", _("Ask a merchant to propose something"), why, url_for("proposals.index"), _("Proposals")
    )


def _wake(facts: Facts) -> Step | None:
    if facts.silent_7 is None or facts.silent_7 <= SILENT_NORM or facts.members < 5:
        return None
    why = _(
        "%(percent)s %% of the members did nothing for a week; a rule of thumb says %(norm)s %% at most.",
        percent=facts.silent_7, norm=SILENT_NORM,
    )  # fmt: skip
    for app, title in (
        ("points", _("Thank those who write: announce gifts for the best comments")),
        ("feedback", _("Tell what became of their feedback")),
    ):
        if app in facts.apps:
            return Step("wake", title, why, facts.apps[app], _("To the app"))
    return Step("wake", _("Give them something to do"), why, url_for("community_apps.index"), _("Apps"))


def _words(facts: Facts) -> Step | None:
    if facts.posts or facts.members < 20:
        return None
    why = _(
        "In two weeks nobody wrote a review, a report or feedback. A question that is easy to answer "
        "breaks the ice."
    )
    url = facts.apps.get("feedback") or url_for("community_apps.index")
    return Step(
        "words", _("Ask a question"), why, url, _("To the app") if "feedback" in facts.apps else _("Apps")
    )


def _last(facts: Facts) -> Step | None:
    if facts.stage == "silent":
        why = _(
            "The group has fallen silent. Somebody who likes it may wake it, or it is closed with a word "
            "of thanks; nobody is served by a group that nobody opens."
        )
        return Step(
            "last", _("Hand it over, or say goodbye"), why, url_for("community_settings.edit"), _("Settings")
        )
    if facts.stage == "decline":
        why = _(
            "Fewer come than before. Bring to an end what is open, and begin one thing that the core of "
            "the group would come for."
        )
        return Step(
            "last",
            _("Finish what is open, begin one thing"),
            why,
            url_for("community_calendar.show"),
            _("Calendar"),
        )
    return None


def _load(facts: Facts) -> Step | None:
    if facts.too_much is None:
        return None
    day, load, most = facts.too_much
    why = _(
        "On %(day)s %(load)s things sell at once, and you want %(most)s at most. "
        "A group that is sold to all day is muted.",
        day=day, load=load, most=most,
    )  # fmt: skip
    return Step("load", _("Sell less on one day"), why, url_for("community_calendar.show"), _("Calendar"))


def _share(facts: Facts) -> Step | None:
    if facts.openings:
        return None
    why = _(
        "In two weeks nobody opened a link of the group. Post one where your people are, with a word of your own."
    )
    return Step("share", _("Show yourself in the chat"), why, url_for("group_links.index"), _("Links"))


RULES: tuple[Callable[[Facts], Step | None], ...] = (
    _answer, _last, _link, _full, _split, _shelf, _load, _rules, _managers, _core, _share, _wake, _words,
)  # fmt: skip
CODES = frozenset(rule.__name__.lstrip("_") for rule in RULES)
