"""wechatpay: WeChat Pay inside WeChat (JSAPI), by a code to scan (native) and in a phone's browser (H5)."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Job, Manifest, Pages

manifest = Manifest(
    name="wechatpay",
    title=_l("WeChat Pay"),
    summary=_l(
        "Inside WeChat, by a code to scan, or in a phone's browser. Set up in the environment; see its README."
    ),
    version="1.0",
    level="site",
    icon="qr",
    models="plugins.wechatpay.models",
    pages=(Pages("provider", "plugins.wechatpay.views:bp"),),
    jobs=(
        Job("close", "plugins.wechatpay.jobs:close_dead", 60),
        Job("share", "plugins.wechatpay.sharing:share_profits", 300),
    ),
)
