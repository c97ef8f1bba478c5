"""Rows on their way out into a spreadsheet, which shows every cell and runs none."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import IO, Any

from flask import Response

from shop.catalog.exchange.cells import text_out

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
IN_MEMORY = 1 << 20
PIECE = 1 << 16


def as_file(rows: Iterable[Sequence[Any]], name: str) -> Response:
    """The rows as `<name>.csv`; texts are made harmless here, so nobody who writes rows has to think of it."""
    return by_way_of_the_disk(_lines(rows), name)


def by_way_of_the_disk(pieces: Iterable[str], name: str) -> Response:
    """`<name>.csv`, written down whole before it is sent: a slow reader holds no transaction and no memory."""
    disk = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed with the answer
    try:
        disk.writelines(piece.encode() for piece in pieces)
    except BaseException:
        disk.close()
        raise
    answer = Response(_sent(disk), mimetype="text/csv")
    answer.call_on_close(disk.close)  # who asks for the head alone never begins to read
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield BOM
    for row in rows:
        line = StringIO(newline="")
        csv.writer(line).writerow([_cell(value) for value in row])
        yield line.getvalue()


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float) else text_out(str(value))


def _sent(disk: IO[bytes]) -> Iterator[bytes]:
    with disk:
        disk.seek(0)
        while piece := disk.read(PIECE):
            yield piece
