"""Reads WooCommerce's product CSV: one row a product or variation, variations name their parent by SKU or `id:7`."""

import re
from collections.abc import Iterator
from decimal import Decimal
from math import prod

from flask_babel import gettext as _
from slugify import slugify

from shop.catalog.exchange import cells as cell
from shop.catalog.exchange import woocommerce_words as woo
from shop.catalog.exchange.checks import checked
from shop.catalog.exchange.drafts import PictureDraft, ProductDraft, VariantDraft
from shop.catalog.exchange.reader import Columns
from shop.catalog.exchange.sheet import Sheet
from shop.catalog.exchange.spool import Row, Spool
from shop.clock import now

NAME = "WooCommerce"
KINDS = ("simple", "variable")
MOST_COMBINATIONS = 250
FIELDS = {
    "name": "name",
    "description": "story",
    "short description": "story",
    "categories": "kind",
    "tags": "tags",
    "published": "state",
    "sku": "sku",
    "gtin, upc, ean, or isbn": "barcode",
    "regular price": "price",
    "sale price": "compare_at",
    "stock": "stock",
    "in stock?": "stock",
    "brands": "vendor",
}


def recognises(header: set[str]) -> bool:
    """Whether these column names (in small letters) are WooCommerce's."""
    return {"type", "name"} <= header and bool({"sku", "regular price", "parent"} & header)


