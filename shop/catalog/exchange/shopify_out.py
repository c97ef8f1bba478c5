"""Writes products as Shopify's product CSV, so that reading it again loses nothing and no spreadsheet runs a cell."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from shop.catalog.exchange import cells as cell
from shop.catalog.exchange.drafts import ProductDraft, VariantDraft
from shop.catalog.exchange.shopify_columns import COLUMNS, KEPT_ON_PRODUCT, KEPT_ON_VARIANT, STORY_COLUMN
from shop.text import markdown

HEADER = (*COLUMNS, STORY_COLUMN)
STATUS = {"live": "active", "draft": "draft", "archived": "archived"}


def lines(products: Iterable[ProductDraft], currency: str) -> Iterator[str]:
    """The file, a piece of text for its first row and for each product."""
    # Both line ends stand here so that the writer also quotes a text with only one of them.
    buffer = StringIO()
    writer = csv.DictWriter(buffer, HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    yield buffer.getvalue()
    for product in products:
        buffer.seek(0)
        buffer.truncate()
        writer.writerows(_rows(product, currency))
        yield buffer.getvalue().replace("\x00", "")


def _rows(product: ProductDraft, currency: str) -> Iterator[dict[str, str]]:
    """The naming row and one more for each further variant or picture; they share rows as far as they go."""
    for i in range(max(len(product.variants), len(product.pictures), 1)):
        row = {"Handle": cell.guarded(product.handle)}
        if i == 0:
            row |= _product(product)
        if i < len(product.variants):
            row |= _variant(product, product.variants[i], currency, names=i == 0)
        if i < len(product.pictures):
            picture = product.pictures[i]
            row["Image Src"] = cell.guarded(picture.source)
            row["Image Position"] = str(i + 1)
            row["Image Alt Text"] = cell.guarded(picture.alt)
        yield row


def _product(product: ProductDraft) -> dict[str, str]:
    written = product.story_format == "markdown" and product.story != ""
    body = str(markdown(product.story)) if written else product.story
    return {
        "Title": cell.guarded(product.name),
        "Body (HTML)": cell.guarded(body),
        "Vendor": cell.guarded(product.vendor),
        "Type": cell.guarded(product.kind),
        "Tags": cell.guarded(cell.joined(product.tags)),
        "Published": "true" if product.state == "live" else "false",
        "Gift Card": "false",
        "Status": STATUS[product.state],
        STORY_COLUMN: cell.guarded(product.story) if written else "",
        **_kept(product.extra, KEPT_ON_PRODUCT),
    }


def _variant(product: ProductDraft, variant: VariantDraft, currency: str, *, names: bool) -> dict[str, str]:
    options = product.options or ["Title"]
    values = variant.values if product.options else ("Default Title",)
    row = {f"Option{i} Value": cell.guarded(value) for i, value in enumerate(values, 1)}
    if names:
        row |= {f"Option{i} Name": cell.guarded(name) for i, name in enumerate(options, 1)}
    return row | {
        "Variant SKU": cell.code_out(variant.sku),
        "Variant Barcode": cell.code_out(variant.barcode),
        "Variant Grams": str(variant.grams),
        "Variant Price": cell.price_out(variant.price, currency),
        "Variant Compare At Price": cell.price_out(variant.compare_at, currency),
        "Variant Requires Shipping": "true" if variant.needs_shipping else "false",
        **_stock(variant),
        **_kept(variant.extra, KEPT_ON_VARIANT),
    }


def _stock(variant: VariantDraft) -> dict[str, str]:
    """What is counted; what never runs out is not tracked, or was tracked elsewhere and sold on at nothing."""
    said = variant.extra
    if variant.stock is None:
        return {
            "Variant Inventory Tracker": cell.guarded(said.get("Variant Inventory Tracker", "")),
            "Variant Inventory Qty": said.get("Variant Inventory Qty", "0"),
            "Variant Inventory Policy": said.get("Variant Inventory Policy", "deny"),
        }
    return {
        "Variant Inventory Tracker": cell.guarded(said.get("Variant Inventory Tracker", "shopify")),
        "Variant Inventory Qty": str(variant.stock),
        "Variant Inventory Policy": "deny",
    }


def _kept(extra: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    return {name: cell.guarded(str(extra.get(name, default))) for name, default in columns.items()}
