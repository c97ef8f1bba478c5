"""A product file as rows of cells, read as a stream: encodings, separators and everything that a CSV can do wrong."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _

from shop.errors import NotValid, TooLarge

# Python allows 131,072 characters in a cell; a long story with its HTML needs more. The setting is the process's.
LONGEST_CELL = 1_000_000
csv.field_size_limit(LONGEST_CELL)

CHUNK = 1 << 20
MOST_COLUMNS = 1_000
MOST_ROWS = 2_000_000
SEPARATORS = (",", ";", "\t")

# The first bytes of what is called .csv and is none.
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WEB_PAGE = (b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that looks like a table; iterating it reads it again from its first row."""

    path: Path
    encoding: str
    separator: str
    header: tuple[str, ...]

    def places(self, other_names: Mapping[str, str] | None = None) -> dict[str, int]:
        """Where each column stands, by its name in small letters, or by the name it is an other name for."""
        places: dict[str, int] = {}
        for place, name in enumerate(self.header):
            known = name.lower()
            known = (other_names or {}).get(known, known)
            if known and known in places and not known.startswith("meta:"):
                raise NotValid(_("The column “%(name)s” stands twice in the first row.", name=name[:80]))
            places.setdefault(known, place)
        return places

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not empty: its number as a spreadsheet counts (the header is 1) and its cells."""
        width = len(self.header)
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise _broken(error, number) from None
                if number == 1 or not any(cells):
                    continue
                if number > MOST_ROWS:
                    raise TooLarge(
                        _("The file has more than %(most)s rows. Split it in two.", most=MOST_ROWS)
                    )
                yield number, _fitted(cells, width, number)


def open_sheet(path: Path, most_bytes: int) -> Sheet:
    """Look at a file before its rows are read; raises NotValid or TooLarge with a sentence that says what to do."""
    size = path.stat().st_size
    if size > most_bytes:
        raise TooLarge(
            _(
                "The file has %(size)s MB; at most %(most)s MB can be imported at once. Split it in two.",
                size=-(-size // 1_000_000),
                most=most_bytes // 1_000_000,
            )
        )
    encoding = _encoding(path)
    separator, header = _header(path, encoding)
    return Sheet(path, encoding, separator, header)


def _encoding(path: Path) -> str:
    """How the file's letters are written: UTF-8, UTF-16 with its mark (Excel's “Unicode text”), or GB18030."""
    with path.open("rb") as file:
        start = file.read(512)
    _refuse_other_kinds(start)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        if _can_be_read(path, encoding):
            return encoding
    raise NotValid(
        _(
            "The file's letters cannot be read: they are neither UTF-8 nor GB18030. "
            "In your spreadsheet choose “Save as … CSV UTF-8”."
        )
    )


def _refuse_other_kinds(start: bytes) -> None:
    if not start.strip():
        raise NotValid(_("The file is empty."))
    if start.startswith(_WORKBOOK):
        raise NotValid(
            _("This is a workbook, not a CSV file. In your spreadsheet choose “Save as … CSV UTF-8”.")
        )
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_WEB_PAGE):
        raise NotValid(
            _("This is a web page, not a CSV file. Perhaps you were signed out while it was downloaded.")
        )


def _can_be_read(path: Path, encoding: str) -> bool:
    """Whether every byte makes sense in this encoding; a NUL makes sense in none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                if "\x00" in decoder.decode(chunk):
                    raise NotValid(
                        _(
                            "The file holds bytes that are no text (NUL). It may be damaged: export it once more."
                        )
                    )
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _header(path: Path, encoding: str) -> tuple[str, tuple[str, ...]]:
    """The separator that cuts the first row into the most cells, and those cells."""
    best: tuple[str, tuple[str, ...]] = (",", ())
    for separator in SEPARATORS:
        with path.open(encoding=encoding, newline="") as file:
            try:
                cells = next(csv.reader(file, delimiter=separator, strict=True), [])
            except csv.Error:
                continue
        names = tuple(cell.strip() for cell in cells)
        if len(names) > len(best[1]):
            best = separator, names
    header = best[1]
    if len(header) > MOST_COLUMNS:
        raise TooLarge(_("The file has more than %(most)s columns.", most=MOST_COLUMNS))
    if len(header) < 2:
        raise NotValid(
            _(
                "The first row does not name any columns. It must hold names such as Handle, Title, Variant Price."
            )
        )
    return best


def _fitted(cells: list[str], width: int, number: int) -> list[str]:
    """As many cells as there are columns: spreadsheets leave out empty ones at the end, or add some."""
    if len(cells) == width:
        return cells
    if any(cells[width:]):
        raise NotValid(
            _(
                "Row %(row)s has %(cells)s cells, but there are %(columns)s columns. "
                "Perhaps a text with a comma is not in quotes.",
                row=number,
                cells=len(cells),
                columns=width,
            )
        )
    return cells[:width] + [""] * (width - len(cells))


def _broken(error: csv.Error, number: int) -> NotValid:
    said = str(error)
    if "field larger" in said:
        return NotValid(
            _(
                "A cell in row %(row)s is longer than %(most)s characters. "
                "Perhaps a quotation mark is opened there and never closed.",
                row=number,
                most=LONGEST_CELL,
            )
        )
    if "unexpected end" in said:
        return NotValid(
            _(
                "The file ends inside a quotation that begins in row %(row)s. Perhaps it was cut off.",
                row=number,
            )
        )
    return NotValid(
        _(
            "The quotation marks in row %(row)s do not fit: inside a quoted text they must be doubled.",
            row=number,
        )
    )
