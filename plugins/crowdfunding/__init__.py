"""Crowdfunding: backers pledge, and only when the goal is reached is the thing made and the money kept."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, OfferKind, Pages

manifest = Manifest(
    name="crowdfunding",
    title=_l("Crowdfunding"),
    summary=_l(
        "Make something together: members vote on how it shall be, back it with a pledge, and get everything back "
        "when the goal is missed."
    ),
    version="1.0",
    icon="heart",
    demo="plugins.crowdfunding.demo:fill",
    offer_kinds=(
        OfferKind(
            "back",
            _l("Back it"),
            "plugins.crowdfunding.forms:BackSettings",
            _l("A campaign with a goal and rewards; write it under Crowdfunding at your desk."),
        ),
    ),
    pages=(
        Pages("community", "plugins.crowdfunding.campaign_views:bp"),
        Pages("community", "plugins.crowdfunding.pledge_views:bp"),
        Pages("community", "plugins.crowdfunding.survey_views:bp"),
        Pages("community", "plugins.crowdfunding.review_views:bp"),
        Pages("account", "plugins.crowdfunding.own_views:bp"),
        Pages("merchant", "plugins.crowdfunding.desk_views:bp"),
        Pages("merchant", "plugins.crowdfunding.part_views:bp"),
        Pages("merchant", "plugins.crowdfunding.backer_views:bp"),
    ),
    models="plugins.crowdfunding.models",
    checks=(
        "plugins.crowdfunding.checking:rewards_say_what_holds_say",
        "plugins.crowdfunding.checking:hands_say_what_helpers_say",
        "plugins.crowdfunding.checking:pledges_say_what_orders_say",
    ),
    jobs=(
        Job("clock", "plugins.crowdfunding.jobs:look_at_the_clock", 60),
        Job("remind", "plugins.crowdfunding.jobs:remind", 3600),
    ),
    settings="plugins.crowdfunding.forms:Site",
    shows_alike=True,
    shows=(
        "plugins.crowdfunding.campaigns:Campaign",
        "plugins.crowdfunding.rewards:Reward",
    ),
    hears=(
        "crowdfunding.failed",
        "crowdfunding.news",
        "crowdfunding.payment_failed",
        "crowdfunding.remind",
        "crowdfunding.succeeded",
        "crowdfunding.survey",
        "crowdfunding.updated",
        "offer.ended",
        "offer.made",
        "order.cancelled",
        "order.expired",
        "order.paid",
        "payment.lapsed",
        "payment.reserved",
        "refund.done",
    ),
)
