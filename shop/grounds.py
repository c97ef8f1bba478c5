"""What a kept page stands on: rows, and what they said when it was made; asked for again in one statement."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Engine

from shop.clock import now

# One row for everything; only whole numbers are put into it, so that one statement answers for any number of rows.
STATEMENT = """
SELECT (SELECT version FROM community WHERE slug = ?),
  (SELECT {name} FROM (SELECT name FROM plugin_rest WHERE ended_at IS NULL ORDER BY name) AS resting),
  (SELECT {name} FROM (SELECT name FROM plugin_site WHERE NOT is_active ORDER BY name) AS inactive),
  (SELECT {id} FROM (SELECT id FROM offer WHERE listing_id IN ({listings}) AND ended_at IS NULL
    AND (opens_at IS NULL OR opens_at <= ?) AND (closes_at IS NULL OR closes_at > ?) ORDER BY id) AS running),
  {left},
  {some}{reads}
"""
LEFT = (
    "(SELECT {remaining} FROM (SELECT id, remaining FROM limits WHERE id IN ({ids}) ORDER BY id) AS counted)"
)
SOME = "(SELECT {id} FROM (SELECT id FROM limits WHERE remaining > 0 AND id IN ({ids}) ORDER BY id) AS there)"
JOINED = {
    "sqlite": "group_concat({0}, ',')",
    "postgresql": "string_agg(CAST({0} AS VARCHAR), ',' ORDER BY {1})",
}


@dataclass(frozen=True)
class Ground:
    """The rows that a page stands on, and `told`, what they said when it was made."""

    slug: str
    listings: tuple[int, ...]
    left: tuple[int, ...]
    some: tuple[int, ...]
    told: tuple[int | str | None, ...]
    until: datetime | None = None
    reads: tuple[str, ...] = ()

    def holds(self, engine: Engine) -> bool:
        """Whether the database says the same now; one statement, sent past SQLAlchemy, which costs more than it."""
        postgres, moment = engine.dialect.name == "postgresql", now()
        if self.until is not None and moment >= self.until:
            return False
        instant = moment if postgres else moment.replace(tzinfo=None).isoformat(" ", "microseconds")
        with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(self._statement(engine.dialect.name), (self.slug, instant, instant))
            return bool(cursor.fetchone() == self.told)

    @cache  # noqa: B019 (it lives as long as its page)
    def _statement(self, dialect: str) -> str:
        together = JOINED[dialect].format
        left = LEFT.format(remaining=together("remaining", "id"), ids=_numbers(self.left))
        some = SOME.format(id=together("id", "id"), ids=_numbers(self.some))
        statement = STATEMENT.format(
            name=together("name", "name"),
            id=together("id", "id"),
            listings=_numbers(self.listings),
            left=left if self.left else "NULL",
            some=some if self.some else "NULL",
            reads="".join(f",\n  ({question})" for question in self.reads),
        )
        return statement.replace("?", "%s") if dialect == "postgresql" else statement


def joined(words: Iterable[Any]) -> str | None:
    """As the database joins them: nothing for none."""
    return ",".join(map(str, words)) or None


def _numbers(ids: Iterable[int]) -> str:
    return ",".join(str(int(i)) for i in ids) or "NULL"
