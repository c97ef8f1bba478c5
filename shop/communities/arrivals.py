"""Visits on their way into the database: who lands by a link waits for no writer.

A crowd comes within a minute of a message. Each visit of it is put on a list, which a thread writes a few times a
second, all at once, so that neither an import nor a rush of orders holds up a landing. The session holds the whole
visit, signed: what is credited to one whose row is not there yet, or was lost with a killed process, writes that row
first (`current_visit`); its id lets it be written once.
"""

from collections import deque
from datetime import datetime
from threading import Lock, Timer
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from shop.db import writing_past

log = structlog.get_logger(__name__)

# Nothing could be written for long when so many wait: the next one writes for itself.
MOST = 10_000
WRITE = """
INSERT INTO visit (id, link_id, community_id, is_credited, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
"""


class Arrival(NamedTuple):
    """A visit as the database's driver takes it."""

    id: Any
    link_id: int
    community_id: int
    is_credited: bool
    at: datetime | str


class Arrivals:
    """The list of one process; with no time to wait each visit is written as it comes."""

    def __init__(self, engine: Engine, wait_ms: int) -> None:
        self.engine, self.seconds = engine, wait_ms / 1000
        self.failures = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)
        self.statement = WRITE.replace("?", "%s") if engine.dialect.name == "postgresql" else WRITE
        self._waiting: deque[Arrival] = deque()
        self._lock = Lock()
        self._writer: Timer | None = None

    def expect(self, visit: Arrival) -> bool:
        """Take a visit; False when too many wait already."""
        if not self.seconds:
            self._write([visit])
            return True
        if len(self._waiting) >= MOST:
            return False
        self._waiting.append(visit)
        with self._lock:
            if self._writer is None or not self._writer.is_alive():
                # No daemon: a process that is told to stop writes its list before it goes.
                self._writer = Timer(self.seconds, self.write)
                self._writer.start()
        return True

    def write(self) -> None:
        """Write the list; what cannot be written now waits for the next visit to come."""
        with self._lock:
            if self._writer is not None:
                self._writer.cancel()
            self._writer = None
        visits = [self._waiting.popleft() for _n in range(len(self._waiting))]
        try:
            if visits:
                self._write(visits)
        except self.failures as failure:
            self._waiting.extendleft(reversed(visits))
            log.warning("visits wait", visits=len(visits), error=str(failure))

    def _write(self, visits: list[Arrival]) -> None:
        with writing_past(self.engine, may_be_lost=True) as cursor:
            cursor.executemany(self.statement, visits)
