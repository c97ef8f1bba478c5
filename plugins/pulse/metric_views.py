"""The eleven metrics: what each means, drawn by day, with the numbers below, and as a file."""

from flask import Blueprint, Response, g, render_template, url_for

from plugins.pulse import charts, exporting
from plugins.pulse.metrics import METRICS
from shop.access import for_managers
from shop.shell import set_back

bp = Blueprint("pulse_metrics", __name__)


@bp.get("/metrics")
@for_managers
def show() -> str:
    set_back(url_for("pulse.show"))
    days = charts.days_of(g.community)
    drawn = [charts.chart_of(metric, days, g.community) for metric in METRICS]
    return render_template("pulse/metrics.html", charts=drawn, counted_at=charts.counted_at(g.community))


@bp.get("/metrics/file")
@for_managers
def export() -> Response:
    """The days of a year, for a spreadsheet."""
    return exporting.metrics(g.community)
