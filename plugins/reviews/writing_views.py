"""Writing a review, and changing it."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.reviews.finding import listing_here, own_review
from plugins.reviews.forms import ReviewForm
from plugins.reviews.reviews import Review
from plugins.reviews.rights import ORIGINS, Right, right_of
from plugins.reviews.showing import to_write
from shop.access import me
from shop.catalog.models import Product
from shop.db import db
from shop.listings.models import Listing
from shop.pictures import StoredPicture, accept
from shop.shell import set_back

bp = Blueprint("reviews_writing", __name__)


@bp.get("/products/<int:product_id>/new")
def new(product_id: int) -> ResponseReturnValue:
    """The form, or why there is none; who has written already is led to what they wrote."""
    listing = listing_here(product_id)
    if "origin" not in request.args:
        return _ways(listing)
    product, origin = listing.product, _origin()
    right = right_of(me(), g.community, product, origin)
    written = db.session.scalar(
        select(Review.id).where(
            Review.community_id == g.community.id,
            Review.product_id == product.id,
            Review.person_id == me().id,
            Review.origin == origin,
        )
    )
    if written is not None:
        return redirect(url_for("reviews_writing.edit", review_id=written), 303)
    return _page(product, ReviewForm(formdata=None), right=right)


@bp.post("/products/<int:product_id>")
def create(product_id: int) -> ResponseReturnValue:
    """Publish it: from what the server knows was received or tried, whatever the form says."""
    product, form = listing_here(product_id).product, ReviewForm()
    right = right_of(me(), g.community, product, _origin())
    if not form.validate():
        return _page(product, form, right=right), 422
    stored = _pictures(form)
    review = Review.write(right, me(), form.stars.data or 0, _words(form))
    review.show_pictures(stored)
    db.session.commit()
    flash(_("Thank you. Your review is on the page."), "good")
    return redirect(url_for("reviews.show", review_id=review.id), 303)


@bp.get("/<int:review_id>/edit")
def edit(review_id: int) -> str:
    review = own_review(review_id, me())
    return _page(review.product, ReviewForm(formdata=None, obj=review), review=review)


@bp.post("/<int:review_id>")
def update(review_id: int) -> ResponseReturnValue:
    """Change it; what it said before stays to be read."""
    review, form = own_review(review_id, me()), ReviewForm()
    if not form.validate():
        return _page(review.product, form, review=review), 422
    without = request.form.getlist("without", type=int)
    if (form.stars.data, _words(form)) != (review.stars, review.text):
        review.change(form.stars.data or 0, _words(form))
    stored = _pictures(form)
    if stored or without:
        review.show_pictures(stored, without)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("reviews.show", review_id=review.id), 303)


def _origin() -> str:
    origin = request.values.get("origin", "purchase")
    return origin if origin in ORIGINS else abort(404)


def _ways(listing: Listing) -> ResponseReturnValue:
    """What this person may say of it: as a buyer, after a trial, both, or nothing, and why."""
    ways = to_write(me(), g.community, listing)
    if len(ways) == 1:
        return redirect(ways[0][2], 303)
    product = listing.product
    set_back(url_for("reviews.index", product_id=product.id))
    sells = product.merchant.role_of(me()) is not None
    return render_template("reviews/ways.html", product=product, ways=ways, sells=sells)


def _words(form: ReviewForm) -> str:
    return (form.text.data or "").replace("\r\n", "\n").strip()


def _pictures(form: ReviewForm) -> list[StoredPicture]:
    return [accept(upload.stream) for upload in form.pictures.data or () if getattr(upload, "filename", "")]


def _page(
    product: Product, form: ReviewForm, *, right: Right | None = None, review: Review | None = None
) -> str:
    set_back(url_for("reviews.index", product_id=product.id))
    return render_template("reviews/form.html", product=product, form=form, right=right, review=review)
