"""Everything that the database holds, to be compared before and after a deed."""

from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from shop.db import Base


def rows(db: SQLAlchemy) -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of every table, by its table and key."""
    found = {}
    for table in Base.metadata.sorted_tables:
        key = list(table.primary_key.columns)
        for row in db.session.execute(select(table)).mappings():
            found[table.name, tuple(row[column.name] for column in key)] = dict(row)
    db.session.rollback()
    return found
