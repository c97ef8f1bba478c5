"""The connection itself: made to the address that was checked, and over at the deadline."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any

import httpcore
from flask_babel import gettext as _

from shop.outbound.addresses import CannotFetch, is_public, not_public

# A name may have several addresses: one that keeps silent must not use up the time of the others.
CONNECT_SECONDS = 5.0

Resolve = Callable[[str, int], Iterable[str]]


def system_resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a name, as this machine's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in found))


@dataclass(frozen=True)
class Guarded(httpcore.NetworkBackend):
    """Opens connections to public addresses only, and ends everything at the deadline."""

    resolve: Resolve
    network: httpcore.NetworkBackend
    deadline: float

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        answers = self._addresses_of(host, port)
        if not answers:
            raise CannotFetch(_("There is no such place on the web."))
        if not all(is_public(answer) for answer in answers):
            raise not_public()
        for answer in answers[:3]:
            try:
                return _Timed(
                    self.network.connect_tcp(
                        answer, port, timeout=min(_left(self.deadline), CONNECT_SECONDS)
                    ),
                    self.deadline,
                )
            except (httpcore.NetworkError, httpcore.TimeoutException, OSError):
                continue
        raise CannotFetch(_("The address does not answer."))

    def _addresses_of(self, host: str, port: int) -> list[str]:
        """The resolver's answers; it knows no deadline of its own, so it is waited for from outside."""
        answers: list[str] = []

        def ask() -> None:
            with suppress(OSError, UnicodeError):
                answers.extend(self.resolve(host, port))

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(_left(self.deadline))
        if asking.is_alive():
            raise too_slow()
        return answers

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise not_public()


@dataclass(frozen=True)
class _Timed(httpcore.NetworkStream):
    """A connection on which everything together ends at the deadline, however slowly the bytes drip."""

    stream: httpcore.NetworkStream
    deadline: float

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, timeout=_left(self.deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, timeout=_left(self.deadline))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self.stream.start_tls(ssl_context, server_hostname, timeout=_left(self.deadline))
        return _Timed(secure, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise too_slow()
    return left


def too_slow() -> CannotFetch:
    return CannotFetch(_("The address takes too long to answer."))
