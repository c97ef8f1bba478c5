"""The lists of pulse, for tests/test_lists.py."""

from shop.communities.links import GroupLink
from shop.db import db
from shop.switches import switch
from tests.support import goods
from tests.support.lists import List, Place, the_product


def link(place: Place) -> str:
    _on(place)
    GroupLink.make(place.stall.community, place.person, place.name)
    return place.name


def listing(place: Place) -> str:
    _on(place)
    made = goods.product(place.stall.merchant, place.name)
    goods.listing(made, place.stall.community, place.person)
    return place.name


def first(place: Place) -> str:
    _on(place)
    db.session.commit()
    return the_product(place)


def _on(place: Place) -> None:
    switch(place.stall.community.id, "pulse", True, place.person.id)


LISTS = {
    "pulse_funnel.index_links": List(link),
    "pulse_funnel.index_products": List(listing, first=first),
}
