"""offlinepay: cash or bank transfer; the merchant's staff confirm it with a note."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Manifest, Pages

manifest = Manifest(
    name="offlinepay",
    title=_l("Cash or transfer"),
    summary=_l(
        "Shoppers pay by cash or bank transfer as the merchant describes; staff confirm it with a note."
    ),
    version="1.0",
    level="site",
    icon="money",
    models="plugins.offlinepay.models",
    pages=(Pages("merchant", "plugins.offlinepay.views:bp"),),
)
