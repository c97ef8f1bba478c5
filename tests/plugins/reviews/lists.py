"""The lists of the reviews plugin, for tests/test_lists.py."""

from plugins.reviews.models import Complaint, Review
from plugins.reviews.rights import Right, right_of
from shop import once
from shop.db import db
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from shop.people.models import Person
from shop.switches import switch
from tests.plugins.reviews.conftest import bought
from tests.support import goods
from tests.support.lists import List, Place
from tests.support.people import make_person
from tests.support.sales import Stall


def review(place_: Place) -> str:
    """Somebody's review of the stall's product."""
    written(place_)
    return place_.name


def own_review(place_: Place) -> str:
    """The person's own review, of another product each time."""
    stall, person = place_.stall, place_.person
    _on(stall)
    # who runs the stall sells to nobody's staff: another merchant's product
    other = goods.merchant(make_person("Other"), f"Other {place_.n}")
    product = goods.product(other, place_.name)
    offer = goods.offer(goods.listing(product, stall.community, person), person)
    quote = make_quote(stall.community, [Wish(offer, 1, product.variants[0])], buyer=person)
    order = place(quote, Placing({"name": "Lin"}, {"way": "none"}), key=once.new_key())
    db.session.flush()
    Review.write(
        Right("purchase", stall.community.id, product, "", line_id=order.lines[0].id), person, 4, place_.name
    )
    return place_.name


def reported(place_: Place) -> str:
    Complaint.write(written(place_), make_person("Reader"), "spam", "Look")
    return place_.name


def written(place_: Place) -> Review:
    stall, buyer = place_.stall, make_person("Buyer")
    _on(stall)
    bought(stall, buyer)
    right = right_of(buyer, stall.community, stall.product, "purchase")
    return Review.write(right, buyer, 4, place_.name)


def _on(stall: Stall) -> Person:
    switch(stall.community.id, "reviews", True, stall.owner.id)
    return stall.owner


LISTS = {
    "reviews.index": List(review),
    "reviews_desk.index": List(review),
    "reviews_manage.index": List(reported, newest_first=False),
    "reviews_own.index": List(own_review),
}
