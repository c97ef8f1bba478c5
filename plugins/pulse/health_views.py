"""Who stays, who passes it on, and the five elements of a community."""

from datetime import timedelta

from flask import Blueprint, g, render_template, url_for

from plugins.pulse import bands, charts, elements, funnel, staying, steps
from plugins.pulse.deeds import deeds_in
from shop.access import for_managers
from shop.clock import now
from shop.hooks import door
from shop.shell import set_back

bp = Blueprint("pulse_health", __name__)


@bp.get("/health")
@for_managers
def show() -> str:
    set_back(url_for("pulse.show"))
    days = charts.days_of(g.community)
    lately = charts.lately(days, g.community, 14)
    band = bands.band_of(g.community.member_count)
    facts = steps.facts_of(
        g.community, g.community.stage, band, lately=lately, standing=charts.standing(days), apps={}
    )
    deeds = deeds_in(g.community, funnel.since(), now() + timedelta(seconds=1))
    seats = staying.seats_of(g.community)
    passing = staying.passing_of(g.community, seats)
    found = elements.elements_of(
        g.community.kind, facts, deeds, lately.get("managing", 0),
        funnel.of_community(g.community).shared, passing.deepest,
    )  # fmt: skip
    return render_template(
        "pulse/health.html",
        elements=found,
        cohorts=staying.cohorts_of(g.community, seats, deeds),
        passing=passing,
        label_of=charts.label_of,
        revenue=staying.revenue_of(g.community),
        titles={p.name: p.manifest.title for p in door().working() if p.manifest},
    )
