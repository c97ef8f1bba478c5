"""Reviews: what people think who bought it or tried it, and nobody else; the shop reckons, nobody sets."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="reviews",
    title=_l("Reviews"),
    summary=_l(
        "Stars, words and pictures by those who received an order or reported a trial. Buyers' and trials' ratings "
        "stand apart, sellers answer, managers look at what is reported, and nobody can hide a rating."
    ),
    version="1.0",
    icon="star",
    priority=120,
    demo="plugins.reviews.demo:fill",
    pages=(
        Pages("community", "plugins.reviews.shelf_views:bp"),
        Pages("community", "plugins.reviews.writing_views:bp"),
        Pages("community", "plugins.reviews.act_views:bp"),
        Pages("community", "plugins.reviews.manage_views:bp"),
        Pages("account", "plugins.reviews.own_views:bp"),
        Pages("merchant", "plugins.reviews.desk_views:bp"),
    ),
    models="plugins.reviews.models",
    jobs=(Job("invite", "plugins.reviews.jobs:invite", 900),),
    checks=("plugins.reviews.checking:sums_are_exact", "plugins.reviews.checking:helpful_votes_are_exact"),
    community_settings="plugins.reviews.forms:Here",
    shows_alike=True,
    shows_each=(),
    hears=(
        "order.received",
        "reviews.answered",
        "reviews.hidden",
        "reviews.invited",
        "reviews.judged",
        "trials.reported",
    ),
)
