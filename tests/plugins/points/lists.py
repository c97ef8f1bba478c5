"""The lists of the points plugin, for tests/test_lists.py."""

from datetime import timedelta

from plugins.points.gifts import PointsGift
from plugins.points.ledger import ISSUED, PERSON, PointsAccount, move
from plugins.points.tops import PointsTop
from shop.clock import now
from shop.db import db
from shop.limits import Limit
from shop.switches import switch
from tests.support import goods
from tests.support.lists import List, Place


def gift(place: Place) -> str:
    _on(place)
    here = place.stall.community.id
    db.session.add(PointsGift(community_id=here, title=place.name, cost=1, limit=Limit.of(1, "gift")))
    return place.name


def top(place: Place) -> str:
    _on(place)
    ends = now() + timedelta(days=1)
    PointsTop.plan(place.stall.community, place.name, ["a", "b", "c"], now(), ends, place.person)
    return place.name


def transfer(place: Place) -> str:
    """A thank-you in a community of its own, which says whose points they are."""
    here = goods.community(place.person, place.name)
    issued, mine = PointsAccount.of(here.id, ISSUED), PointsAccount.of(here.id, PERSON, place.person.id)
    move(issued, mine, 1, "review", key=f"x:{place.n}")
    return f"{place.name} ·"


def _on(place: Place) -> None:
    switch(place.stall.community.id, "points", True, place.person.id)


LISTS = {
    "points.index": List(gift),
    "points_manage.index": List(gift),
    "points_own.index": List(transfer),
    "points_tops.index": List(top),
}
