"""Writing a new version of the rules."""

from flask import Blueprint, Flask, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from shop.access import for_managers, me
from shop.communities.forms import RulesForm
from shop.communities.models import Membership, Rules, RulesAcceptance
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.shell import set_back

bp = Blueprint("community_rules", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/c/<community>/manage/rules")
@for_managers
def edit() -> str:
    """The rules that hold, who has accepted them, and a field for the next version."""
    current = g.community.rules()
    return _page(RulesForm(text=current.text if current else ""), current)


@bp.post("/c/<community>/manage/rules")
@for_managers
def update() -> ResponseReturnValue:
    """Write a new version; members are asked to accept it."""
    form, current = RulesForm(), g.community.rules()
    if not form.validate():
        return _page(form, current), 422
    if current is not None and current.text == form.text.data:
        raise Refused(_("These are the rules that hold already."))
    version = g.community.write_rules(form.text.data, me())
    record("rules.changed", g.community.id, version=version.number, by=me().id)
    db.session.commit()
    flash(_("Version %(n)s holds now. Members are asked to accept it.", n=version.number), "good")
    return redirect(url_for("community_rules.edit"), 303)


def _page(form: RulesForm, current: Rules | None) -> str:
    set_back(url_for("community_desk.show"))
    accepted = 0
    if current is not None:
        members = select(Membership.person_id).where(Membership.community_id == g.community.id)
        counted = (
            select(func.count())
            .select_from(RulesAcceptance)
            .where(RulesAcceptance.rules_id == current.id, RulesAcceptance.person_id.in_(members))
        )
        accepted = db.session.scalar(counted) or 0
    return render_template(
        "communities/desk/rules.html", form=form, current=current, accepted=accepted, community=g.community
    )
