"""No way out: a test that would talk to another machine fails where it tries."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

HERE = ("127.", "localhost", "::1", "0.0.0.0")


class NetworkRefused(RuntimeError):
    """A test tried to leave this machine. (Not an OSError: the shop would take that for a bad line and go on.)"""


@contextmanager
def only_loopback() -> Iterator[None]:
    """Inside, sockets connect to this machine only, and only its names are looked up."""
    with (
        patch.object(socket.socket, "connect", _guarded(socket.socket.connect)),
        patch.object(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex)),
        patch.object(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo)),
    ):
        yield


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            try:
                _refuse_unless_here(address[0])
            except NetworkRefused:
                self.close()  # only an OSError would make the caller do it
                raise
        return connect(self, address)

    return guarded


def _guarded_lookup(look_up: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not _is_number(name):
            _refuse_unless_here(name)
        return look_up(host, *arguments, **options)

    return guarded


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _refuse_unless_here(host: str) -> None:
    if not host.startswith(HERE):
        raise NetworkRefused(f"a test tried to reach {host}")
