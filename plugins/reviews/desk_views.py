"""The seller's desk: what people think of one's products, answering it, reporting what may not stand there."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.finding import of_seller, review_of_seller, unanswered
from plugins.reviews.forms import AnswerForm, ReasonForm
from plugins.reviews.moderating import Complaint
from plugins.reviews.reviews import Review
from plugins.reviews.sums import STARS, Rating, Ratings, StarSum
from shop.access import for_staff, me
from shop.catalog.models import Product
from shop.db import db
from shop.errors import NotValid
from shop.merchants.models import Merchant
from shop.paging import page_of
from shop.sheets import as_file

bp = Blueprint("reviews_desk", __name__)
PAGE = 20
COLUMNS = ("at", "community", "product", "options", "origin", "stars", "text", "author", "helpful", "answer")


@bp.get("/all")
@for_staff("analyst")
def index() -> str:
    """All reviews, the newest first; or those that wait for an answer, the longest waiting first."""
    wanted = of_seller(g.merchant)
    waiting = request.args.get("state") == "waiting"
    if waiting:
        wanted = wanted.where(Review.id.in_(unanswered(g.merchant)))
    page = page_of(wanted, [Review.id], size=PAGE, descending=not waiting)
    return render_template(
        "reviews/desk.html",
        page=page,
        waiting=waiting,
        ratings=_ratings(g.merchant),
        answer_form=AnswerForm(formdata=None),
        reason_form=ReasonForm(formdata=None),
    )


@bp.post("/<int:review_id>/answer")
def create_answer(review_id: int) -> ResponseReturnValue:
    """Answer it, or put the answer better; its stars are fixed from now on."""
    review, form = review_of_seller(review_id), AnswerForm()
    if not form.validate():
        raise NotValid(_("Please write an answer of at most 2,000 letters."))
    SellersAnswer.write(review, (form.text.data or "").strip(), me())
    db.session.commit()
    flash(_("Your answer stands below the review."), "good")
    return _back(review)


@bp.post("/<int:review_id>/report")
def create_report(review_id: int) -> ResponseReturnValue:
    """Tell the community's managers why it may not stand there; they decide, not the seller."""
    review, form = review_of_seller(review_id), ReasonForm()
    if not form.validate():
        raise NotValid(_("Please choose a reason of the list."))
    Complaint.write(review, me(), form.reason.data, form.words.data or "", is_sellers=True)
    db.session.commit()
    flash(_("The community's managers look at it."), "good")
    return _back(review)


@bp.get("/all.csv")
@for_staff("analyst")
def export() -> Response:
    """Every review for a spreadsheet."""
    found = db.session.scalars(of_seller(g.merchant).order_by(Review.id))
    return as_file(_rows(found), f"reviews-{g.merchant.slug}")


def _rows(reviews: Iterable[Review]) -> Iterator[Sequence[Any]]:
    yield COLUMNS
    for review in reviews:
        yield (
            review.at.isoformat(timespec="seconds"),
            review.community.name,
            review.product.name,
            review.options,
            review.origin,
            review.stars,
            "" if review.is_hidden else review.text,
            review.by,
            review.helpful,
            review.answer.text if review.answer else "",
        )


def _ratings(merchant: Merchant) -> Ratings:
    """Everything of a merchant together, purchases and trials apart."""
    columns = [func.sum(getattr(StarSum, f"n{n}")) for n in STARS]
    rows = db.session.execute(
        select(StarSum.origin, *columns)
        .join(Product, Product.id == StarSum.product_id)
        .where(Product.merchant_id == merchant.id)
        .group_by(StarSum.origin)
    )
    return Ratings(**{row[0]: Rating(tuple(int(n) for n in row[1:])) for row in rows})  # type: ignore[arg-type]


def _back(review: Review) -> ResponseReturnValue:
    return redirect(url_for("reviews_desk.index", _anchor=f"review-{review.id}"), 303)
