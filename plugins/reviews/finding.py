"""Finding reviews: of a product here, of a seller, waiting for a manager, still to be written."""

from dataclasses import dataclass
from typing import Any

from flask import abort, g
from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from plugins.reviews.moderating import Complaint, Hiding
from plugins.reviews.reviews import Review
from plugins.reviews.rights import ReportedTrial, received_lines
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.orders.models import Order, OrderLine
from shop.people.models import Person
from shop.switches import PluginSwitch

LARGEST_ID = 2**53
# What a card of a review shows, asked for together.
CARD: tuple[ORMOption, ...] = (
    joinedload(Review.person),
    joinedload(Review.answer),
    joinedload(Review.trial),
    selectinload(Review.pictures),
    selectinload(Review.versions),
    selectinload(Review.hidings),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a person could review and has not."""

    community: Community
    product: Product
    origin: str
    options: str


def listing_here(product_id: int) -> Listing:
    """A product as it stands on the shelf of the community in the address."""
    shown = (
        select(Listing)
        .join(Listing.product)
        .where(Listing.product_id == product_id, Listing.community_id == g.community.id)
        .options(contains_eager(Listing.product).joinedload(Product.merchant))
    )
    listing = db.session.scalars(shown).first() if product_id < LARGEST_ID else None
    return listing if listing is not None and listing.is_shown else abort(404)


def review_here(review_id: int) -> Review:
    """A review in the community of the address."""
    mine = select(Review).where(Review.id == review_id, Review.community_id == g.community.id)
    review = db.session.scalars(mine.options(*CARD)).first() if review_id < LARGEST_ID else None
    return review or abort(404)


def own_review(review_id: int, person: Person) -> Review:
    """A review that this person wrote; anybody else's is not there."""
    review = review_here(review_id)
    return review if review.person_id == person.id else abort(404)


def review_of_seller(review_id: int) -> Review:
    """A review of something that the merchant in the address sells."""
    mine = (
        select(Review)
        .join(Product, Product.id == Review.product_id)
        .where(Review.id == review_id, Product.merchant_id == g.merchant.id)
    )
    review = db.session.scalars(mine).first() if review_id < LARGEST_ID else None
    return review or abort(404)


def of_product(community_id: int, product_id: int) -> Select[Review]:
    return select(Review).where(Review.community_id == community_id, Review.product_id == product_id)


def of_seller(merchant: Merchant) -> Select[Review]:
    """Every review of what a merchant sells, in all communities."""
    return (
        select(Review)
        .join(Review.product)
        .where(Product.merchant_id == merchant.id)
        .options(contains_eager(Review.product), joinedload(Review.community), *CARD)
    )


def unanswered(merchant: Merchant) -> Select[int]:
    """Reviews of what a merchant sells that have no answer yet and can be read."""
    mine = select(Product.id).where(Product.merchant_id == merchant.id)
    return select(Review.id).where(
        Review.product_id.in_(mine), Review.answered_at.is_(None), Review.is_hidden.is_(False)
    )


def to_look_at(community: Community) -> Select[Review]:
    """What a manager has to look at: reported and not decided, or hidden with an appeal."""
    reported = exists().where(Complaint.review_id == Review.id, Complaint.decided_at.is_(None))
    appealed = exists().where(
        Hiding.review_id == Review.id, Hiding.appealed_at.is_not(None), Hiding.answered_at.is_(None)
    )
    wanted = select(Review).where(Review.community_id == community.id, reported | appealed)
    return wanted.options(joinedload(Review.product), *CARD)


def still_to_write(person: Person, most: int) -> list[Waiting]:
    """What a person has received or tried, where reviews are on, and has not reviewed."""
    written = {
        (community_id, product_id, origin)
        for community_id, product_id, origin in db.session.execute(
            select(Review.community_id, Review.product_id, Review.origin).where(Review.person_id == person.id)
        )
    }
    found: dict[tuple[int, int, str], Waiting] = {}
    bought = (
        received_lines(person)
        .join(PluginSwitch, _is_on(Order.community_id))
        .options(
            joinedload(OrderLine.product),
            contains_eager(OrderLine.order).joinedload(Order.community),
        )
        .order_by(OrderLine.id.desc())
        .limit(most)
    )
    for line in db.session.scalars(bought):
        if line.product is not None:
            key = (line.order.community_id, line.product.id, "purchase")
            found.setdefault(key, Waiting(line.order.community, line.product, "purchase", line.detail))
    tried = (
        select(ReportedTrial)
        .join(PluginSwitch, _is_on(ReportedTrial.community_id))
        .where(ReportedTrial.person_id == person.id)
        .options(joinedload(ReportedTrial.product), joinedload(ReportedTrial.community))
        .order_by(ReportedTrial.id.desc())
        .limit(most)
    )
    for trial in db.session.scalars(tried):
        key = (trial.community_id, trial.product_id, "trial")
        found.setdefault(key, Waiting(trial.community, trial.product, "trial", ""))
    return [waiting for key, waiting in found.items() if key not in written]


def _is_on(community_id: Any) -> Any:
    return and_(PluginSwitch.community_id == community_id, PluginSwitch.name == "reviews", PluginSwitch.is_on)
