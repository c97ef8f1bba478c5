"""Very many new rows of one table: PostgreSQL takes them in as one stream (COPY), a third of the cost of statements."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Column, Connection, Table, insert
from sqlalchemy.exc import DBAPIError

from shop.db import db


def pour(table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new rows, all with the same columns; what they do not say is filled in as the table's defaults say."""
    if not rows:
        return
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.execute(insert(table), list(rows))


def _copy(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = [column for column in table.columns if column.key in rows[0] or column.default is not None]
    quoted = connection.dialect.identifier_preparer
    names = ", ".join(quoted.format_column(column) for column in columns)
    statement = f"COPY {quoted.format_table(table)} ({names}) FROM STDIN"
    cells = [_cell(connection, column, column.key in rows[0]) for column in columns]
    raw: Any = connection.connection
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as stream:
            for row in rows:
                stream.write_row([cell(row) for cell in cells])
    except psycopg.Error as error:  # as SQLAlchemy tells it, so that a deadlock is tried again
        told = DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect)
        raise told from error


def _cell(connection: Connection, column: Column[Any], is_said: bool) -> Callable[[Mapping[str, Any]], Any]:
    """How a column is read from a row and written for the database."""
    kind: Any = column.type
    write = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    key, default = column.key, column.default
    if is_said:
        return (lambda row: write(row[key])) if write else lambda row: row[key]
    said: Any = default
    fill: Callable[[], Any] = (lambda: said.arg(None)) if said.is_callable else (lambda: said.arg)
    return (lambda _row: write(fill())) if write else (lambda _row: fill())
