"""Pages that may be a moment old are read from a copy of the database, if there is one and it keeps up.

A view says so with `@may_be_old`: figures, lists of everything, nothing that somebody has just changed and looks for.
Who asks, and whether they may, is still read from the database itself. A copy that is away or too far behind is not
asked for a while; its pages then come from the database.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from shop.db import attach_rules, db, is_writing, reading_from, writing

log = structlog.get_logger(__name__)

V = TypeVar("V", bound=Callable[..., Any])
T = TypeVar("T")

# A copy is asked so often whether it keeps up.
LOOK_SECONDS = 5
# Seconds behind, on PostgreSQL; 0 when everything that came was replayed, also after a quiet night.
LAG = """
SELECT CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
  ELSE EXTRACT(EPOCH FROM now() - pg_last_xact_replay_timestamp()) END
"""


def may_be_old(view: V) -> V:
    """What this view shows may be a moment old; its own writes and its guards never are."""
    view.shop_may_be_old = True  # type: ignore[attr-defined]
    return view


class Replica:
    """A copy of the database that only reads."""

    def __init__(self, engine: Engine, most_seconds: int) -> None:
        self.engine = engine
        self.most_seconds = most_seconds
        self._looked = float("-inf")
        self._keeps_up = False

    def keeps_up(self) -> bool:
        """Whether it answers and is not too far behind, as of the last look."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            try:
                with writing(False), self.engine.connect() as connection:
                    is_postgres = self.engine.dialect.name == "postgresql"
                    behind = connection.scalar(text(LAG if is_postgres else "SELECT 0"))
                self._keeps_up = behind is not None and float(behind) <= self.most_seconds
            except SQLAlchemyError as failure:
                self.rest(failure)
        return self._keeps_up

    def rest(self, failure: Exception) -> None:
        """Do not ask it for a while."""
        self._keeps_up, self._looked = False, time.monotonic()
        log.warning("the copy of the database is not asked", error=str(failure)[:300])


def install(app: Flask) -> None:
    """Know the copy, if the settings name one."""
    url = app.config["REPLICA_URL"]
    if url:
        engine = create_engine(url, **app.config["SQLALCHEMY_ENGINE_OPTIONS"])
        attach_rules(engine, app.config["LOCK_SECONDS"])
        app.extensions["replica"] = Replica(engine, app.config["REPLICA_LAG_SECONDS"])


def from_copy(view: Callable[[], T]) -> T:
    """Answer a request, from the copy where its view allows that; once more from the database when the copy fails."""
    replica: Replica | None = current_app.extensions.get("replica")
    marked = getattr(current_app.view_functions.get(request.endpoint or ""), "shop_may_be_old", False)
    if replica is None or not marked or is_writing() or not replica.keeps_up():
        return view()
    try:
        with reading_from(replica.engine):
            return view()
    except SQLAlchemyError as failure:
        replica.rest(failure)
        db.session.rollback()
        return view()
