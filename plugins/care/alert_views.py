"""Praise and complaints: what waits for words, and words to begin with."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.care.alerts import CareAlert
from shop.access import for_managers, me
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("care_alerts", __name__)
PAGE = 20
LARGEST_ID = 2**53


@bp.get("/manage/alerts")
@for_managers
def index() -> str:
    """What nobody has seen to, the newest first; `?all=1` shows everything."""
    set_back(url_for("care_manage.show"))
    wanted = (
        select(CareAlert)
        .where(CareAlert.community_id == g.community.id)
        .options(joinedload(CareAlert.seen_by))
    )
    if "all" not in request.args:
        wanted = wanted.where(CareAlert.seen_at.is_(None))
    page = page_of(wanted, [CareAlert.id], size=PAGE, descending=True)
    return render_template("care/alerts.html", page=page, shows_all="all" in request.args)


@bp.post("/manage/alerts/<int:alert_id>/seen")
@for_managers
def create_seen(alert_id: int) -> ResponseReturnValue:
    _alert(alert_id).see_to(me())
    db.session.commit()
    flash(_("Thank you. It is off the list."), "good")
    return redirect(url_for("care_alerts.index"), 303)


@bp.post("/manage/alerts/<int:alert_id>/seen/end")
@for_managers
def destroy_seen(alert_id: int) -> ResponseReturnValue:
    """It waits again."""
    _alert(alert_id).reopen()
    db.session.commit()
    flash(_("It waits again."), "good")
    return redirect(url_for("care_alerts.index"), 303)


def _alert(alert_id: int) -> CareAlert:
    alert = db.session.get(CareAlert, alert_id) if alert_id < LARGEST_ID else None
    if alert is None or alert.community_id != g.community.id:
        abort(404)
    return alert
