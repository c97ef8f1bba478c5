"""Leftovers: the files of a picture go from the disk when the last row that named them has let it go.

The same picture of two people is one file, so nobody who takes theirs away may delete it: they tell that they
have let it go, and after the commit the worker looks through whatever could name it, also what
sleeping plugins have kept.
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Text, cast, column, inspect, literal, or_, select, table

from shop import jobs, pictures
from shop.db import db
from shop.events import Event, record
from shop.pictures import HasSizes, StoredPicture

# What never shows a picture; the event that tells of this one names it itself.
SILENT = {"event", "delivery", "once_key", "session"}
NAMES = {"key", "picture", "cover"}


def install(app: Flask) -> None:
    jobs.listens(app, "pictures.clean", "pictures.left", clean)


def leave(gone: Iterable[HasSizes]) -> None:
    """These were let go by a row; their files go when no other row names them."""
    told = sorted({(each.key, each.width) for each in gone})
    if told:
        record("pictures.left", pictures=told)


def clean(event: Event) -> None:
    """Delete the files of what nobody names any more; done twice, it is the same."""
    for key, width in event.payload["pictures"]:
        if not is_named(str(key)):
            pictures.forget(StoredPicture(str(key), int(width), 0, ""))


def is_named(key: str) -> bool:
    """Whether any row of the core or of a plugin still names this picture, in a column, in JSON or in words."""
    columns: dict[Any, Any] = inspect(db.session.connection()).get_multi_columns()
    for (_schema, name), told in sorted(columns.items(), key=lambda pair: str(pair[0])):
        looked_at = [each["name"] for each in told if name not in SILENT and _may_name(each)]
        if looked_at:
            there = table(name, *(column(each) for each in looked_at))
            named = [cast(there.c[each], Text).contains(key, autoescape=True) for each in looked_at]
            if db.session.scalar(select(literal(1)).select_from(there).where(or_(*named)).limit(1)):
                return True
    return False


def _may_name(told: Any) -> bool:
    return isinstance(told["type"], JSON | Text) or told["name"] in NAMES
