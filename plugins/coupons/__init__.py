"""Coupons of merchants: claimed in a community, redeemed at the counter or in the checkout, settled in the books."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, OfferKind, Pages

manifest = Manifest(
    name="coupons",
    title=_l("Coupons"),
    summary=_l("Coupons that members claim here and use at the counter or in the checkout."),
    version="1.0.0",
    icon="coupon",
    demo="plugins.coupons.demo:fill",
    offer_kinds=(
        OfferKind(
            "voucher",
            _l("Voucher"),
            "plugins.coupons.forms:VoucherSettings",
            _l("Shoppers buy it now and use it at the counter later; unused, the money goes back."),
        ),
    ),
    pages=(
        Pages("community", "plugins.coupons.shelf_views:bp"),
        Pages("community", "plugins.coupons.voucher_views:bp"),
        Pages("community", "plugins.coupons.manage_views:bp"),
        Pages("account", "plugins.coupons.wallet_views:bp"),
        Pages("merchant", "plugins.coupons.campaign_views:bp"),
        Pages("merchant", "plugins.coupons.counter_views:bp"),
        Pages("merchant", "plugins.coupons.store_views:bp"),
        Pages("merchant", "plugins.coupons.report_views:bp"),
    ),
    models="plugins.coupons.models",
    checks=(
        "plugins.coupons.checking:limits_say_what_holds_say",
        "plugins.coupons.checking:coupons_keep_their_place",
        "plugins.coupons.checking:coupons_say_what_uses_say",
        "plugins.coupons.checking:vouchers_say_what_orders_say",
        "plugins.coupons.checking:uses_say_their_own_stores",
    ),
    jobs=(
        Job("expire", "plugins.coupons.jobs:expire", 60),
        Job("invite", "plugins.coupons.jobs:invite_waiting", 60),
        Job("remind", "plugins.coupons.jobs:remind", 3600),
    ),
    community_settings="plugins.coupons.forms:Here",
    shows_alike=True,
    shows=(
        "plugins.coupons.campaigns:CouponCampaign",
        "plugins.coupons.places:Place",
    ),
    hears=(
        "coupons.expiring",
        "coupons.issued",
        "coupons.turn",
        "coupons.undone",
        "coupons.used",
        "coupons.voided",
        "order.cancelled",
        "order.expired",
        "order.paid",
        "refund.done",
    ),
)
