"""Trials as members see them: the list, one trial with its rules, applying, confirming, receiving, the draw's file."""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.trials.applications import HOLDS, TrialApplication, counts_of
from plugins.trials.batches import PUBLIC, TrialBatch
from plugins.trials.drawing import file_of
from plugins.trials.eligibility import judge
from plugins.trials.finding import batch_here, own_application
from plugins.trials.forms import KIND_WORDS, WAY_WORDS, AddressForm, ApplicationForm
from plugins.trials.reports import TrialReport
from plugins.trials.selecting import apply, confirm, receive, withdraw
from shop.access import current_person, for_members, me, public, runs_off
from shop.db import db
from shop.errors import Refused
from shop.paging import page_of
from shop.security import limiter
from shop.shell import set_back

bp = Blueprint("trials_batches", __name__)
PAGE, REPORTS = 20, 20


@bp.get("/batches")
@public
def index() -> str:
    """What can be and was tried here, the newest first."""
    here = select(TrialBatch).where(TrialBatch.community_id == g.community.id, TrialBatch.state.in_(PUBLIC))
    page = page_of(here.options(joinedload(TrialBatch.product)), [TrialBatch.id], size=PAGE, descending=True)
    set_back(url_for("listings.index"))
    return render_template("trials/index.html", page=page, counts=counts_of(page.rows))


@bp.get("/batches/<int:batch_id>")
@public
@runs_off
def show(batch_id: int) -> str:
    """One trial: what it is, who may apply with ticks and crosses, how far it is, and the reports."""
    return _page(batch_here(batch_id))


@bp.post("/batches/<int:batch_id>/applications")
@for_members
@limiter.limit("60 per hour")
def create_application(batch_id: int) -> ResponseReturnValue:
    batch, form = batch_here(batch_id), ApplicationForm()
    answers = [request.form.get(f"answer-{n}", "").strip()[:400] for n in range(len(batch.questions))]
    if not form.validate():
        return _page(batch, form), 422
    made = apply(batch, me(), (form.reason.data or "").strip(), answers)
    db.session.commit()
    told = {
        "offered": _("A unit is yours. Please confirm it."),
        "waiting": _("All units are taken; you are on the waiting list."),
    }
    flash(told.get(made.state, _("Your application is in.")), "good")
    return _back(batch)


@bp.post("/batches/<int:batch_id>/withdrawal")
@runs_off
def create_withdrawal(batch_id: int) -> ResponseReturnValue:
    """Not me, after all: a unit that was kept goes to whoever waits."""
    batch = batch_here(batch_id)
    withdraw(own_application(batch))
    db.session.commit()
    flash(_("Your application is withdrawn."), "good")
    return _back(batch)


@bp.post("/batches/<int:batch_id>/confirmation")
@runs_off
def create_confirmation(batch_id: int) -> ResponseReturnValue:
    """Yes, please: with an address, or for a code to show at the counter."""
    batch, form = batch_here(batch_id), AddressForm()
    mine = own_application(batch)
    if batch.kind == "goods" and not form.validate():
        return _page(batch, address=form), 422
    confirm(mine, form.values() if batch.kind == "goods" else {})
    db.session.commit()
    flash(_("Thank you! It is kept for you."), "good")
    return _back(batch)


@bp.post("/batches/<int:batch_id>/receipt")
@runs_off
def create_receipt(batch_id: int) -> ResponseReturnValue:
    """The parcel is here: from now on a report is due."""
    batch = batch_here(batch_id)
    mine = own_application(batch)
    if mine.state != "shipped":
        raise Refused(_("This application has moved on; please look at it again."))
    receive(mine)
    db.session.commit()
    flash(_("Have a good try! Your report is due on %(day)s.", day=f"{mine.due_at:%Y-%m-%d}"), "good")
    return _back(batch)


@bp.get("/batches/<int:batch_id>/draw.json")
@public
@runs_off
def export(batch_id: int) -> Response:
    """The draw, once it was made: seed, tickets and their order, for anybody to draw again."""
    batch = batch_here(batch_id)
    if batch.drawn_at is None:
        abort(404)
    whole = file_of(batch.id, batch.units, batch.seed, batch.commitment, batch.tickets)
    answer = Response(json.dumps(whole, indent=1) + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="draw-{batch.id}.json"'
    return answer


def _page(batch: TrialBatch, form: ApplicationForm | None = None, address: AddressForm | None = None) -> str:
    set_back(url_for("trials_batches.index"))
    person = current_person()
    mine = TrialApplication.of(batch, person)
    rules = judge(batch, person)
    told = select(TrialReport).where(TrialReport.batch_id == batch.id).options(joinedload(TrialReport.person))
    counts: dict[str, int] = counts_of([batch])[batch.id]
    asked: dict[str, Any] = {"name": person.name if person else ""}
    return render_template(
        "trials/show.html",
        batch=batch,
        mine=mine,
        rules=rules,
        may_apply=all(rule.met is not False for rule in rules) and person is not None,
        form=form or ApplicationForm(formdata=None),
        address=address or AddressForm(formdata=None, data=asked),
        page=page_of(told, [TrialReport.id], size=REPORTS, descending=True),
        counts=counts,
        applied=sum(counts.values()) - counts.get("withdrawn", 0),
        given=sum(counts.get(state, 0) for state in HOLDS),
        kind_words=KIND_WORDS,
        way_words=WAY_WORDS,
        is_member=g.community.role_of(person) is not None,
    )


def _back(batch: TrialBatch) -> ResponseReturnValue:
    return redirect(url_for("trials_batches.show", batch_id=batch.id), 303)
