"""Opening a community."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop import once
from shop.access import me
from shop.communities.forms import OpeningForm
from shop.communities.models import Community, free_slug
from shop.db import db
from shop.errors import NotValid, TooLarge
from shop.events import record
from shop.shell import set_back

bp = Blueprint("community_openings", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/communities/new")
def new() -> str:
    set_back(url_for("communities.index"))
    return render_template("communities/new.html", form=OpeningForm())


@bp.post("/communities")
def create() -> ResponseReturnValue:
    """Open a community once, however often the button is pressed; whoever opens it owns it."""
    set_back(url_for("communities.index"))
    form = OpeningForm()
    if not form.validate():
        return render_template("communities/new.html", form=form), 422
    name = form.name.data or ""
    claim = once.begin("community.open", request.form.get("once", ""), {"name": name, "by": me().id})
    if claim.answer is not None:
        return redirect(url_for("communities.show", community=claim.answer), 303)
    try:
        picture = form.kept_picture()
    except (NotValid, TooLarge) as refusal:
        db.session.rollback()
        return render_template("communities/new.html", form=form), refusal.status
    community = Community.open(
        free_slug(name),
        name,
        form.promise.data or "",
        me(),
        kind=form.kind.data,
        entry=form.entry.data,
        size=form.size.data or 1,
        rules=form.rules.data or "",
        time_zone=form.time_zone.data,
    )
    community.picture = picture
    claim.answer = community.slug
    record("community.opened", community.id, community=community.slug, by=me().id)
    db.session.commit()
    flash(_("“%(name)s” is open. Make a link and invite the first people.", name=community.name), "good")
    return redirect(url_for("communities.show", community=community.slug), 303)
