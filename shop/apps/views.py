"""Buying an app for a community, and what the operator asks for one."""

from flask import Blueprint, Flask, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import jobs
from shop.access import for_managers, for_operator, me
from shop.apps import mails, renting
from shop.apps.asking import PriceForm
from shop.apps.models import PluginPrice
from shop.db import db
from shop.events import record
from shop.hooks import door
from shop.manifest import Manifest

bp = Blueprint("app_terms", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    mails.install(app)
    jobs.every(app, "apps.terms", 60, renting.look_at_terms)
    jobs.listens(app, "apps.begin", "order.paid", renting.begin)
    jobs.listens(app, "apps.refunded", "refund.done", renting.end_refunded)


@bp.post("/c/<community>/manage/apps/<name>/orders")
@for_managers
def create(name: str) -> ResponseReturnValue:
    """Order a term; it is paid like every other order, on its own page."""
    placed = renting.order(g.community, _find(name), me(), key=request.form.get("once", ""))
    db.session.commit()
    return redirect(url_for("orders.show", number=placed.number), 303)


@bp.post("/admin/plugins/<name>/price")
@for_operator
def update(name: str) -> ResponseReturnValue:
    """What the site asks communities for it; who uses it already keeps it for a while."""
    _find(name)
    form = PriceForm()
    if not form.validate():
        flash(next(iter(next(iter(form.errors.values())))), "bad")
        return redirect(url_for("admin.show", name=name), 303)
    PluginPrice.set(name, form.terms, me().id)
    record("app.price_set", app=name, amount=form.terms.amount, currency=form.terms.currency, by=me().id)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("admin.show", name=name), 303)


def _find(name: str) -> Manifest:
    loaded = door().plugins.get(name)
    if loaded is None or not loaded.works or loaded.manifest is None or loaded.manifest.level != "community":
        abort(404)
    return loaded.manifest
