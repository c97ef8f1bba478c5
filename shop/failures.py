"""Failures of plugins: written down outside the transaction they broke, counted by all processes, and the breaker."""

import time
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, current_app, g, request
from sqlalchemy import delete, func, insert, select, union_all, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from shop.clock import now
from shop.db import db, writing
from shop.switches import PluginFailure, PluginRest, PluginSite

log = structlog.get_logger(__name__)

# So many failures within this time, and the plugin's display hooks rest.
MOST = 5
WINDOW = timedelta(minutes=5)
KEPT = timedelta(days=30)
LONGEST_TEXT = 4000


@dataclass(slots=True)
class Note:
    """A failure that is not yet written down; `counts` says whether it moves the breaker."""

    plugin: str
    hook: str
    error: str
    counts: bool
    at: datetime = field(default_factory=now)


@dataclass
class Breaker:
    """What this process knows of the plugins that rest, and the failures it has still to write down."""

    resting: frozenset[str] = frozenset()
    inactive: frozenset[str] = frozenset()
    notes: list[Note] = field(default_factory=list)
    looked: float = 0.0

    def note(self, plugin: str, hook: str, failure: BaseException, counts: bool) -> None:
        """Remember a failure until the present transaction is over."""
        text = "".join(traceback.format_exception(failure))[-LONGEST_TEXT:]
        self.notes.append(Note(plugin, hook, text, counts))

    def look(self, connection: Connection) -> None:
        """Read who rests and who was deactivated meanwhile, by whichever process."""
        resting = select(PluginRest.name, PluginRest.id * 0).where(PluginRest.ended_at.is_(None))
        inactive = select(PluginSite.name, PluginSite.id * 0 + 1).where(PluginSite.is_active.is_(False))
        rows = connection.execute(union_all(resting, inactive)).all()
        self.resting = frozenset(name for name, kind in rows if kind == 0)
        self.inactive = frozenset(name for name, kind in rows if kind == 1)
        self.looked = time.monotonic()

    def write(self) -> None:
        """Write the noted failures in a transaction of their own, and let who failed too often rest."""
        notes, self.notes = self.notes, []
        try:
            with writing(), db.engine.begin() as connection:
                connection.execute(
                    insert(PluginFailure),
                    [{"name": n.plugin, "hook": n.hook, "error": n.error, "at": n.at} for n in notes],
                )
                for plugin in {note.plugin for note in notes if note.counts}:
                    self._trip(connection, plugin)
                self.look(connection)
        except SQLAlchemyError:
            log.exception("failures of plugins could not be written down", plugins=[n.plugin for n in notes])

    def _trip(self, connection: Connection, plugin: str) -> None:
        tried_again = select(func.max(PluginRest.ended_at)).where(PluginRest.name == plugin)
        since = max(now() - WINDOW, connection.scalar(tried_again) or now() - WINDOW)
        times = connection.scalar(
            select(func.count()).where(PluginFailure.name == plugin, PluginFailure.at > since)
        )
        rests = select(PluginRest.id).where(PluginRest.name == plugin, PluginRest.ended_at.is_(None))
        if (times or 0) >= MOST and connection.scalar(rests) is None:
            why = f"{times} failures within {int(WINDOW.total_seconds() // 60)} minutes"
            connection.execute(insert(PluginRest).values(name=plugin, why=why, at=now()))
            log.error("plugin rests until it is tried again", plugin=plugin, why=why)


def install(app: Flask) -> None:
    """Look who rests before a page, and write down after it."""
    app.before_request(_look_sometimes)
    app.teardown_appcontext(_write)


def breaker(app: Flask | None = None) -> Breaker:
    """The breaker of the present application."""
    found: Breaker = (app or current_app).extensions["door"].breaker
    return found


def try_again(plugin: str, by_id: int | None) -> None:
    """The operator has a plugin tried again; what failed before counts no more."""
    db.session.execute(
        update(PluginRest)
        .where(PluginRest.name == plugin, PluginRest.ended_at.is_(None))
        .values(ended_at=now(), ended_by_id=by_id)
    )


def forget_old() -> None:
    """Failures of long ago help nobody."""
    db.session.execute(delete(PluginFailure).where(PluginFailure.at < now() - KEPT))


def _look_sometimes() -> None:
    """A page of a community learns it with the community; for the others a look every few seconds is enough."""
    known = breaker()
    if "resting" in g or time.monotonic() - known.looked < current_app.config["REST_SECONDS"]:
        return
    if request.endpoint in (None, "static", "assets", "favicon", "health.show", "life.show"):
        return
    known.looked = time.monotonic()
    try:
        with writing(False), db.engine.connect() as connection:
            known.look(connection)
    except SQLAlchemyError:
        log.warning("it is not known which plugins rest")


def _write(_error: Any) -> None:
    known = breaker()
    if known.notes:
        db.session.remove()  # its transaction may hold the only lock that SQLite has
        known.write()
