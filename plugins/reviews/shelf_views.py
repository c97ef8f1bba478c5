"""The reviews of a product, for everybody: both ratings, sorted and filtered; and one review with its history."""

from flask import Blueprint, g, render_template, request, url_for

from plugins.reviews.finding import CARD, listing_here, of_product, review_here
from plugins.reviews.forms import AppealForm, ReasonForm
from plugins.reviews.moderating import is_partial
from plugins.reviews.reviews import Review, votes_of
from plugins.reviews.rights import ORIGINS
from plugins.reviews.showing import ratings_here, schema_of, schema_of_one
from plugins.reviews.sums import STARS
from shop.access import current_person, public
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("reviews", __name__)
PAGE = 20
# How a list can be sorted: by these keys, the largest first or the smallest.
SORTS = {
    "helpful": ([Review.helpful, Review.id], True),
    "newest": ([Review.id], True),
    "best": ([Review.stars, Review.id], True),
    "worst": ([Review.stars, Review.id], False),
}


@bp.get("/products/<int:product_id>")
@public
def index(product_id: int) -> str:
    """What people think of it; hidden reviews keep their place and say why."""
    listing, viewer = listing_here(product_id), current_person()
    sort = request.args.get("sort", "helpful")
    keys, descending = SORTS.get(sort, SORTS["helpful"])
    wanted = of_product(g.community.id, product_id).options(*CARD)
    origin, stars = request.args.get("origin", ""), request.args.get("stars", "")
    if origin in ORIGINS:
        wanted = wanted.where(Review.origin == origin)
    if stars in map(str, STARS):
        wanted = wanted.where(Review.stars == int(stars))
    if request.args.get("with") == "pictures":
        wanted = wanted.where(Review.has_pictures)
    page = page_of(wanted, keys, size=PAGE, descending=descending)
    set_back(url_for("listings.show", listing_id=listing.id, handle=listing.product.handle))
    ratings = ratings_here(listing, g.community)
    shown = [review for review in page.rows if not review.is_hidden]
    schema = schema_of(listing, ratings, shown) if ratings.purchase.many else {}
    return render_template(
        "reviews/index.html",
        listing=listing,
        product=listing.product,
        ratings=ratings,
        facts={key: schema[key] for key in ("@id", "aggregateRating", "review", "name") if key in schema},
        page=page,
        helped=votes_of(viewer, page.rows),
        viewer=viewer,
        asked={"sort": sort, "origin": origin, "stars": stars, "with": request.args.get("with", "")},
    )


@bp.get("/<int:review_id>")
@public
def show(review_id: int) -> str:
    """One review with what it said before; its author appeals here, a manager decides here."""
    review, viewer = review_here(review_id), current_person()
    role = g.community.role_of(viewer) if viewer else None
    manages = viewer is not None and role in ("owner", "manager") and not is_partial(review, viewer)
    set_back(url_for("reviews.index", product_id=review.product_id))
    return render_template(
        "reviews/show.html",
        review=review,
        facts={"itemReviewed": {"@type": "Product", "name": review.product.name}}
        | ({} if review.is_hidden else schema_of_one(review)),
        viewer=viewer,
        helped=votes_of(viewer, [review]),
        manages=manages,
        reason_form=ReasonForm(formdata=None),
        appeal_form=AppealForm(formdata=None),
    )
