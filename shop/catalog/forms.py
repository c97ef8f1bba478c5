"""What a merchant sends about a product."""

from collections import Counter
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from shop.catalog.models import MOST_OPTIONS, Product, Variant
from shop.fields import PriceField, WordsField
from shop.limits import LARGEST_TAKE
from shop.text import LONGEST_STORY

# More than any other shop gives out in a file; a form of that many rows still fits into a request.
MOST_VARIANTS = 2000
BLANK_ROWS = 2


def stripped(text: str | None) -> str | None:
    """What was typed without the space around it."""
    return text.strip() if text else text


class NewProductForm(FlaskForm):
    """A product in three fields."""

    name = StringField(
        _l("Name"), [InputRequired(_l("Please give it a name.")), Length(max=255)], filters=[stripped]
    )
    price = PriceField(_l("Price"), [InputRequired(_l("Please write a price."))])
    picture = FileField(_l("Picture"))


class VariantForm(Form):
    """One row of the table of variants; a row that is left empty is none."""

    id = HiddenField()
    stock_was = HiddenField()
    value_1 = StringField(_l("First option"), [Length(max=255)], filters=[stripped])
    value_2 = StringField(_l("Second option"), [Length(max=255)], filters=[stripped])
    value_3 = StringField(_l("Third option"), [Length(max=255)], filters=[stripped])
    price = PriceField(_l("Price"))
    compare_at = PriceField(_l("Before"))
    stock = IntegerField(
        _l("Stock"),
        [Optional(), NumberRange(min=0, max=LARGEST_TAKE, message=_l("A whole number from 0."))],
    )
    sku = StringField(_l("SKU"), [Length(max=255)], filters=[stripped])
    barcode = StringField(_l("Barcode"), [Length(max=64)], filters=[stripped])
    grams = IntegerField(
        _l("Grams"), [Optional(), NumberRange(min=0, max=10**9, message=_l("A whole number from 0."))]
    )
    is_archived = BooleanField(_l("Off"))

    @property
    def values(self) -> list[str]:
        return [str(f.data or "") for f in (self.value_1, self.value_2, self.value_3)]

    @property
    def is_blank(self) -> bool:
        return not (self.id.data or self.price.typed or self.sku.data or any(self.values))

    @property
    def is_sold(self) -> bool:
        """Whether this row is, or becomes, a variant that can be bought."""
        return not self.is_blank and not self.is_archived.data


class ProductForm(FlaskForm):
    """Everything about a product but its pictures and its state."""

    name = StringField(
        _l("Name"), [InputRequired(_l("Please give it a name.")), Length(max=255)], filters=[stripped]
    )
    story = TextAreaField(
        _l("Story"),
        [Length(max=LONGEST_STORY)],
        description=_l("Where it comes from, who makes it. **Bold**, lists and links are Markdown."),
    )
    vendor = StringField(_l("Maker"), [Length(max=255)], filters=[stripped])
    kind = StringField(_l("Kind"), [Length(max=255)], filters=[stripped])
    tags = WordsField(_l("Tags"), description=_l("Words with commas between them."))
    option_1 = StringField(
        _l("First option"), [Length(max=80)], filters=[stripped], description=_l("Such as weight.")
    )
    option_2 = StringField(
        _l("Second option"), [Length(max=80)], filters=[stripped], description=_l("Such as colour.")
    )
    option_3 = StringField(_l("Third option"), [Length(max=80)], filters=[stripped])
    variants = FieldList(
        FormField(VariantForm), _l("Variant"), min_entries=0, max_entries=MOST_VARIANTS + BLANK_ROWS
    )

    @classmethod
    def of(cls, product: Product) -> "ProductForm":
        """The form as the product stands, with blank rows for more variants if it has options."""
        options = [*product.options, "", "", ""][:MOST_OPTIONS]
        said = {name: getattr(product, name) for name in ("name", "story", "vendor", "kind", "tags")}
        said |= {f"option_{i}": name for i, name in enumerate(options, 1)}
        return cls(formdata=None, data=said | {"variants": _rows_of(product)})

    @property
    def options(self) -> list[str]:
        return [str(f.data) for f in (self.option_1, self.option_2, self.option_3) if f.data]

    @property
    def rows(self) -> list[VariantForm]:
        return [entry.form for entry in self.variants if not entry.form.is_blank]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, then the rows together: each has a price and values that no other row has."""
        fine = bool(super().validate(extra_validators))
        for row in self.rows:
            if not row.price.typed:
                fine = _wrong(row.price, _("Please write a price."))
        return self._values_tell_apart() and fine

    def _values_tell_apart(self) -> bool:
        wanted, fine = len(self.options), True
        sold = [row for row in self.rows if row.is_sold]
        seen = Counter(tuple(row.values[:wanted]) for row in sold)
        for row in sold:
            if wanted and not all(row.values[:wanted]):
                fine = _wrong(row.value_1, _("Please fill in each option."))
            elif not wanted and any(row.values):
                fine = _wrong(row.value_1, _("Please name the option above first."))
            elif seen[tuple(row.values[:wanted])] > 1:
                told = (
                    _("Another row says the same.") if wanted else _("Name an option to tell variants apart.")
                )
                fine = _wrong(row.value_1, told)
        return fine


class PicturesForm(FlaskForm):
    """More pictures of a product."""

    pictures = MultipleFileField(_l("Add pictures"), [FileRequired(_l("Please choose a picture."))])


class PictureForm(FlaskForm):
    """What a picture shows, and where it stands."""

    alt = StringField(_l("What it shows"), [Length(max=512)], filters=[stripped])
    position = IntegerField(_l("Place"), [InputRequired(), NumberRange(min=1, max=1000)])


def _rows_of(product: Product) -> list[dict[str, Any]]:
    """The variants, and blank rows for more of them where an option can tell them apart."""
    blank = BLANK_ROWS if product.options else 1
    return [_row_of(v) for v in product.variants] + [{} for _row in range(blank)]


def _row_of(variant: Variant) -> dict[str, Any]:
    values = [*variant.values, "", "", ""]
    return {
        "id": str(variant.id),
        "stock_was": "" if variant.left is None else str(variant.left),
        "stock": variant.left,
        "price": variant.price,
        "compare_at": variant.compare_at,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "grams": variant.grams or None,
        "is_archived": variant.is_archived,
        **{f"value_{i}": values[i - 1] for i in (1, 2, 3)},
    }


def _wrong(field: Any, sentence: str) -> bool:
    field.errors = [*field.errors, sentence]
    return False
