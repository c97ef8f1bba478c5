"""demopay: a payment provider for demonstrations that behaves like a real one and moves no money."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Manifest, Pages

manifest = Manifest(
    name="demopay",
    title=_l("Demo payment"),
    summary=_l(
        "A provider's page with pay, decline and do nothing, which calls back by a signed webhook. No money moves."
    ),
    version="1.0",
    level="site",
    icon="money",
    models="plugins.demopay.models",
    pages=(Pages("provider", "plugins.demopay.views:bp"),),
    refuses_production=True,
    hears=("demopay.decided",),
)
