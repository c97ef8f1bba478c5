"""gifts: on any checkout, whichever mode it is of, a shopper may have it wrapped and a card written."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Manifest

manifest = Manifest(
    name="gifts",
    title=_l("Gift wrap"),
    summary=_l("At the checkout: wrap it as a gift, with words on a card. Merchants see what to write."),
    version="1.0",
    icon="gift",
    community_settings="plugins.gifts.forms:Here",
    asks=("money",),
    reads=(_l("what is on the card"),),
    shows_alike=True,
)
