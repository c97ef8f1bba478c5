"""The self-run mall: a merchant sells from stock, shoppers fill a cart and check out on one screen."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, OfferKind, Pages

manifest = Manifest(
    name="mall",
    title=_l("Mall"),
    summary=_l("Sell from stock: a cart, shipping or pick-up, and a checkout of one screen."),
    version="1.0.0",
    icon="bag",
    demo="plugins.mall.demo:fill",
    offer_kinds=(
        OfferKind(
            "buy",
            _l("Buy"),
            "plugins.mall.forms:BuySettings",
            _l("Shoppers buy it now, at the price of the choice they make."),
        ),
    ),
    pages=(
        Pages("community", "plugins.mall.cart_views:bp"),
        Pages("community", "plugins.mall.line_views:bp"),
        Pages("community", "plugins.mall.checkout_views:bp"),
        Pages("account", "plugins.mall.address_views:bp"),
        Pages("merchant", "plugins.mall.shipping_views:bp"),
    ),
    models="plugins.mall.models",
    shows_alike=True,
    jobs=(Job("old_carts", "plugins.mall.jobs:forget_old_carts", 24 * 3600),),
)
