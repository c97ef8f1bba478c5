"""Writes what a merchant typed onto a product: all of it, or nothing and a word beside the field."""

from flask_babel import gettext as _

from shop.catalog.forms import ProductForm, VariantForm
from shop.catalog.models import Product, Variant
from shop.errors import NotValid, Refused


def write(form: ProductForm, product: Product) -> bool:
    """Write a valid form; False when somebody bought meanwhile and a number of the stock must be looked at again.

    Raises Refused (404) for a variant that is not one of this product.
    """
    mine = {str(v.id): v for v in product.variants}
    pairs = [(row, _variant(row, mine)) for row in form.rows]
    seen = [_stock_is_as_seen(row, variant) for row, variant in pairs]  # each row says what is wrong with it
    if not all(seen):
        return False
    product.name, product.story = form.name.data or "", form.story.data or ""
    product.vendor, product.kind = form.vendor.data or "", form.kind.data or ""
    product.tags = [tag[:80] for tag in form.tags.data or []][:50]
    product.set_options(form.options)
    for row, found in pairs:
        if found is None:
            found = Variant.make(row.price.data)
            product.add_variant(found)
        _write_variant(row, found, len(product.options))
    if product.state == "live":
        product.publish()
    product.settle()
    return True


def _variant(row: VariantForm, mine: dict[str, Variant]) -> Variant | None:
    if not row.id.data:
        return None
    if row.id.data not in mine:
        raise Refused(_("This variant does not belong to the product."), status=404)
    return mine[row.id.data]


def _stock_is_as_seen(row: VariantForm, variant: Variant | None) -> bool:
    """A number that nobody changed is not written; one that was changed must have been counted on what is there now."""
    if variant is None or not _changes_stock(row):
        return True
    now_left = "" if variant.left is None else str(variant.left)
    if row.stock_was.data == now_left:
        return True
    row.stock.errors = [_("Meanwhile %(left)s are left. Please count again.", left=now_left or "∞")]
    row.stock_was.data = now_left
    return False


def _changes_stock(row: VariantForm) -> bool:
    return (row.stock_was.data or "") != ("" if row.stock.data is None else str(row.stock.data))


def _write_variant(row: VariantForm, variant: Variant, options: int) -> None:
    if row.price.data is None:
        raise NotValid(_("Please write a price."))
    variant.values = row.values[:options]
    variant.price, variant.compare_at = row.price.data, row.compare_at.data
    variant.sku, variant.barcode = row.sku.data or "", row.barcode.data or ""
    variant.grams, variant.is_archived = row.grams.data or 0, bool(row.is_archived.data)
    if variant.id is None or _changes_stock(row):
        variant.count_stock(row.stock.data)
