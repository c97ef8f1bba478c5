"""Turns: one at a time, in the order in which they came.

SQLite has one writer, and its own waiting is a lottery: whoever looks at the right moment wins, and somebody may wait
for ever. So the threads of a process queue here, and one of each process takes part in the lottery.
"""

from collections import deque
from threading import Event, Lock


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
