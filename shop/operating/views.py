"""The operator's first page: whether the books are right, what is stuck, and a way to each other page."""

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shop import jobs
from shop.access import for_operator, me
from shop.db import db
from shop.events import Delivery, Event, record
from shop.operating.models import (
    CheckRun,
    failed_jobs,
    try_delivery_again,
    try_job_again,
    verify,
    waiting_events,
)
from shop.paging import page_of
from shop.shell import side_links

bp = Blueprint("operating", __name__)
PAGE = 20
DAY = 24 * 3600


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    side_links(app, "admin", _l("Site"), [(_l("Overview"), "home", "operating.index")])
    jobs.every(app, "operating.check", DAY, lambda: verify(app))
    jobs.listens(app, "operating.check", "check.asked", lambda _event: _verify(app))


@bp.get("/admin")
@for_operator
def index() -> str:
    """The last run of `shop check`, what waits and what failed for good."""
    dead = select(Delivery, Event).join(Event, Event.id == Delivery.event_id)
    return render_template(
        "operating/index.html",
        run=CheckRun.last(),
        page=page_of(dead.where(Delivery.dead_at.is_not(None)), [Delivery.id], size=PAGE, descending=True),
        waiting=waiting_events(),
        failed=failed_jobs(),
        has_plugins="admin.index" in current_app.view_functions,
    )


@bp.post("/admin/checks")
@for_operator
def create_check() -> ResponseReturnValue:
    """Ask the worker to verify the books now."""
    record("check.asked", by=me().id)
    db.session.commit()
    flash(_("The worker verifies the books now. Open this page again in a moment."), "good")
    return redirect(url_for("operating.index"), 303)


@bp.post("/admin/deliveries/<int:delivery_id>/trial")
@for_operator
def create_delivery_trial(delivery_id: int) -> ResponseReturnValue:
    """A delivery that failed for good is tried again."""
    if not try_delivery_again(delivery_id):
        abort(404)
    return _again("delivery.retried", str(delivery_id))


@bp.post("/admin/jobs/<name>/trial")
@for_operator
def create_job_trial(name: str) -> ResponseReturnValue:
    """A job that failed is done at once."""
    if not try_job_again(name):
        abort(404)
    return _again("job.retried", name)


def _again(what: str, which: str) -> ResponseReturnValue:
    record(what, which=which, by=me().id)
    db.session.commit()
    flash(_("It is tried again now."), "good")
    return redirect(url_for("operating.index"), 303)


def _verify(app: Flask) -> None:
    verify(app)
