"""Earning: what other plugins tell of becomes points, by the rates of the community and up to its daily cap.

They are heard of by their events and never by their code; what carries stars or praise is never asked for.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from plugins.points.forms import Here
from plugins.points.ledger import ISSUED, PERSON, PointsAccount, PointsTransfer, move
from shop import settings
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import db
from shop.events import Event

# What can be earned: its words, in the order in which the page of rates tells them.
EARNED: dict[str, Any] = {
    "review": _l("A review that you wrote, whatever its stars"),
    "trial": _l("A trial that you reported, whatever you think of it"),
    "name": _l("A name of yours that was chosen"),
    "vote": _l("A vote in a naming round"),
    "done": _l("Feedback of yours that was done"),
    "thanked": _l("A thank-you in “You said, we did”"),
}
OTHERS: dict[str, Any] = {"gift": _l("A gift"), "back": _l("Points back for a gift that was not given")}
Deeds = Iterable[tuple[str, int | None, int]]


def hear(event: Event) -> None:
    """Book what an event earns; told twice, it is booked once."""
    if event.name in DEEDS and event.community_id is not None:
        community = db.session.get(Community, event.community_id)
        for what, person_id, ref in DEEDS[event.name](event.payload):
            if community is not None and person_id is not None:
                earn(community, person_id, what, ref)


def earn(community: Community, person_id: int, what: str, ref: int) -> int:
    """What a deed earns a member: by its rate, and never more on one day than the cap; returns the points."""
    here: Here = settings.here("points", community.id)
    rate = int(getattr(here, what))
    is_member = select(Membership.id).where(
        Membership.community_id == community.id, Membership.person_id == person_id
    )
    if rate <= 0 or db.session.scalar(is_member) is None:
        return 0
    account = PointsAccount.of(community.id, PERSON, person_id)
    # held until the end, so that two deeds of a moment do not both take what is left of the day
    db.session.scalars(select(PointsAccount.id).where(PointsAccount.id == account.id).with_for_update()).one()
    points = min(rate, here.cap_a_day - earned_since(account, morning_of(community)))
    if points <= 0:
        return 0
    issued = PointsAccount.of(community.id, ISSUED)
    return (
        points if move(issued, account, points, what, key=f"{what}:{ref}:{person_id}:{community.id}") else 0
    )


def earned_since(account: PointsAccount, since: datetime) -> int:
    """What was earned since then; points that came back for a gift are not earned."""
    one = PointsTransfer
    earned = select(func.coalesce(func.sum(one.amount), 0)).where(
        one.credit_id == account.id, one.at >= since, one.what.in_(EARNED)
    )
    return int(db.session.scalar(earned) or 0)


def morning_of(community: Community) -> datetime:
    """When the present day began where the community is."""
    here = now().astimezone(community.zone)
    return (here - timedelta(hours=here.hour, minutes=here.minute, seconds=here.second)).replace(
        microsecond=0
    )


DEEDS: dict[str, Callable[[dict[str, Any]], Deeds]] = {
    "reviews.published": lambda told: [("review", told["person"], told["review"])],
    "trials.reported": lambda told: [("trial", told["person"], told["report"])],
    "naming.closed": lambda told: [
        ("name", told["namer"], told["round"]),
        *(("vote", voter, told["round"]) for voter in told["voters"]),
    ],
    "feedback.done": lambda told: [("done", told["person"], told["ticket"])],
    "feedback.noted": lambda told: [("thanked", person, told["note"]) for person in told["people"]],
}
