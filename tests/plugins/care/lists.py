"""The lists of care, for tests/test_lists.py."""

from plugins.care.alerts import CareAlert
from plugins.care.intros import CareIntro
from shop.db import db
from shop.switches import switch
from tests.support import goods
from tests.support.lists import List, Place


def card(place: Place) -> str:
    _on(place)
    somebody = goods.person(f"P{place.n}")
    place.stall.community.join(somebody, accepts_rules=True)
    CareIntro.say(place.stall.community, somebody, place.name, "", "")
    return place.name


def alert(place: Place) -> str:
    _on(place)
    here = place.stall.community.id
    db.session.add(
        CareAlert(community_id=here, source="review", ref=place.n, mood="bad", title=place.name, path="/")
    )
    return place.name


def _on(place: Place) -> None:
    switch(place.stall.community.id, "care", True, place.person.id)


LISTS = {"care_alerts.index": List(alert), "care_intros.index": List(card)}
