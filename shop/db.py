"""Engine, session and base class: reads cannot write, writes take their lock at once.

SQLite: BEGIN DEFERRED with query_only for reads, BEGIN IMMEDIATE for writes (measured: a global IMMEDIATE makes
reads 170 times slower; a deferred write dies with SQLITE_BUSY_SNAPSHOT). PostgreSQL: READ ONLY transactions for reads.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import BigInteger, DateTime, Engine, Integer, MetaData, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from shop.turns import Line, Turns

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# How far SQLite waits for the disk at a commit: until what it wrote outlives a power loss.
SYNCHRONOUS = "FULL"
# Where a connection keeps that it is its turn to write.
TURN = "turn to write"
# Who may write now, for each SQLite file that this process has open; and how long a crowd's row waits for it.
TURNS: "WeakKeyDictionary[Engine, tuple[Turns, Line]]" = WeakKeyDictionary()
PAST_SECONDS = 2
RETRYABLE_SQLITE = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}
RETRYABLE_POSTGRES = {"40001", "40P01", "55P03"}

_writing: ContextVar[bool] = ContextVar("writing", default=True)
# A copy of the database that the present page is read from (shop/replica.py).
_copy: ContextVar[Engine | None] = ContextVar("copy", default=None)
hook_running: ContextVar[str | None] = ContextVar("hook_running", default=None)
# A statement of the running hook has failed: PostgreSQL then answers nothing more in this transaction.
statement_failed: ContextVar[bool] = ContextVar("statement_failed", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; a naive one is refused (SQLite would lose its offset in silence)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows only in an INTEGER key; PostgreSQL needs 64 bits.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """The base of every table, the core's and the plugins'."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), int: BigInteger}


class Numbered:
    """A table whose rows have a number of their own."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)


class GuardedSession(Session):
    """A session that a hook can neither commit nor roll back: a plugin may not end its host's half-done work."""

    def is_clean(self) -> bool:
        """Whether nothing waits to be written; cheaper than looking at each collection."""
        return bool(self._is_clean())

    def get_bind(self, *arguments: Any, **named: Any) -> Engine | Connection:
        """The database, or the copy that the present page is read from."""
        copy = None if _writing.get() else _copy.get()
        return copy or super().get_bind(*arguments, **named)

    def commit(self) -> None:
        _refuse_inside_a_hook("commit")
        super().commit()

    def rollback(self) -> None:
        _refuse_inside_a_hook("roll back")
        super().rollback()

    def close(self) -> None:
        _refuse_inside_a_hook("close the session")
        super().close()


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": GuardedSession})


