"""How a table stands: by which of its columns, which way round, and where the heads of the columns lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy.orm import InstrumentedAttribute

Keys = Sequence[InstrumentedAttribute[Any]]
Columns = Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class Sorting:
    """The column that was asked for and the keys of its page (`shop.paging.page_of`), the last one unique."""

    name: str
    keys: Keys
    descending: bool

    def head(self, name: str, label: str, **more: Any) -> dict[str, Any]:
        """The head of a column for ui/table.html: a link that sorts by it, then the other way round."""
        told = request.args.to_dict()
        told.pop("after", None)
        here = name == self.name
        told["sort"] = f"-{name}" if here and not self.descending else name
        way = ("descending" if self.descending else "ascending") if here else None
        return {"label": label, "url": f"{request.path}?{urlencode(told)}", "sort": way, **more}


def sorting(columns: Columns, usual: str) -> Sorting:
    """What `?sort=name` or `?sort=-name` asks for; the usual order for anything else."""
    asked = request.args.get("sort", usual)
    if asked.removeprefix("-") not in columns:
        asked = usual
    name = asked.removeprefix("-")
    return Sorting(name, columns[name], asked.startswith("-"))
