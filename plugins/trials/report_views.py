"""Writing a report: words and pictures, good or bad."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.finding import batch_here, own_application
from plugins.trials.forms import ReportForm
from plugins.trials.reporting import MOST_PICTURES, check, report
from shop.access import runs_off
from shop.db import db
from shop.errors import NotValid, Refused
from shop.pictures import accept
from shop.shell import set_back

bp = Blueprint("trials_reports", __name__)


@bp.get("/batches/<int:batch_id>/report")
@runs_off
def new(batch_id: int) -> str:
    batch = batch_here(batch_id)
    return _page(batch, _received(batch), ReportForm(formdata=None))


@bp.post("/batches/<int:batch_id>/report")
@runs_off
def create(batch_id: int) -> ResponseReturnValue:
    """Tell how it was; whether it is praise is not looked at."""
    batch, form = batch_here(batch_id), ReportForm()
    mine = _received(batch)
    if not form.validate():
        return _page(batch, mine, form), 422
    uploads = [each for each in form.pictures.data or [] if each and each.filename]
    text = (form.text.data or "").strip()
    try:
        check(mine, text, len(uploads))
    except NotValid as wrong:
        form[wrong.field or "text"].errors = [str(wrong)]
        return _page(batch, mine, form), 422
    report(mine, text, [accept(each.stream) for each in uploads])
    db.session.commit()
    flash(_("Thank you for your report!"), "good")
    return redirect(url_for("trials_batches.show", batch_id=batch.id, _anchor="reports"), 303)


def _received(batch: TrialBatch) -> TrialApplication:
    mine = own_application(batch)
    if mine.state != "received":
        raise Refused(_("A report is written once, by whoever has received it."))
    return mine


def _page(batch: TrialBatch, mine: TrialApplication, form: ReportForm) -> str:
    set_back(url_for("trials_batches.show", batch_id=batch.id))
    return render_template("trials/report.html", batch=batch, mine=mine, form=form, most=MOST_PICTURES)
