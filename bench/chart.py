"""The history of the figures as a picture: how many bare pages each page costs, run after run."""

import time
from typing import Any

import pygal

SHOWN = (
    "shelf",
    "shelf_cached",
    "product",
    "product_cached",
    "search",
    "group_link",
    "checkout",
    "claim",
    "webhook",
)


def draw(runs: list[dict[str, Any]]) -> bytes:
    """An SVG of the last thirty runs; bare pages on a logarithmic axis."""
    last = runs[-30:]
    chart = pygal.Line(logarithmic=True, title="Bare pages that each page costs (CPU)", legend_at_bottom=True)
    chart.x_labels = [time.strftime("%m-%d %H:%M", time.gmtime(run["at"])) for run in last]
    chart.x_label_rotation = 45
    for name in SHOWN:
        chart.add(name, [run.get(name, {}).get("ratio") for run in last])
    drawn: bytes = chart.render(is_unicode=False)
    return drawn
