"""What every reader of product files does: find a cell by its column's name and remark what cannot be read."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from shop.catalog.exchange import cells as cell
from shop.catalog.exchange.drafts import ProductDraft
from shop.catalog.exchange.sheet import Sheet
from shop.errors import NotValid

T = TypeVar("T")


class Columns:
    """The columns of a sheet by their names in small letters; `given` are the fields that they speak about."""

    given: frozenset[str]
    unused: tuple[str, ...]

    def __init__(self, sheet: Sheet, currency: str, other_names: Mapping[str, str] | None = None) -> None:
        self.sheet = sheet
        self.currency = currency
        self.places = sheet.places(other_names)

    def raw(self, row: list[str], column: str) -> str:
        """The cell as it stands in the file; nothing where the file lacks the column."""
        place = self.places.get(column)
        return "" if place is None else row[place]

    def text(self, row: list[str], column: str) -> str:
        """The words of the cell, without blanks around them and without a spreadsheet's apostrophe."""
        return cell.unguarded(self.raw(row, column).strip())

    def code(self, row: list[str], column: str) -> str:
        """A SKU or barcode."""
        return cell.code_in(self.raw(row, column))

    def read(
        self,
        draft: ProductDraft,
        number: int,
        row: list[str],
        column: str,
        read: Callable[[str], T],
        otherwise: T,
    ) -> T:
        """The cell as `read` understands it; what it cannot understand is wrong, and remarked."""
        try:
            return read(self.raw(row, column))
        except NotValid as no:
            draft.remark(number, self.sheet.header[self.places[column]], str(no), "wrong")
            return otherwise

    def price(self, draft: ProductDraft, number: int, row: list[str], column: str) -> int | None:
        """An amount in minor units; None for an empty cell."""
        return self.read(draft, number, row, column, lambda text: cell.price(text, self.currency), None)

    def flag(self, draft: ProductDraft, number: int, row: list[str], column: str, default: bool) -> bool:
        """Yes or no; an empty cell is the default."""
        return self.read(draft, number, row, column, lambda text: cell.flag(text, default), default)

    def count(self, draft: ProductDraft, number: int, row: list[str], column: str) -> int | None:
        """A whole number; None for an empty cell."""
        return self.read(draft, number, row, column, cell.count, None)
