"""The managers' queue: what was reported or appealed. Stars are not shown here: they decide nothing."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.reviews.finding import review_here, to_look_at
from plugins.reviews.forms import JudgementForm, ReasonForm
from plugins.reviews.moderating import Complaint, Hiding
from plugins.reviews.reviews import Review
from shop.access import for_managers, me
from shop.db import db
from shop.errors import NotValid, Refused
from shop.paging import page_of

bp = Blueprint("reviews_manage", __name__)
PAGE = 20


@bp.get("/queue")
@for_managers
def index() -> str:
    page = page_of(to_look_at(g.community), [Review.id], size=PAGE)
    wanted = (
        select(Complaint)
        .where(Complaint.review_id.in_([r.id for r in page.rows]), Complaint.decided_at.is_(None))
        .options(joinedload(Complaint.review))
        .order_by(Complaint.id)
    )
    reports: dict[int, list[Complaint]] = {}
    for report in db.session.scalars(wanted):
        reports.setdefault(report.review_id, []).append(report)
    return render_template(
        "reviews/queue.html",
        page=page,
        reports=reports,
        reason_form=ReasonForm(formdata=None),
        judgement_form=JudgementForm(formdata=None),
    )


@bp.post("/<int:review_id>/hiding")
@for_managers
def create_hiding(review_id: int) -> ResponseReturnValue:
    """Hide its words, for a reason of the list; the stars stay."""
    review, form = review_here(review_id), ReasonForm()
    if not form.validate():
        raise NotValid(_("Please choose a reason of the list."))
    Hiding.hide(review, me(), form.reason.data, form.words.data or "")
    db.session.commit()
    flash(_("Its words are hidden, its stars count as before. The author reads why and can appeal."), "good")
    return _back()


@bp.post("/<int:review_id>/hiding/removal")
@for_managers
def destroy_hiding(review_id: int) -> ResponseReturnValue:
    """Show it again."""
    _hiding(review_here(review_id)).lift(me())
    db.session.commit()
    flash(_("It is shown again."), "good")
    return _back()


@bp.post("/<int:review_id>/keeping")
@for_managers
def create_keeping(review_id: int) -> ResponseReturnValue:
    """Nothing speaks against it."""
    Hiding.keep(review_here(review_id), me())
    db.session.commit()
    flash(_("It stays."), "good")
    return _back()


@bp.post("/<int:review_id>/judgement")
@for_managers
def create_judgement(review_id: int) -> ResponseReturnValue:
    """Answer an appeal."""
    review, form = review_here(review_id), JudgementForm()
    if not form.validate():
        raise NotValid(_("Please tell the author why."))
    shows = request.form.get("shows") == "yes"
    _hiding(review).judge(shows=shows, words=form.words.data or "", by=me())
    db.session.commit()
    flash(_("The author reads your answer."), "good")
    return _back()


def _hiding(review: Review) -> Hiding:
    if review.hiding is None:
        raise Refused(_("It is not hidden."))
    return review.hiding


def _back() -> ResponseReturnValue:
    return redirect(url_for("reviews_manage.index"), 303)
