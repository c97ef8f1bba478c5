"""Affiliate content: articles and reports whose product cards lead to partners, disclosed, counted and paid."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="affiliate",
    title=_l("Articles that recommend"),
    summary=_l("Articles and evaluation reports with product cards; whoever recommends says so, and earns."),
    version="1.0.0",
    icon="book",
    pages=(
        Pages("community", "plugins.affiliate.article_views:bp"),
        Pages("community", "plugins.affiliate.redirect_views:bp"),
        Pages("community", "plugins.affiliate.editor_views:bp"),
        Pages("community", "plugins.affiliate.card_views:bp"),
        Pages("community", "plugins.affiliate.picture_views:bp"),
        Pages("community", "plugins.affiliate.manage_views:bp"),
        Pages("account", "plugins.affiliate.earning_views:bp"),
        Pages("merchant", "plugins.affiliate.programme_views:merchants"),
        Pages("admin", "plugins.affiliate.programme_views:operators"),
        Pages("webhook", "plugins.affiliate.postback_views:bp"),
    ),
    models="plugins.affiliate.models",
    checks=("plugins.affiliate.checking:caps_say_what_commissions_say",),
    jobs=(
        Job("release", "plugins.affiliate.jobs:release_due", 600),
        Job("paid", "plugins.affiliate.paying:mark_paid", 120),
        Job("forget", "plugins.affiliate.jobs:forget_old", 24 * 3600),
    ),
    community_settings="plugins.affiliate.forms:Here",
    asks=("money", "people", "callbacks", "jobs"),
    demo="plugins.affiliate.demo:fill",
    shows_alike=True,
    shows=(
        "plugins.affiliate.articles:Article",
        "plugins.affiliate.articles:Card",
        "plugins.affiliate.programmes:Programme",
    ),
    hears=(
        "order.cancelled",
        "order.completed",
        "order.paid",
        "refund.done",
    ),
)
