"""stripe: cards and wallets on Stripe's own page; reserved money, refunds in part, disputes."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="stripe",
    title=_l("Stripe"),
    summary=_l("Cards and wallets on Stripe's own page. Set up in the environment; see its README."),
    version="1.0",
    level="site",
    icon="money",
    models="plugins.stripe.models",
    pages=(Pages("merchant", "plugins.stripe.views:bp"),),
    jobs=(Job("close", "plugins.stripe.jobs:close_dead", 60),),
)
