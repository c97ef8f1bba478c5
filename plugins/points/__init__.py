"""Points: a community's thanks for taking part; earned by deeds, never bought, spent on its small gifts."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="points",
    title=_l("Points"),
    summary=_l(
        "Members earn points by taking part, by rates that everybody can read, and spend them on gifts. "
        "Points are kept apart from money: nobody buys them, sells them or is paid out."
    ),
    version="1.0",
    icon="heart",
    priority=140,
    demo="plugins.points.demo:fill",
    pages=(
        Pages("community", "plugins.points.shelf_views:bp"),
        Pages("community", "plugins.points.top_views:bp"),
        Pages("community", "plugins.points.manage_views:bp"),
        Pages("account", "plugins.points.own_views:bp"),
    ),
    models="plugins.points.models",
    jobs=(Job("count", "plugins.points.jobs:count_tops", 300),),
    checks=("plugins.points.checking:balances_are_exact", "plugins.points.checking:gifts_are_exact"),
    community_settings="plugins.points.forms:Here",
    reads=(_l("who reviewed, tried, voted, named something or said what should be better"),),
    shows_alike=True,
    shows_each=("me.group",),
    hears=(
        "feedback.done",
        "feedback.filed",
        "feedback.followed",
        "feedback.noted",
        "naming.closed",
        "points.counted",
        "points.won",
        "reviews.hidden",
        "reviews.judged",
        "reviews.published",
        "reviews.voted",
        "trials.reported",
    ),
)
