"""pulse: how a community is doing, for its managers: counted from deeds, drawn, and never guessed."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="pulse",
    title=_l("Pulse"),
    summary=_l(
        "How the group is doing: what links lead to, eleven metrics with their definitions, the next "
        "step with its reason, "
        "and a simulation of a reward pool. What is not measured is said so."
    ),
    version="1.0",
    icon="chart",
    priority=200,
    asks=("jobs", "people"),
    pages=(
        Pages("community", "plugins.pulse.views:bp"),
        Pages("community", "plugins.pulse.metric_views:bp"),
        Pages("community", "plugins.pulse.funnel_views:bp"),
        Pages("community", "plugins.pulse.pool_views:bp"),
        Pages("community", "plugins.pulse.health_views:bp"),
    ),
    models="plugins.pulse.models",
    jobs=(Job("count", "plugins.pulse.jobs:count_due", 900),),
    cli=("plugins.pulse.commands:cli",),
    community_settings="plugins.pulse.forms:Here",
    demo="plugins.pulse.demo:fill",
    reads=(
        _l("which links were opened, who joined, and which orders were paid"),
        _l("who reviewed, tried, voted or said what should be better, and whose words others answered"),
    ),
    shows_alike=True,
)
