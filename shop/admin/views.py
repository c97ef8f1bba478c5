"""The operator's pages: how each plugin stands, what it costs, what went wrong, and its settings for the site."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from shop import failures, jobs, migrating, settings
from shop.access import for_operator, me
from shop.admin import actions
from shop.admin.actions import Standing
from shop.apps import renting
from shop.apps.asking import PriceForm
from shop.asks import ASKS
from shop.db import db
from shop.events import record
from shop.hookspecs import HOOKS
from shop.paging import page_of
from shop.shell import set_back, side_links
from shop.switches import PluginFailure, PluginSwitch

bp = Blueprint("admin", __name__, url_prefix="/admin/plugins")
STATES = {
    "active": (_l("Active"), "good"),
    "listed": (_l("Listed"), "quiet"),
    "failed": (_l("Left out"), "warn"),
    "needs_migration": (_l("Waits for its migration"), "warn"),
    "resting": (_l("Rests"), "warn"),
}
PAGE = 20
# Who has a permission at first, in words.
LEASTS = {
    "member": _l("Members"),
    "manager": _l("Managers"),
    "owner": _l("The owner"),
    "staff:analyst": _l("all staff"),
    "staff:counter": _l("counter staff"),
    "staff:manager": _l("the merchant's managers"),
    "staff:owner": _l("the merchant's owner"),
    "operator": _l("the operator"),
}


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    side_links(app, "admin", _l("Site"), [(_l("Plugins"), "apps", "admin.index")])
    jobs.every(app, "admin.forget_failures", 24 * 3600, failures.forget_old)


@bp.get("/")
@for_operator
def index() -> str:
    """Every plugin that is there."""
    return render_template("admin/index.html", standings=actions.standings(), states=STATES)


@bp.get("/<name>")
@for_operator
def show(name: str) -> str:
    return _page(_find(name))


@bp.post("/<name>/activation")
@for_operator
def activate(name: str) -> ResponseReturnValue:
    """From the next start it is loaded."""
    actions.activate(name, me().id)
    record("plugin.activated", plugin=name, by=me().id)
    db.session.commit()
    flash(_("It is loaded with the next start of the shop."), "good")
    return redirect(url_for("admin.show", name=name), 303)


@bp.post("/<name>/deactivation")
@for_operator
def deactivate(name: str) -> ResponseReturnValue:
    """It is asked nothing more; refused while anything of it is open."""
    actions.deactivate(name, me().id)
    record("plugin.deactivated", plugin=name, by=me().id)
    db.session.commit()
    flash(_("It is asked nothing more, and gone with the next start of the shop."), "good")
    return redirect(url_for("admin.show", name=name), 303)


@bp.post("/<name>/trial")
@for_operator
def retry(name: str) -> ResponseReturnValue:
    """A plugin that rests is tried again."""
    failures.try_again(_find(name).loaded.name, me().id)
    db.session.commit()
    flash(_("It is asked again."), "good")
    return redirect(url_for("admin.show", name=name), 303)


@bp.post("/<name>/settings")
@for_operator
def update(name: str) -> ResponseReturnValue:
    """The operator's settings of a plugin."""
    standing = _find(name)
    kind = _form_of(standing) or abort(404)
    form: Any = kind()
    if not form.validate():
        return _page(standing, form), 422
    actions.keep_site_settings(name, settings.kept(form, settings.site_values(name)), me().id)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("admin.show", name=name), 303)


def _page(standing: Standing, form: Any = None) -> str:
    set_back(url_for("admin.index"))
    name = standing.loaded.name
    kind = _form_of(standing)
    if form is None and kind is not None:
        form = kind(data=settings.shown(settings.site_values(name), kind))
    went_wrong = select(PluginFailure).where(PluginFailure.name == name)
    return render_template(
        "admin/show.html",
        standing=standing,
        states=STATES,
        form=form,
        promises=HOOKS,
        still=actions.open_words(name),
        failures=page_of(went_wrong, [PluginFailure.id], size=PAGE, descending=True),
        pending=migrating.steps_of(name) if standing.loaded.is_loaded else [],
        price=_price_of(standing),
        asks=ASKS,
        leasts=LEASTS,
        on_in=db.session.scalar(
            select(func.count(PluginSwitch.id)).where(PluginSwitch.name == name, PluginSwitch.is_on)
        ),
    )


def _form_of(standing: Standing) -> Any:
    manifest = standing.loaded.manifest
    return settings.form_class(manifest.settings) if manifest and manifest.settings else None


def _price_of(standing: Standing) -> PriceForm | None:
    """What communities are asked for it; nothing is asked for what works on the whole site."""
    manifest = standing.loaded.manifest
    if manifest is None or manifest.level != "community":
        return None
    return PriceForm.of(renting.prices().get(standing.loaded.name))


def _find(name: str) -> Standing:
    return next((s for s in actions.standings() if s.loaded.name == name), None) or abort(404)
