"""Reads Shopify's product CSV: several rows a product, the first names it, the others add variants and pictures."""

from collections.abc import Iterator

from flask_babel import gettext as _

from shop.catalog.exchange import cells as cell
from shop.catalog.exchange.checks import checked
from shop.catalog.exchange.drafts import PictureDraft, ProductDraft, VariantDraft
from shop.catalog.exchange.reader import Columns
from shop.catalog.exchange.sheet import Sheet
from shop.catalog.exchange.shopify_columns import (
    FIELDS,
    KEPT_ON_PRODUCT,
    KEPT_ON_VARIANT,
    OTHER_NAMES,
    STORY_COLUMN,
    VARIANT_CELLS,
)
from shop.catalog.exchange.spool import Row, Spool
from shop.text import markdown

NAME = "Shopify"
STATES = {"": "live", "active": "live", "draft": "draft", "unlisted": "draft", "archived": "archived"}


def recognises(header: set[str]) -> bool:
    """Whether these column names (in small letters) are Shopify's."""
    return bool({"handle", "url handle"} & header) and "title" in header


class Reader(Columns):
    """Turns a sheet into product drafts, one after the other."""

    def __init__(self, sheet: Sheet, currency: str) -> None:
        super().__init__(sheet, currency, OTHER_NAMES)
        kept = {name for name in (*KEPT_ON_PRODUCT, *KEPT_ON_VARIANT) if name.lower() in self.places}
        self.given = frozenset({field for column, field in FIELDS.items() if column in self.places} | kept)
        self.unused = tuple(
            name for name in sheet.header if name and OTHER_NAMES.get(name.lower(), name.lower()) not in _USED
        )

    def spool(self, spool: Spool) -> None:
        """Bring the rows of each handle together."""
        for number, row in self.sheet:
            handle = self.text(row, "handle")
            spool.add(number, row, belongs_to=handle or f"#{number}", known_as=[handle] if handle else [])

    def drafts(self, spool: Spool) -> Iterator[ProductDraft]:
        """Every product of the file; what is wrong with one stands in its remarks."""
        for rows in spool.products():
            yield checked(self._product(rows))

    def _product(self, rows: list[Row]) -> ProductDraft:
        named = next(((n, row) for n, row in rows if self.text(row, "title")), rows[0])
        number, row = named
        draft = ProductDraft(number, self.text(row, "handle"), self.given, rows=len(rows))
        if not draft.handle:
            draft.remark(
                number, "Handle", _("The handle is missing: it tells which rows are one product."), "wrong"
            )
            return draft
        draft.name = self.text(row, "title")
        if not draft.name:
            draft.remark(number, "Title", _("The product has no name."), "wrong")
        if self.flag(draft, number, row, "gift card", False):
            draft.remark(number, "Gift Card", _("Gift cards are not products here."), "skipped")
        draft.story, draft.story_format = self._story(row)
        draft.vendor = self.text(row, "vendor")
        draft.kind = self.text(row, "type")
        draft.tags = cell.words(self.text(row, "tags"))
        draft.state = self._state(draft, number, row)
        names = [self.text(row, f"option{i} name") for i in (1, 2, 3)]
        draft.extra = self._kept(row, KEPT_ON_PRODUCT)
        for n, one in rows:
            if any(self.raw(one, column) for column in VARIANT_CELLS):
                draft.variants.append(self._variant(draft, n, one))
        self._settle_options(draft, names)
        self._pictures(draft, rows)
        return draft

    def _variant(self, draft: ProductDraft, number: int, row: list[str]) -> VariantDraft:
        variant = VariantDraft(
            number,
            values=tuple(self.text(row, f"option{i} value") for i in (1, 2, 3)),
            sku=self.code(row, "variant sku"),
            barcode=self.code(row, "variant barcode"),
            price=self.price(draft, number, row, "variant price"),
            compare_at=self.price(draft, number, row, "variant compare at price"),
            grams=self.read(draft, number, row, "variant grams", cell.weight, 0),
            needs_shipping=self.flag(draft, number, row, "variant requires shipping", True),
            extra=self._kept(row, KEPT_ON_VARIANT),
        )
        self._stock(draft, variant, row)
        return variant

    def _stock(self, draft: ProductDraft, variant: VariantDraft, row: list[str]) -> None:
        """What is counted; without a tracker, or where selling goes on at nothing, Shopify never runs out."""
        there = self.count(draft, variant.row, row, "variant inventory qty")
        tracker = self.text(row, "variant inventory tracker")
        policy = self.text(row, "variant inventory policy").lower()
        counts = bool(tracker) if "variant inventory tracker" in self.places else there is not None
        goes_on = policy == "continue" or policy in cell.YES
        if counts and not goes_on:
            variant.stock = max(there or 0, 0)
            if tracker not in ("", "shopify"):
                variant.extra["Variant Inventory Tracker"] = tracker
            if there is not None and there < 0:
                draft.remark(
                    variant.row,
                    "Variant Inventory Qty",
                    _("More is sold than there is (%(count)s): the stock becomes 0.", count=there),
                )
            return
        if there:
            variant.extra["Variant Inventory Qty"] = str(there)
            draft.remark(
                variant.row,
                "Variant Inventory Qty",
                _(
                    "Shopify does not count this stock down (%(count)s): it can be bought without end.",
                    count=there,
                ),
            )
        if counts:
            variant.extra |= {"Variant Inventory Tracker": tracker, "Variant Inventory Policy": "continue"}

    def _settle_options(self, draft: ProductDraft, names: list[str]) -> None:
        """Keep the values of the options that have a name; “Title: Default Title” is Shopify's way to say none."""
        if names[0] in ("", "Title") and all(v.values in _NO_OPTIONS for v in draft.variants):
            names = ["", "", ""]
            for variant in draft.variants:
                variant.values = ("", "", "")
        named = [i for i, name in enumerate(names) if name]
        draft.options = [names[i] for i in named]
        for variant in draft.variants:
            for i, value in enumerate(variant.values):
                if value and i not in named:
                    words = _("There is a value, but row %(row)s gives the option no name.", row=draft.row)
                    draft.remark(variant.row, f"Option{i + 1} Value", words, "wrong")
            variant.values = tuple(variant.values[i] for i in named)

    def _pictures(self, draft: ProductDraft, rows: list[Row]) -> None:
        placed: list[tuple[int, PictureDraft]] = []
        for n, row in rows:
            source = self.text(row, "image src")
            if source:
                place = self.count(draft, n, row, "image position")
                alt = cell.unguarded(self.raw(row, "image alt text"))
                placed.append((place or len(placed) + 1, PictureDraft(n, source, alt)))
        draft.pictures = [picture for _place, picture in sorted(placed, key=lambda pair: pair[0])]
        known = {picture.source for picture in draft.pictures}
        for variant in draft.variants:
            source = variant.extra.get("Variant Image", "")
            if source and source not in known:
                known.add(source)
                draft.pictures.append(PictureDraft(variant.row, source))

    def _story(self, row: list[str]) -> tuple[str, str]:
        """The body; our own export has the Markdown beside it, which counts as long as the body was not edited."""
        body = cell.unguarded(self.raw(row, "body (html)"))
        written = cell.unguarded(self.raw(row, STORY_COLUMN.lower()))
        if written and str(markdown(written)) == body:
            return written, "markdown"
        return body, "html" if body else "markdown"

    def _state(self, draft: ProductDraft, number: int, row: list[str]) -> str:
        said = self.text(row, "status").lower()
        published = self.flag(draft, number, row, "published", True)
        if said not in STATES:
            draft.remark(
                number,
                "Status",
                _("“%(text)s” is not active, draft or archived.", text=cell.shown(said)),
                "wrong",
            )
        state = STATES.get(said, "draft")
        return "draft" if state == "live" and not published else state

    def _kept(self, row: list[str], columns: dict[str, str]) -> dict[str, str]:
        """What stands in columns that are only kept, unless it is what Shopify writes anyhow."""
        found = ((name, self.raw(row, name.lower()), default) for name, default in columns.items())
        return {n: cell.unguarded(text) for n, text, default in found if text and text.lower() != default}


_NO_OPTIONS = (("Default Title", "", ""), ("", "", ""))
_USED = (
    {*FIELDS, *VARIANT_CELLS, "handle", "gift card", "variant image", "image src", "image position"}
    | {f"option{i} name" for i in (1, 2, 3)}
    | {"variant inventory policy", STORY_COLUMN.lower()}
    | {name.lower() for name in (*KEPT_ON_PRODUCT, *KEPT_ON_VARIANT)}
)
