"""welcome: a word from the managers on the group's own page, and “New” on what has just come to the shelf."""

from flask_babel import lazy_gettext as _l

from shop.manifest import Manifest

manifest = Manifest(
    name="welcome",
    title=_l("Welcome"),
    summary=_l(
        "A word from the managers on the group's own page, and “New” on what has just come to the shelf."
    ),
    version="1.0",
    icon="people",
    asks=(),
    community_settings="plugins.welcome.forms:Here",
    demo="plugins.welcome.demo:fill",
    shows_alike=True,
)