def install(app: Flask) -> None:
    """Bind the database to the application with the rules of this house."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    seconds = app.config["LOCK_SECONDS"]
    options: dict[str, Any] = {
        "pool_size": app.config["DATABASE_CONNECTIONS"],
        "max_overflow": 2,  # for looks beside a request, such as who rests
    }
    if url.startswith("sqlite"):
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        options |= {"connect_args": {"timeout": seconds, "check_same_thread": False}}
    else:
        settings = f"-c lock_timeout={seconds}s -c idle_in_transaction_session_timeout=15s -c timezone=UTC"
        options |= {"connect_args": {"options": settings}, "pool_pre_ping": True, "pool_timeout": 5}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        attach_rules(db.engine, seconds)


def attach_rules(engine: Engine, lock_seconds: int = 5) -> None:
    """Give an engine the BEGIN and the settings that the figures in docs/reliability.md were taken with."""
    _guard_transactions(engine)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _connect(raw: Any, _record: Any) -> None:
            raw.isolation_level = None  # pysqlite must not BEGIN or COMMIT behind our back
            for pragma in (
                "journal_mode=WAL",
                f"synchronous={SYNCHRONOUS}",
                "foreign_keys=ON",
                f"busy_timeout={lock_seconds * 1000}",
                "trusted_schema=OFF",
            ):
                raw.execute("PRAGMA " + pragma)

        line = _queue_writers(engine, lock_seconds)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            writing = _writing.get()
            raw: Any = connection.connection.dbapi_connection
            raw.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
            try:
                if writing:
                    line.begin(raw)
                else:
                    raw.execute("BEGIN DEFERRED")
            except sqlite3.OperationalError as busy:  # as SQLAlchemy tells it, so that it is tried again
                end_turn(connection)
                raise OperationalError("BEGIN", None, busy) from busy
    else:

        @event.listens_for(engine, "begin")
        def _begin_postgres(connection: Connection) -> None:
            raw: Any = connection.connection.dbapi_connection
            if raw.read_only == _writing.get() or raw.read_only is None:
                raw.read_only = not _writing.get()


def _queue_writers(engine: Engine, lock_seconds: int) -> Line:
    """On SQLite the writers of a process wait for each other in order, twice as long as for another process."""
    turns, line = TURNS[engine] = Turns(), Line(Path(f"{engine.url.database}-line"), lock_seconds)

    @event.listens_for(engine, "begin")
    def _take_turn(connection: Connection) -> None:
        if not _writing.get() or TURN in connection.info:
            return
        if not turns.take(2 * lock_seconds):
            late = sqlite3.OperationalError("database is locked: too many wait for it")
            late.sqlite_errorname = "SQLITE_BUSY"
            raise OperationalError("BEGIN IMMEDIATE", None, late)
        connection.info[TURN] = turns

    @event.listens_for(engine, "checkin")
    def _end_turn(_raw: Any, record: Any) -> None:
        _give(record.info)

    return line


@contextmanager
def writing_past(engine: Engine, *, may_be_lost: bool = False) -> Iterator[Any]:
    """A cursor in a transaction that writes, sent past SQLAlchemy: for the few rows that whole crowds write.

    With `may_be_lost` its commit does not wait for the disk: a power cut may lose it, a killed process does not.
    """
    turns, line = TURNS.get(engine, (None, None))
    if turns is not None and not turns.take(PAST_SECONDS):
        raise sqlite3.OperationalError("database is locked: too many wait for it")
    try:
        with (
            closing(engine.raw_connection()) as connection,
            closing(connection.cursor()) as cursor,
            _hurried(connection, cursor) if may_be_lost and turns is not None else nullcontext(),
        ):
            if line is None:
                connection.dbapi_connection.read_only = False  # type: ignore[union-attr]
                if may_be_lost:
                    cursor.execute("SET LOCAL synchronous_commit = off")
            else:
                cursor.execute("PRAGMA query_only=OFF")
                line.begin(connection.dbapi_connection)  # type: ignore[arg-type]
            try:
                yield cursor
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
    finally:
        if turns is not None:
            turns.give()


@contextmanager
def _hurried(connection: Any, cursor: Any) -> Iterator[None]:
    """One transaction of SQLite that does not wait for the disk; the connection's next one does, or there is none."""
    cursor.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        try:
            cursor.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
        except BaseException:
            connection.invalidate()
            raise


def end_turn(connection: Connection) -> None:
    """Let the next writer of this process begin: this one did not get to write."""
    _give(connection.info)


def _give(info: dict[Any, Any]) -> None:
    turns = info.pop(TURN, None)
    if turns is not None:
        turns.give()


def _guard_transactions(engine: Engine) -> None:
    """What goes round the session is heard too."""

    @event.listens_for(engine, "commit")
    def _commit(_connection: Connection) -> None:
        _refuse_inside_a_hook("commit")

    @event.listens_for(engine, "handle_error")
    def _failed(_context: Any) -> None:
        if hook_running.get() is not None:
            statement_failed.set(True)


def _refuse_inside_a_hook(deed: str) -> None:
    plugin = hook_running.get()
    if plugin is not None:
        raise RuntimeError(f"plugin {plugin} tried to {deed} inside a hook")


@contextmanager
def writing(on: bool = True) -> Iterator[None]:
    """Transactions begun inside may write (or, with `on=False`, may not)."""
    token = _writing.set(on)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading_from(copy: Engine) -> Iterator[None]:
    """What is read inside is read from a copy of the database."""
    token = _copy.set(copy)
    try:
        yield
    finally:
        _copy.reset(token)


def let_go() -> None:
    """End a transaction that only read, before something slow such as a provider's answer; objects read again later."""
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("what was changed must be committed or rolled back before it is let go")
    db.session.rollback()


def is_writing() -> bool:
    """Whether a transaction begun now may write."""
    return _writing.get()


def set_writing(on: bool) -> None:
    """Say for the rest of this context whether transactions may write; a view that must write on GET calls it first."""
    _writing.set(on)


def is_retryable(error: BaseException) -> bool:
    """Whether the whole transaction may be tried again: busy, deadlock or serialization failure."""
    if not isinstance(error, DBAPIError):
        return False
    original: Any = error.orig
    return (
        getattr(original, "sqlite_errorname", None) in RETRYABLE_SQLITE
        or getattr(original, "sqlstate", None) in RETRYABLE_POSTGRES
    )
