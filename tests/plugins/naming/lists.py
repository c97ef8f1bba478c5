"""The lists of the naming plugin, for tests/test_lists.py."""

from plugins.naming.rounds import Round
from shop.db import db
from shop.switches import switch
from tests.support.lists import List, Place


def round(place: Place) -> str:
    stall = place.stall
    switch(stall.community.id, "naming", True, place.person.id)
    made = Round(community=stall.community, merchant=stall.merchant, product=stall.product, title=place.name)
    db.session.add(made)
    db.session.flush()
    made.move("review")
    made.open(place.person)
    return place.name


LISTS = {
    "naming_desk.index": List(round),
    "naming_reviews.index": List(round),
    "naming_rounds.index": List(round),
}
