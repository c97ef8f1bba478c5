"""The lists of the feedback plugin, for tests/test_lists.py."""

from plugins.feedback.following import file
from plugins.feedback.noting import ChangeNote
from plugins.feedback.tickets import Ticket
from shop.db import db
from shop.switches import switch
from tests.support import goods
from tests.support.lists import List, Place


def ticket(place: Place) -> str:
    said(place)
    return place.name


def said(place: Place) -> Ticket:
    stall = place.stall
    switch(stall.community.id, "feedback", True, stall.owner.id)
    # each on a product of its own: on the same one they could be merged, and would name each other
    product = goods.product(stall.merchant, f"Tin {place.n}")
    goods.listing(product, stall.community, stall.owner)
    return file(stall.community, product, place.person, "idea", place.name, "")


def note(place: Place) -> str:
    made = said(place)
    made.title = "An idea"
    ChangeNote.write(place.stall.community, made.product, place.person, place.name, "", tickets=[made])
    db.session.flush()
    return place.name


LISTS = {
    "feedback.index": List(ticket),
    "feedback_desk.index": List(ticket, newest_first=False),
    "feedback_manage.index": List(ticket, newest_first=False),
    "feedback_notes.index": List(note),
    "feedback_own.index": List(ticket),
}
