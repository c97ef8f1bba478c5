"""The Apps page: which plugins a community has switched on, and their settings here."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import settings
from shop.access import for_managers, me
from shop.apps import renting
from shop.communities.models import Community
from shop.db import db
from shop.errors import Refused
from shop.events import Event, record
from shop.hooks import Loaded, door
from shop.jobs import listens
from shop.manifest import Manifest
from shop.shell import set_back
from shop.switches import enabled_in, settings_of, switch

bp = Blueprint("community_apps", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    listens(app, "plugin_switched", "plugin.switched", tell_plugin)


@bp.get("/c/<community>/manage/apps")
@for_managers
def index() -> str:
    """A card for each plugin that this community may switch on."""
    set_back(url_for("community_desk.show"))
    return render_template(
        "communities/desk/apps.html",
        apps=_manifests(),
        on=enabled_in(g.community.id),
        titles=_titles(),
        leases=renting.leases(g.community.id),
    )


@bp.post("/c/<community>/manage/apps/<name>/switch")
@for_managers
def update(name: str) -> ResponseReturnValue:
    """Switch a plugin on or off here; it is told after the commit."""
    manifest, is_on = _find(name), request.form.get("on") == "1"
    _check_needs(manifest, is_on)
    if is_on:
        renting.admit(g.community, manifest, me())
    switch(g.community.id, name, is_on, me().id)
    g.community.touch()
    record("plugin.switched", g.community.id, plugin=name, on=is_on, by=me().id)
    db.session.commit()
    said = _("%(app)s is on.", app=manifest.title) if is_on else _("%(app)s is off.", app=manifest.title)
    flash(said, "good")
    if is_on and manifest.community_settings:
        return redirect(url_for("community_apps.edit", name=name), 303)
    return redirect(url_for("community_apps.index"), 303)


@bp.get("/c/<community>/manage/apps/<name>")
@for_managers
def edit(name: str) -> str:
    """A plugin's settings in this community."""
    manifest = _find(name)
    form = _form_of(manifest)
    return _settings_page(manifest, form(data=settings.shown(settings_of(g.community.id, name), form)))


@bp.post("/c/<community>/manage/apps/<name>")
@for_managers
def update_settings(name: str) -> ResponseReturnValue:
    """Keep a plugin's settings in this community."""
    manifest = _find(name)
    form = _form_of(manifest)()
    if not form.validate():
        return _settings_page(manifest, form), 422
    was_on = name in enabled_in(g.community.id)
    switch(g.community.id, name, was_on, me().id).settings = settings.kept(
        form, settings_of(g.community.id, name)
    )
    g.community.touch()
    record("plugin.settings_changed", g.community.id, plugin=name, by=me().id)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("community_apps.index"), 303)


def tell_plugin(event: Event) -> None:
    """After the commit: the plugin hears that it was switched; told again until it succeeds."""
    community = db.session.get(Community, event.community_id)
    if community is not None:
        door().ask_owner(
            event.payload["plugin"], "plugin_switched", community=community, on=event.payload["on"]
        )


def _manifests() -> list[Manifest]:
    return [p.manifest for p in door().working() if p.manifest and p.manifest.level == "community"]


def _titles() -> dict[str, Any]:
    return {p.name: p.manifest.title for p in door().working() if p.manifest}


def _find(name: str) -> Manifest:
    loaded: Loaded | None = door().plugins.get(name)
    if loaded is None or not loaded.works or loaded.manifest is None or loaded.manifest.level != "community":
        abort(404)
    return loaded.manifest


def _check_needs(manifest: Manifest, is_on: bool) -> None:
    """What a plugin needs is switched on before it and off after it."""
    here = door().asked_in(g.community.id)
    titles = _titles()
    if is_on:
        missing = [str(titles.get(need, need)) for need in manifest.requires if need not in here]
        if missing:
            raise Refused(_("Please switch on first: %(apps)s.", apps=", ".join(missing)))
    else:
        users = [str(m.title) for m in _manifests() if manifest.name in m.requires and m.name in here]
        if users:
            raise Refused(_("It is needed by %(apps)s. Switch that off first.", apps=", ".join(users)))


def _form_of(manifest: Manifest) -> Any:
    declared = settings.form_class(manifest.community_settings) if manifest.community_settings else None
    return settings.with_permissions(declared, manifest) or abort(404)


def _settings_page(manifest: Manifest, form: Any) -> str:
    set_back(url_for("community_apps.index"))
    return render_template("communities/desk/app.html", app=manifest, form=form)
