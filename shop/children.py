"""Child processes of `shop serve`: on Linux forks of one that has read the shop, elsewhere read anew."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pkgutil import resolve_name
from typing import Any

from flask import Flask

# Elsewhere what a fork inherits of the system's own libraries is not fit for use.
HOW = "fork" if sys.platform == "linux" else "spawn"

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # <linux/prctl.h>
# What tells a process to stop.
STOPS = {signal.SIGINT, signal.SIGTERM}


def begin(name: str, task: Callable[[], None]) -> BaseProcess:
    """A child that does this task, in a process group of its own: Ctrl-C in the terminal reaches only its parent."""
    context: Any = get_context(HOW)
    child: BaseProcess = context.Process(name=name, target=_do, args=(name, task))
    child.start()
    return child


def do_aside(name: str, task: Callable[[], None]) -> int:
    """Do a large task in a child, so that what it leaves in memory goes with it; its exit code."""
    child = begin(name, task)
    try:
        child.join()
    finally:
        if child.is_alive():
            child.terminate()
            child.join()
    return child.exitcode or 0


def another_shop(settings: Mapping[str, Any] | None = None) -> Flask:
    """A shop apart from the one that is running, with connections of its own; for those whom shop.app imports."""
    shop: Flask = resolve_name("shop.app:create_app")(settings)
    return shop


def on_my_own(name: str) -> None:
    """In a child: hear signals for itself, be known by its name, and go when the parent is killed (on Linux)."""
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_NAME, name.encode())
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _do(name: str, task: Callable[[], None]) -> None:
    os.setpgid(0, 0)
    on_my_own(f"shop {name}")
    task()
