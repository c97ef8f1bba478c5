"""What a reader or an author does to a review: this helped me, this may not stand here, this was hidden wrongly."""

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.reviews.finding import own_review, review_here
from plugins.reviews.forms import AppealForm, ReasonForm
from plugins.reviews.moderating import Complaint
from plugins.reviews.reviews import HelpfulVote, Review
from shop.access import me
from shop.db import db
from shop.errors import NotValid, Refused
from shop.web import wants_json

bp = Blueprint("reviews_acts", __name__)


@bp.post("/<int:review_id>/vote")
def create_vote(review_id: int) -> ResponseReturnValue:
    """This review helped me."""
    review = review_here(review_id)
    HelpfulVote.give(review, me())
    db.session.commit()
    return _voted(review, True)


@bp.post("/<int:review_id>/vote/removal")
def destroy_vote(review_id: int) -> ResponseReturnValue:
    review = review_here(review_id)
    HelpfulVote.take_back(review, me())
    db.session.commit()
    return _voted(review, False)


@bp.post("/<int:review_id>/report")
def create_report(review_id: int) -> ResponseReturnValue:
    """Tell the managers that it may not stand here."""
    review, form = review_here(review_id), ReasonForm()
    if not form.validate():
        raise NotValid(_("Please choose a reason of the list."))
    Complaint.write(review, me(), form.reason.data, form.words.data or "")
    db.session.commit()
    flash(_("Thank you. A manager looks at it."), "good")
    return redirect(url_for("reviews.show", review_id=review.id), 303)


@bp.post("/<int:review_id>/appeal")
def create_appeal(review_id: int) -> ResponseReturnValue:
    """The author does not agree that it is hidden."""
    review, form = own_review(review_id, me()), AppealForm()
    hiding = review.hiding
    if hiding is None:
        raise Refused(_("It is not hidden."))
    if not form.validate():
        raise NotValid(_("Please say why it should be shown."))
    hiding.say_against(form.words.data or "", me())
    db.session.commit()
    flash(_("Another manager looks at it, and you get a mail."), "good")
    return redirect(url_for("reviews.show", review_id=review.id), 303)


def _voted(review: Review, pressed: bool) -> ResponseReturnValue:
    """The script is told how it stands; without one the page comes again."""
    return jsonify(pressed=pressed, count=review.helpful) if wants_json() else _back(review)


def _back(review: Review) -> ResponseReturnValue:
    """To where the button stood: the product's page, the list, or the review itself."""
    there = request.referrer or ""
    if there.startswith(request.host_url) and "/sign-in" not in there:
        return redirect(f"{there.partition('#')[0]}#review-{review.id}", 303)
    return redirect(url_for("reviews.show", review_id=review.id), 303)
