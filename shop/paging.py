"""Keyset pages: row values, never OFFSET, never a COUNT."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Select, func, inspect, select, tuple_
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
    chosen: Select[int] | None = None,
) -> Page:
    """One page of a query in the order of its keys (the last one unique); the mark comes from `?after=`.

    Rows are entities, or tuples whose first element carries the keys. Where two lists stand on one page, `name` tells
    their marks apart. `chosen` selects the last key of what may stand on the page: where the database has to sort many,
    it sorts these alone, and reads whole rows for one page only.
    """
    size, mark = min(size, LONGEST), request.args.get(name)
    order = [k.desc() if descending else k for k in keys]
    if mark:
        values = _read(mark, len(keys))
        row = tuple_(*keys)
        later = row < values if descending else row > values
        query, chosen = (query.where(later), None) if chosen is None else (query, chosen.where(later))
    if chosen is not None:
        query = query.where(keys[-1].in_(chosen.order_by(*order).limit(size + 1)))
    query = query.order_by(None).order_by(*order).limit(size + 1)
    result = db.session.execute(query).unique().all()
    rows = [r[0] if len(r) == 1 else r for r in result]
    if len(rows) <= size:
        return Page(rows, None, name)
    last = rows[size - 1]
    entity = last[0] if isinstance(last, tuple) or hasattr(last, "_fields") else last
    return Page(rows[:size], _write([_value(entity, k) for k in keys]), name)


def how_many(query: Select[int], most: int = 99) -> int:
    """How many rows wait, for a number beside a link; no more than `most` are counted, however many there are."""
    few = query.order_by(None).limit(most).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def _value(entity: Any, key: InstrumentedAttribute[Any]) -> Any:
    """A row's own value, or that of what it belongs to, such as a member's name."""
    owner: Any = key.class_
    if not isinstance(entity, owner):
        ways = inspect(type(entity)).relationships
        entity = getattr(entity, next(way.key for way in ways if way.mapper.class_ is owner))
    return getattr(entity, key.key)


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
