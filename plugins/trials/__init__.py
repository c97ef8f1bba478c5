"""Trials: members try a product for nothing, by the community's own rules, and tell honestly how it was."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="trials",
    title=_l("Free trials"),
    summary=_l(
        "Members apply for a batch of free units by rules that everybody can read, and report honestly, also "
        "when they do not like it."
    ),
    version="1.0",
    icon="gift",
    demo="plugins.trials.demo:fill",
    pages=(
        Pages("community", "plugins.trials.batch_views:bp"),
        Pages("community", "plugins.trials.report_views:bp"),
        Pages("community", "plugins.trials.review_views:bp"),
        Pages("account", "plugins.trials.own_views:bp"),
        Pages("merchant", "plugins.trials.desk_views:bp"),
        Pages("merchant", "plugins.trials.sending_views:bp"),
    ),
    models="plugins.trials.models",
    jobs=(
        Job("clock", "plugins.trials.jobs:look_at_the_clock", 60),
        Job("remind", "plugins.trials.jobs:remind", 3600),
    ),
    cli=("plugins.trials.commands:cli",),
    reads=(
        _l("since when somebody is a member"),
        _l("how many orders somebody has here, and when the last one was"),
    ),
    shows_alike=True,
    hears=(
        "trials.application_offered",
        "trials.application_shipped",
        "trials.asked",
        "trials.due",
        "trials.overdue",
        "trials.review",
        "trials.selecting",
    ),
)
