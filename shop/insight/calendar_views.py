"""The managers' calendar: what runs when across modes, what stands in two at once, and how much sells in a day."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from shop.access import for_managers, me
from shop.clock import now
from shop.db import db
from shop.events import record
from shop.hooks import asked_here, door
from shop.insight.running import DAYS, calendar_of, period_of
from shop.shell import set_back

bp = Blueprint("community_calendar", __name__)
# As far as a calendar of a community can be turned, in days from now.
FARTHEST = 3650


class MostForm(FlaskForm):
    """How much may sell here in a day."""

    most = IntegerField(
        _l("At most on one day"),
        [Optional(), NumberRange(min=1, max=1000, message=_l("Between 1 and 1000."))],
        description=_l("Ads, coupons, campaigns, sales and articles together. Empty: no warning."),
    )


@bp.get("/c/<community>/manage/calendar")
@for_managers
def show() -> str:
    """Four weeks from this one, or from the day in `?from=`."""
    return _page(MostForm(formdata=None, most=g.community.most_a_day))


@bp.post("/c/<community>/manage/calendar/most")
@for_managers
def update_most() -> ResponseReturnValue:
    """The managers say how much is too much; it only warns, nothing is stopped."""
    form = MostForm()
    if not form.validate():
        return _page(form), 422
    g.community.most_a_day = form.most.data
    record("community.changed", g.community.id, by=me().id)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("community_calendar.show"), 303)


def _page(form: MostForm) -> str:
    set_back(url_for("community_desk.show"))
    monday = _monday()
    since, until = period_of(g.community, monday)
    answers = door().ask_all("happenings", asked_here(), community=g.community, since=since, until=until)
    today = now().astimezone(g.community.zone).date()
    return render_template(
        "insight/calendar.html",
        calendar=calendar_of(g.community, monday, answers),
        titles={one.name: one.manifest.title for one in door().working() if one.manifest},
        form=form,
        today=(today - monday).days,
        earlier=_from(monday - timedelta(days=DAYS)),
        later=_from(monday + timedelta(days=DAYS)),
    )


def _from(day: date) -> str:
    asked: dict[str, Any] = {"from": day.isoformat()}
    return url_for("community_calendar.show", **asked)


def _monday() -> date:
    """The Monday that the four weeks begin with."""
    today = now().astimezone(g.community.zone).date()
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        asked = today
    if abs((asked - today).days) > FARTHEST:
        asked = today
    return asked - timedelta(days=asked.weekday())
