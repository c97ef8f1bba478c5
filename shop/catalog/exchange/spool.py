"""Rows of one product may lie far apart in a file; a temporary file on disk brings them together, memory stays flat."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from types import TracebackType
from typing import Self

from flask_babel import gettext as _

from shop.errors import TooLarge

MOST_ROWS_TOGETHER = 2_500
BATCH = 1_000

Row = tuple[int, list[str]]


class Spool:
    """A private temporary database, gone when it is closed."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file: it has no path, and the system removes it with the process.
        self._disk = sqlite3.connect("", isolation_level=None)
        self._disk.executescript(
            "CREATE TABLE line (n INTEGER PRIMARY KEY, belongs_to TEXT NOT NULL, cells TEXT NOT NULL);"
            "CREATE TABLE name (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
            "BEGIN"
        )
        self._lines: list[tuple[int, str, str]] = []
        self._names: list[tuple[str, int]] = []
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._disk.close()

    def add(self, number: int, cells: list[str], *, belongs_to: str, known_as: Iterable[str]) -> None:
        """Keep a row: the name of the product that it belongs to, and the names that it gives to a product."""
        self._lines.append((number, belongs_to, json.dumps(cells, ensure_ascii=False)))
        self._names += [(name, number) for name in known_as]
        self.rows += 1
        if len(self._lines) >= BATCH:
            self._write()

    def products(self) -> Iterator[list[Row]]:
        """The rows of each product, its naming row first, in the order in which the products begin."""
        self._write()
        rows = self._disk.execute(
            "SELECT coalesce(name.n, line.n) AS first, line.n, line.cells FROM line"
            " LEFT JOIN name ON name.name = line.belongs_to ORDER BY first, line.n <> first, line.n"
        )
        for _key, together in groupby(rows, key=lambda row: row[0]):
            product = [(n, json.loads(cells)) for _f, n, cells in islice(together, MOST_ROWS_TOGETHER + 1)]
            if len(product) > MOST_ROWS_TOGETHER:
                raise TooLarge(
                    _(
                        "The product in row %(row)s has more than %(most)s rows.",
                        row=product[0][0],
                        most=MOST_ROWS_TOGETHER,
                    )
                )
            yield product

    def _write(self) -> None:
        self._disk.executemany("INSERT INTO line VALUES (?, ?, ?)", self._lines)
        self._disk.executemany("INSERT OR IGNORE INTO name VALUES (?, ?)", self._names)
        self._lines.clear()
        self._names.clear()
