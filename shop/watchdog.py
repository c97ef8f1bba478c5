"""The watchdog: Python code of a plugin that runs longer than it may is stopped in its own thread.

It can stop Python, not C: a plugin that sleeps in the operating system comes back first, and is then counted as late.
"""

import ctypes
import os
import threading
import time

# How often the watchdog looks while something is watched; the budget is kept to within this.
LOOK_SECONDS = 0.02
# A plugin that was stopped may put its things away so long before it is stopped again.
PAUSE_SECONDS = 0.5

_throw = ctypes.pythonapi.PyThreadState_SetAsyncExc


class OverBudget(BaseException):
    """A plugin took too long. No Exception, so that a plugin's own `except Exception` does not swallow it."""


class Watch:
    """One stretch of a plugin's code that must end by an instant; watches inside each other keep the earliest."""

    __slots__ = ("deadline", "next_bite", "outer", "thread", "thrown")

    def __init__(self, seconds: float) -> None:
        """Begin to watch the present thread."""
        self.thread = threading.get_ident()
        self.thrown = False
        self.outer = _watched.get(self.thread)
        self.deadline = time.monotonic() + seconds
        if self.outer is not None:
            self.deadline = min(self.deadline, self.outer.deadline)
        self.next_bite = self.deadline
        _watched[self.thread] = self
        if not _awake.is_set():
            _wake()

    def end(self) -> bool:
        """Stop watching; True when the time was over. Nothing is thrown into this thread afterwards."""
        while True:
            try:
                with _lock:
                    if self.outer is None:
                        _watched.pop(self.thread, None)
                    else:
                        _watched[self.thread] = self.outer
                    if self.thrown:
                        _throw(ctypes.c_ulong(self.thread), None)
                return time.monotonic() > self.deadline
            except OverBudget:
                continue  # it came at this very moment


_watched: dict[int, Watch] = {}
_awake = threading.Event()
_lock = threading.Lock()
_keeper: threading.Thread | None = None


def _wake() -> None:
    global _keeper
    with _lock:
        _awake.set()
        if _keeper is None or not _keeper.is_alive():
            _keeper = threading.Thread(target=_keep, name="plugin watchdog", daemon=True)
            _keeper.start()


def _keep() -> None:
    while True:
        _awake.wait()
        time.sleep(LOOK_SECONDS)
        if not _watched:
            _awake.clear()
            if not _watched:
                continue
            _awake.set()
        instant = time.monotonic()
        for thread, watch in list(_watched.items()):
            if instant > watch.next_bite:
                _bite(thread, watch)


def _bite(thread: int, watch: Watch) -> None:
    """Throw into the thread, unless it has just ended; a plugin that catches it is bitten again at the next look."""
    with _lock:
        if _watched.get(thread) is watch:
            watch.thrown, watch.next_bite = True, time.monotonic() + PAUSE_SECONDS
            _throw(ctypes.c_ulong(thread), ctypes.py_object(OverBudget))


def _start_again() -> None:
    global _keeper, _lock
    _lock = threading.Lock()
    _watched.clear()
    _awake.clear()
    _keeper = None


os.register_at_fork(after_in_child=_start_again)
