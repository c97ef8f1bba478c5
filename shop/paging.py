"""Keyset pages: row values, never OFFSET, never a COUNT."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from shop.db import db
from shop.errors import NotValid

# No page is longer than this, whatever its view asks for: a statement that is printed.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page and the mark after which the next begins; `name` is what the address calls the mark."""

    rows: Sequence[Any]
    after: str | None
    name: str = "after"

    @property
    def next_url(self) -> str | None:
        """The present address with the next page's mark."""
        if self.after is None:
            return None
        return f"{request.path}?" + urlencode(request.args.to_dict() | {self.name: self.after})


def page_of(
    query: Select[*tuple[Any, ...]],
    keys: Sequence[InstrumentedAttribute[Any]],
    *,
    size: int,
    descending: bool = False,
    name: str = "after",
) -> Page:
    """One page of a query in the order of its keys (the last one unique); the mark comes from `?after=`.

    Rows are entities, or tuples whose first element carries the keys. Where two lists stand on one page, `name` tells
    their marks apart.
    """
    size, mark = min(size, LONGEST), request.args.get(name)
    if mark:
        values = _read(mark, len(keys))
        row = tuple_(*keys)
        query = query.where(row < values if descending else row > values)
    query = query.order_by(None).order_by(*(k.desc() if descending else k for k in keys)).limit(size + 1)
    result = db.session.execute(query).unique().all()
    rows = [r[0] if len(r) == 1 else r for r in result]
    if len(rows) <= size:
        return Page(rows, None, name)
    last = rows[size - 1]
    entity = last[0] if isinstance(last, tuple) or hasattr(last, "_fields") else last
    return Page(rows[:size], _write([getattr(entity, k.key) for k in keys]), name)


def _write(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(mark: str, size: int) -> Any:
    try:
        values = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if len(values) != size or not all(type(v) in (int, str) for v in values):
            raise ValueError
        if any(type(v) is int and abs(v) >= 2**63 for v in values):
            raise ValueError
    except (ValueError, TypeError):
        raise NotValid("?after") from None
    return tuple_(*values)
