"""Which shop wrote a file: told by the names of its columns."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from flask_babel import gettext as _

from shop.catalog.exchange import shopify, woocommerce
from shop.catalog.exchange.drafts import ProductDraft, Remark
from shop.catalog.exchange.sheet import Sheet, open_sheet
from shop.catalog.exchange.spool import Spool
from shop.errors import NotValid

FORMATS: tuple[ModuleType, ...] = (shopify, woocommerce)
MOST_BYTES = 200_000_000


class ProductFile:
    """A product file whose rows have been brought together."""

    def __init__(self, sheet: Sheet, currency: str, spool: Spool) -> None:
        written_by = _written_by(sheet)
        self.format: str = written_by.NAME
        self._reader: shopify.Reader | woocommerce.Reader = written_by.Reader(sheet, currency)
        self._spool = spool
        self._reader.spool(spool)
        if not spool.rows:
            raise _no_products()
        self.rows = spool.rows
        self.remarks = tuple(_remarks(sheet, self._reader.unused))

    def drafts(self) -> Iterator[ProductDraft]:
        """Every product of the file, in the order in which they begin."""
        return self._reader.drafts(self._spool)


def check_file(path: Path, most_bytes: int) -> None:
    """Read every row once; raises NotValid or TooLarge with a sentence that says what to do."""
    sheet = open_sheet(path, most_bytes)
    _written_by(sheet).Reader(sheet, "CNY")
    if next(rows := iter(sheet), None) is None:
        raise _no_products()
    for _row in rows:
        pass


@contextmanager
def product_file(path: Path, currency: str, most_bytes: int = MOST_BYTES) -> Iterator[ProductFile]:
    """Open a product file of any known format; raises NotValid or TooLarge with a sentence that says what to do."""
    with Spool() as spool:
        yield ProductFile(open_sheet(path, most_bytes), currency, spool)


def _written_by(sheet: Sheet) -> ModuleType:
    header = {name.lower() for name in sheet.header}
    for known in FORMATS:
        if known.recognises(header):
            return known
    raise NotValid(
        _(
            "These are not the columns of a product file from Shopify or WooCommerce. "
            "The first row must hold Handle and Title, or Type, SKU and Name, in English."
        )
    )


def _no_products() -> NotValid:
    return NotValid(_("The file has columns but no products."))


def _remarks(sheet: Sheet, unused: tuple[str, ...]) -> Iterator[Remark]:
    if sheet.encoding == "gb18030":
        words = _(
            "The file is not written in UTF-8; it was read as GB18030, as Chinese spreadsheets save it."
        )
        yield Remark(1, "", words + " " + _("Look whether the names are right."))
    if unused:
        names = ", ".join(unused[:12]) + ("…" if len(unused) > 12 else "")
        yield Remark(1, "", _("Columns that are not used: %(names)s", names=names[:400]))
