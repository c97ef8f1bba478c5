"""Advertising in communities: prepaid, paced, labelled, told apart from everything else, and shared with the group."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="ads",
    title=_l("Ads"),
    summary=_l("Merchants pay for a place on your pages; the community earns its share and decides who may."),
    version="1.0.0",
    icon="megaphone",
    demo="plugins.ads.demo:fill",
    pages=(
        Pages("community", "plugins.ads.ad_views:bp"),
        Pages("community", "plugins.ads.manage_views:bp"),
        Pages("merchant", "plugins.ads.campaign_views:bp"),
        Pages("merchant", "plugins.ads.flight_views:bp"),
        Pages("merchant", "plugins.ads.creative_views:bp"),
        Pages("admin", "plugins.ads.review_views:bp"),
    ),
    models="plugins.ads.models",
    settings="plugins.ads.settings:Site",
    community_settings="plugins.ads.settings:Here",
    checks=("plugins.ads.checking:findings",),
    jobs=(
        Job("settle", "plugins.ads.jobs:settle", 900),
        Job("forget", "plugins.ads.jobs:forget_old", 24 * 3600),
    ),
    reads=(_l("what a visitor looks at in this community, to show no ad too often"),),
    shows_alike=True,
    shows_each=(),
    shows=(
        "plugins.ads.campaigns:Advertiser",
        "plugins.ads.campaigns:Campaign",
        "plugins.ads.campaigns:Flight",
        "plugins.ads.campaigns:FlightPlace",
        "plugins.ads.creatives:Creative",
        "plugins.ads.creatives:Veto",
    ),
    hears=(
        "order.paid",
        "refund.done",
    ),
)
