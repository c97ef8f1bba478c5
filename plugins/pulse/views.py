"""The group page: how the community is doing, and the next step with its reason."""

from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.pulse import bands, charts, funnel, steps
from plugins.pulse.metrics import METRICS
from shop.access import for_managers, me
from shop.communities import stages
from shop.communities.muting import muted_in
from shop.db import db
from shop.hooks import asked_here, door
from shop.insight.running import Calendar, calendar_of, period_of
from shop.shell import set_back

bp = Blueprint("pulse", __name__)


@bp.get("/")
@for_managers
def show() -> str:
    """Everything that a manager should see at one look."""
    set_back(url_for("community_desk.show"))
    days = charts.days_of(g.community)
    lately = charts.lately(days, g.community, 14)
    standing = charts.standing(days)
    stage = stages.reading(g.community)
    band = bands.band_of(g.community.member_count)
    running = _running()
    above = max(running.too_much, key=lambda pair: pair[1], default=None)
    facts = steps.facts_of(
        g.community,
        stage.stage,
        band,
        lately=lately,
        standing=standing,
        apps=_apps(),
        too_much=(charts.label_of(above[0]), above[1], running.most or 0) if above else None,
    )
    wanted, later = steps.steps_for(facts), steps.put_off(g.community)
    return render_template(
        "pulse/show.html",
        counted_at=charts.counted_at(g.community),
        flow=funnel.of_community(g.community),
        titles={p.name: p.manifest.title for p in door().working() if p.manifest},
        charts=[charts.chart_of(metric, days, g.community) for metric in METRICS],
        standing=standing,
        facts=facts,
        stage=stage,
        running=running,
        lately=lately,
        muted=muted_in(g.community.id),
        too_late=_after(running, stage.ends_at),
        bands=bands.BANDS,
        norm=steps.SILENT_NORM,
        step=next((each for each in wanted if each.code not in later), None),
        later=[each for each in wanted if each.code in later],
    )


@bp.post("/steps/<code>/later")
@for_managers
def create_delay(code: str) -> ResponseReturnValue:
    """Not now: this step is not spoken of for two weeks."""
    if code not in steps.CODES:
        abort(404)
    steps.put_off_until_later(g.community, code)
    db.session.commit()
    flash(_("We say nothing of it for two weeks."), "good")
    return redirect(url_for("pulse.show"), 303)


@bp.post("/steps/again")
@for_managers
def destroy_delays() -> ResponseReturnValue:
    """Speak of everything again."""
    steps.hear_all_again(g.community)
    db.session.commit()
    return redirect(url_for("pulse.show"), 303)


def _running() -> Calendar:
    """What runs in the four weeks from this one, as the managers' calendar shows it."""
    today = charts.today(g.community)
    monday = today - timedelta(days=today.weekday())
    since, until = period_of(g.community, monday)
    told = door().ask_all("happenings", asked_here(), community=g.community, since=since, until=until)
    return calendar_of(g.community, monday, told)


def _after(running: Calendar, ends_at: datetime | None) -> list[str]:
    """What would still run when the group may have fallen silent."""
    if ends_at is None:
        return []
    bars = (bar for lane in running.lanes.values() for bar in lane)
    return [str(bar.it.title) for bar in bars if bar.it.ends is not None and bar.it.ends > ends_at]


def _apps() -> dict[str, str]:
    """The managers' first page of each app that is switched on, as the menu knows it."""
    told = door().ask_all("nav_items", asked_here(), area="manage", subject=g.community, viewer=me())
    return {plugin: items[0].url for plugin, items in told if items}
