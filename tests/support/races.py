"""Many at once: one function in several real processes, each with several threads, let go together."""

import os
import tempfile
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any

from flask import Flask

from tests.support import apps
from tests.support.processes import context

# `make faults` lets whole crowds loose; other runs a part of each, for a whole one costs a minute of two processors.
FULL = os.environ.get("CROWDS") == "full"
PATIENCE = 3600 if FULL else 240  # seconds until a race is given up

_start: Barrier


def crowd(whole: int, part: int) -> int:
    """How many take part in this run."""
    return whole if FULL else part


@dataclass(frozen=True)
class Outcome:
    """What one runner brought back: what the act returned, or the error that it died of (never both)."""

    runner: int
    process: int
    value: Any = None
    error: str | None = None


def race(
    act: Callable[[Flask, int], Any], url: str, *, processes: int = 4, threads: int = 4, **settings: Any
) -> list[Outcome]:
    """Let `act(app, runner)` loose on the database at `url`, once in every thread of every process.

    `act` stands at the top of its module, so that a new process finds it; what it returns must be picklable. Each
    process has a shop of its own, made with `settings`; each thread has its own application context. The lock is
    waited for as long as a slow machine may need: a race asks who gets what, not how fast.
    """
    start = context().Barrier(processes * threads, timeout=120)
    with ProcessPoolExecutor(processes, context(), _take_place, (start,)) as pool:
        teams = [
            pool.submit(_team, act, url, {"LOCK_SECONDS": 60} | settings, n * threads, threads)
            for n in range(processes)
        ]
        return [outcome for team in teams for outcome in team.result(timeout=PATIENCE)]


def meet() -> None:
    """Wait until all runners of the race are here; the next step is taken together."""
    _start.wait()


def _take_place(start: Barrier) -> None:
    global _start
    _start = start


def _team(
    act: Callable[[Flask, int], Any], url: str, settings: dict[str, Any], first: int, size: int
) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(size) as pool:
        app = apps.make(url, Path(folder), **settings)
        outcomes = list(pool.map(lambda runner: _run(act, app, runner), range(first, first + size)))
        apps.put_away(app)
        return outcomes


def _run(act: Callable[[Flask, int], Any], app: Flask, runner: int) -> Outcome:
    with app.app_context():
        _start.wait()
        try:
            return Outcome(runner, os.getpid(), value=act(app, runner))
        except Exception:
            return Outcome(runner, os.getpid(), error=traceback.format_exc())
