"""What a merchant sends about an import."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class ImportForm(FlaskForm):
    """A product file of another shop."""

    file = FileField(
        _l("Product file (CSV)"),
        [FileRequired(_l("Please choose a file."))],
        description=_l(
            "As Shopify or WooCommerce export it. Nothing is imported before you have seen what would happen."
        ),
    )
