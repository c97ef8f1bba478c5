"""The community's managers: compose the rules, let a trial begin, choose with reasons, send it back, or stop it."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.trials.applications import TrialApplication, counts_of
from plugins.trials.batches import TrialBatch
from plugins.trials.eligibility import PARTS, facts_of, is_eligible
from plugins.trials.finding import application_in, batch_here
from plugins.trials.forms import KIND_WORDS, WAY_WORDS, ReasonForm, RulesForm, rules_from
from plugins.trials.selecting import choose, finish
from shop.access import for_managers, me
from shop.db import db
from shop.errors import Refused
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("trials_reviews", __name__)
PAGE, APPLICANTS = 30, 50
# What a community begins with.
USUAL = {"days": 14, "no_overdue": 1, "not_before": 1, "household": 1}


@bp.get("/reviews")
@for_managers
def index() -> str:
    """Trials that wait for a manager, run, or are over."""
    here = select(TrialBatch).where(TrialBatch.community_id == g.community.id, TrialBatch.state != "draft")
    here = here.options(joinedload(TrialBatch.product), joinedload(TrialBatch.merchant))
    page = page_of(here, [TrialBatch.id], size=PAGE, descending=True)
    return render_template("trials/reviews.html", page=page, counts=counts_of(page.rows))


@bp.get("/reviews/<int:batch_id>")
@for_managers
def show(batch_id: int) -> str:
    """The rules of one trial to be composed, then its applicants."""
    return _page(batch_here(batch_id))


@bp.post("/reviews/<int:batch_id>/acceptance")
@for_managers
def create_acceptance(batch_id: int) -> ResponseReturnValue:
    """Let it begin under these rules, which then stay as they are."""
    batch, form = batch_here(batch_id), RulesForm()
    if not form.validate():
        return _page(batch, form), 422
    if batch.state != "review":
        raise Refused(_("This trial has moved on; please look at it again."))
    batch.rules, batch.questions, batch.way = rules_from(request.form), form.lines, form.way.data
    db.session.flush()
    batch.open(me())
    db.session.commit()
    flash(_("“%(title)s” has begun.", title=batch.title), "good")
    return _back(batch)


@bp.post("/reviews/<int:batch_id>/return")
@for_managers
def create_return(batch_id: int) -> ResponseReturnValue:
    """Back to the merchant, with the reason."""
    batch = batch_here(batch_id)
    batch.move("draft", me(), _reason())
    db.session.commit()
    flash(_("The seller reads why."), "good")
    return redirect(url_for("trials_reviews.index"), 303)


@bp.post("/reviews/<int:batch_id>/stop")
@for_managers
def create_stop(batch_id: int) -> ResponseReturnValue:
    """Stop it before anybody was chosen; members read why."""
    batch = batch_here(batch_id)
    if batch.limit is not None and batch.left < batch.units:
        raise Refused(_("Units are given already: they go on."))
    batch.move("ended", me(), _reason())
    db.session.commit()
    flash(_("It is stopped. Members read why."), "good")
    return _back(batch)


@bp.post("/reviews/<int:batch_id>/applications/<int:application_id>/choice")
@for_managers
def create_choice(batch_id: int, application_id: int) -> ResponseReturnValue:
    """Choose somebody, with a reason that is kept."""
    batch = batch_here(batch_id)
    choose(application_in(batch, application_id), _reason(), me())
    db.session.commit()
    return _back(batch)


@bp.post("/reviews/<int:batch_id>/end")
@for_managers
def create_end(batch_id: int) -> ResponseReturnValue:
    """All are chosen; the others wait."""
    batch = batch_here(batch_id)
    finish(batch, me())
    db.session.commit()
    flash(_("The others are on the waiting list."), "good")
    return _back(batch)


def _page(batch: TrialBatch, form: RulesForm | None = None) -> str:
    set_back(url_for("trials_reviews.index"))
    applicants = select(TrialApplication).where(TrialApplication.batch_id == batch.id)
    applicants = applicants.options(joinedload(TrialApplication.person))
    page = page_of(applicants, [TrialApplication.id], size=APPLICANTS)
    facts = facts_of(batch, [each.person_id for each in page.rows if each.person_id is not None])
    return render_template(
        "trials/review.html",
        batch=batch,
        form=form or RulesForm(formdata=None),
        parts=PARTS,
        chosen=USUAL if batch.state == "review" and not batch.rules else batch.rules,
        page=page,
        fits={each.id for each in page.rows if each.person_id and is_eligible(batch, facts[each.person_id])},
        kind_words=KIND_WORDS,
        way_words=WAY_WORDS,
    )


def _reason() -> str:
    form = ReasonForm()
    if not form.validate():
        raise Refused(_("Please give a reason."), status=422)
    return (form.reason.data or "").strip()


def _back(batch: TrialBatch) -> ResponseReturnValue:
    return redirect(url_for("trials_reviews.show", batch_id=batch.id), 303)