class Reader(Columns):
    """Turns a sheet into product drafts, one after the other."""

    def __init__(self, sheet: Sheet, currency: str) -> None:
        super().__init__(sheet, currency)
        self.weight_column, self.grams_each = _weight_column(self.places)
        self.attributes = [i for i in range(1, 100) if f"attribute {i} name" in self.places]
        weighed = {"grams", "needs_shipping"} if self.weight_column else {"needs_shipping"}
        self.given = frozenset({field for column, field in FIELDS.items() if column in self.places} | weighed)
        self.unused = tuple(name for name in sheet.header if name and not self._is_used(name.lower()))
        self._handles: dict[str, int] = {}

    def spool(self, spool: Spool) -> None:
        """Bring variations to their parents, wherever they stand in the file."""
        for number, row in self.sheet:
            names = [f"id:{self.text(row, 'id')}", self.code(row, "sku")]
            is_child = "variation" in self._types(row)
            parent = self.code(row, "parent").replace("id: ", "id:")
            spool.add(
                number,
                row,
                belongs_to=parent if is_child and parent else f"#{number}",
                known_as=[] if is_child else [name for name in names if name not in ("", "id:")],
            )

    def drafts(self, spool: Spool) -> Iterator[ProductDraft]:
        """Every product of the file; what is wrong with one stands in its remarks."""
        for rows in spool.products():
            yield checked(self._product(rows))

    def _product(self, rows: list[Row]) -> ProductDraft:
        (number, row), children = rows[0], rows[1:]
        types = self._types(row)
        draft = ProductDraft(
            number, "", self.given, name=self.text(row, "name"), rows=len(rows), is_known_by_sku=True
        )
        draft.handle = self._handle(draft.name, self.text(row, "id") or self.code(row, "sku"))
        if not draft.name:
            draft.remark(number, "Name", _("The product has no name."), "wrong")
        if "variation" in types:
            parent = cell.shown(self.text(row, "parent"))
            words = _("This variation belongs to “%(parent)s”, which is not in the file.", parent=parent)
            draft.remark(number, "Parent", words, "wrong")
            return draft
        kind = next((word for word in types if word not in ("virtual", "downloadable")), "simple")
        if kind not in KINDS:
            draft.remark(number, "Type", woo.why_not(kind), "skipped")
            return draft
        draft.story = woo.story(self._body(row, "short description"), self._body(row, "description"))
        categories = cell.words(self.text(row, "categories"))
        draft.kind = categories[0] if categories else ""
        draft.tags = list(dict.fromkeys([*cell.words(self.text(row, "tags")), *categories[1:]]))
        draft.vendor = ", ".join(cell.words(self.text(row, "brands")))
        draft.state = self._state(draft, number, row)
        if kind == "simple":
            draft.variants = [self._variant(draft, number, row)]
            draft.story += woo.attributes(self._attributes(row))
        else:
            self._variations(draft, row, children)
        draft.story_format = "html" if draft.story else "markdown"
        draft.variants = [v for v in draft.variants if v.price is not None or "price" not in self.given]
        if not draft.variants and not draft.is_wrong:
            words = _("Without a price it cannot be bought in WooCommerce either.")
            draft.remark(number, "Regular price", words, "skipped")
        for n, one in rows:
            pictures = cell.words(self.raw(one, "images"))
            draft.pictures += [PictureDraft(n, source) for source in pictures]
        return draft

    def _variations(self, draft: ProductDraft, row: list[str], children: list[Row]) -> None:
        """One variant a variation; one that fits any value of an attribute becomes one for each of them."""
        choices = self._attributes(row)
        asked = {name for _n, child in children for name in self._attributes(child)}
        draft.options = [name for name in choices if name in asked] or sorted(asked)
        draft.story += woo.attributes({name: values for name, values in choices.items() if name not in asked})
        if len(draft.options) > 3:
            words = _(
                "It has %(count)s attributes to choose from; three is the most here.",
                count=len(draft.options),
            )
            draft.remark(draft.row, "Type", words, "skipped")
            return
        shared = self._count(draft, draft.row, row)
        for number, child in children:
            if self.text(child, "published") not in ("", "1"):
                draft.remark(number, "Published", _("This variation is switched off, so it is left out."))
                continue
            values = self._attributes(child)
            variant = self._variant(draft, number, child)
            if self.text(child, "stock").lower() == "parent":
                draft.remark(
                    number, "Stock", _("The variations share one stock: it is put on the first of them.")
                )
                variant.stock, shared = shared, 0 if shared is not None else None
            chosen = [values.get(name, []) or choices.get(name, []) for name in draft.options]
            if prod(len(among) or 1 for among in chosen) > MOST_COMBINATIONS:
                words = _("It fits more than %(most)s combinations of attributes.", most=MOST_COMBINATIONS)
                draft.remark(number, "Type", words, "skipped")
                return
            taken = {v.values for v in draft.variants}
            draft.variants += [v for v in woo.one_for_each(variant, chosen) if v.values not in taken]
        if not children:
            draft.remark(
                draft.row,
                "Type",
                _("The product is variable, but the file has no variations of it."),
                "skipped",
            )

    def _variant(self, draft: ProductDraft, number: int, row: list[str]) -> VariantDraft:
        regular = self.price(draft, number, row, "regular price")
        sale = self.price(draft, number, row, "sale price")
        if sale is not None and not woo.is_on_sale(
            self.text(row, "date sale price starts"), self.text(row, "date sale price ends"), now()
        ):
            sale = None
        variant = VariantDraft(
            number,
            sku=self.code(row, "sku"),
            barcode=self.code(row, "gtin, upc, ean, or isbn"),
            price=regular if sale is None else sale,
            compare_at=None if sale is None else regular,
            needs_shipping="virtual" not in self._types(row),
            stock=self._count(draft, number, row),
        )
        if self.weight_column:
            variant.grams = self.read(
                draft, number, row, self.weight_column, lambda text: cell.weight(text, self.grams_each), 0
            )
        return variant

    def _count(self, draft: ProductDraft, number: int, row: list[str]) -> int | None:
        """How many there are; None where WooCommerce does not count, or sells on at nothing."""
        in_stock = self.text(row, "in stock?").lower()
        counted = self.text(row, "stock").lower()
        there = None if counted == "parent" else self.count(draft, number, row, "stock")
        if self.text(row, "backorders allowed?").lower() in ("1", "yes", "notify") or in_stock == "backorder":
            if there is not None:
                draft.remark(number, "Stock", _("It is sold on backorder, so it can be bought without end."))
            return None
        if there is None:
            return 0 if in_stock in cell.NO else None
        return max(there, 0)

    def _state(self, draft: ProductDraft, number: int, row: list[str]) -> str:
        published = self.text(row, "published")
        if self.text(row, "visibility in catalog").lower() == "hidden":
            draft.remark(
                number, "Visibility in catalog", _("It is hidden in WooCommerce, so it becomes a draft.")
            )
            return "draft"
        return "live" if published in ("", "1") else "draft"

    def _attributes(self, row: list[str]) -> dict[str, list[str]]:
        found = {}
        for i in self.attributes:
            name = self.text(row, f"attribute {i} name")
            if name:
                found[name] = cell.words(self.text(row, f"attribute {i} value(s)"))
        return found

    def _handle(self, name: str, fallback: str) -> str:
        """WooCommerce's file has no handles: the name makes one, with the id behind it where two have the same name."""
        handle = slugify(name, max_length=80) or slugify(fallback) or "product"
        self._handles[handle] = self._handles.get(handle, 0) + 1
        return (
            handle if self._handles[handle] == 1 else f"{handle}-{slugify(fallback) or self._handles[handle]}"
        )

    def _types(self, row: list[str]) -> list[str]:
        return [word.lower() for word in cell.words(self.text(row, "type"))]

    def _body(self, row: list[str], column: str) -> str:
        return woo.with_newlines(cell.unguarded(self.raw(row, column)))

    def _is_used(self, column: str) -> bool:
        also = {
            "id",
            "type",
            "parent",
            "images",
            "visibility in catalog",
            "backorders allowed?",
            self.weight_column,
        }
        return (
            column in FIELDS or column in also or bool(re.match(r"attribute \d+ |date sale price ", column))
        )


def _weight_column(places: dict[str, int]) -> tuple[str, Decimal]:
    for unit, grams in (("kg", "1000"), ("g", "1"), ("lbs", "453.59237"), ("oz", "28.349523125")):
        if f"weight ({unit})" in places:
            return f"weight ({unit})", Decimal(grams)
    return "", Decimal(1)
