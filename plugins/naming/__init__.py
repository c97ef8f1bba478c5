"""Naming: members propose names for a product, vote on them, and the name they choose takes effect."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="naming",
    title=_l("Naming rounds"),
    summary=_l(
        "Members propose names and rank them; the count is public, and who named a product is credited for good."
    ),
    version="1.0",
    icon="vote",
    demo="plugins.naming.demo:fill",
    pages=(
        Pages("community", "plugins.naming.round_views:bp"),
        Pages("community", "plugins.naming.review_views:bp"),
        Pages("merchant", "plugins.naming.desk_views:bp"),
    ),
    models="plugins.naming.models",
    jobs=(Job("clock", "plugins.naming.jobs:look_at_the_clock", 60),),
    cli=("plugins.naming.commands:cli",),
    reads=(_l("who is a member, and since when"),),
    shows_alike=True,
    hears=(
        "naming.asked",
        "naming.counted",
        "naming.declined",
        "naming.news",
        "naming.review",
        "naming.screening",
        "naming.thanked",
        "naming.voting",
    ),
)
