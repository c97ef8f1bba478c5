"""Turns: one at a time, in the order in which they came.

SQLite has one writer, and its own waiting is a lottery in which those who have just come win: they look every
millisecond, who has waited for long every hundred. So the threads of a process queue here (`Turns`), and the processes
of a machine let one of them after the other ask SQLite (`Line`). 32 writers in four processes, each writing for 8 ms:
the longest wait was 7.6 and 8.8 s, and is 1.3 and 1.9 s.
"""

import os
import sqlite3
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import Any
from weakref import finalize

if sys.platform != "win32":  # there it stays a lottery, at least with equal chances
    import fcntl

# How often who waits looks again, in seconds.
STEP = 0.002


class Turns:
    """A queue of threads for something that one may have at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Event] = deque()
        self._is_taken = False

    def take(self, seconds: float) -> bool:
        """Wait for one's turn, at most so long; False when it did not come."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return True
        with self._lock:
            if mine.is_set():  # it came at this very moment
                return True
            self._waiting.remove(mine)
            return False

    def give(self) -> None:
        """End one's turn; the next begins theirs."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False


class Line:
    """Where the processes of a machine wait for one SQLite database: a file beside it, locked by who is foremost.

    One thread of a process at a time: whoever has its turn.
    """

    def __init__(self, path: Path, seconds: float) -> None:
        self.path, self.seconds = path, seconds
        self._file, self._process = -1, 0
        self._close: Callable[[], Any] = lambda: None  # nothing is open yet

    def begin(self, raw: sqlite3.Connection) -> None:
        """BEGIN IMMEDIATE; raises what SQLite says when the time is over."""
        end = time.monotonic() + self.seconds
        with self._foremost(end):
            raw.execute("PRAGMA busy_timeout=0")
            try:
                while not _begun(raw, end):
                    time.sleep(STEP)
            finally:
                raw.execute(f"PRAGMA busy_timeout={int(self.seconds * 1000)}")

    @contextmanager
    def _foremost(self, end: float) -> Iterator[None]:
        """Inside, this process asks SQLite and no other does; when the line does not move, it asks all the same."""
        if sys.platform == "win32":
            yield
            return
        if self._process != os.getpid():
            self._open()
        while not _locked(self._file) and time.monotonic() < end:
            time.sleep(STEP)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _open(self) -> None:
        """Open the file for this process: a fork would share the lock of its parent.

        To read is enough for a lock, so it does not matter who of those who may write the database was here first.
        """
        self._close()
        self._file, self._process = os.open(self.path, os.O_RDONLY | os.O_CREAT, 0o644), os.getpid()
        self._close = finalize(self, os.close, self._file)


def _begun(raw: sqlite3.Connection, end: float) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as busy:
        if not busy.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= end:
            raise
        return False
    return True


def _locked(file: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
