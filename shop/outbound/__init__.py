"""The one HTTP client for addresses that people typed: it reaches the public internet and nothing else.

The check sits where the connection is made: a name is resolved once, every answer must be public, and the
socket goes to the very address that was checked. No answer that changes in between can lead inside.
"""

import time
from dataclasses import dataclass, field

import httpcore
import httpx
from flask_babel import gettext as _

from shop.outbound.addresses import CannotFetch, checked
from shop.outbound.wire import Guarded, Resolve, system_resolve, too_slow

__all__ = ["CannotFetch", "Fetched", "Outbound", "fetch"]

# How long one fetch may take with everything in it: names, TLS, redirects, the last byte.
SECONDS = 20.0
BYTES = 12 * 1024 * 1024
REDIRECTS = 3
REQUEST = [("User-Agent", "Tuanzi"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered: the bytes, the type that it claims, and where it was found in the end."""

    content: bytes
    type: str
    address: str


@dataclass(frozen=True)
class Outbound:
    """Fetches; `resolve` and `network` are only replaced in tests."""

    resolve: Resolve = system_resolve
    network: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def fetch(self, address: str, *, most_bytes: int = BYTES, seconds: float = SECONDS) -> Fetched:
        """GET an address; raises CannotFetch, and nothing else, when it cannot or must not be had."""
        deadline = time.monotonic() + seconds
        url = checked(address)
        for _hop in range(REDIRECTS + 1):
            answer = self._ask(url, most_bytes, deadline)
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise CannotFetch(_("The address leads from one place to the next and never arrives."))

    def _ask(self, url: httpx.URL, most_bytes: int, deadline: float) -> Fetched | httpx.URL:
        """One request: what it brought, or where it points."""
        guarded = Guarded(self.resolve, self.network, deadline)
        try:
            with (
                httpcore.ConnectionPool(max_connections=1, network_backend=guarded) as pool,
                pool.stream("GET", str(url), headers=REQUEST) as answer,
            ):
                return _read(answer, url, most_bytes)
        except (httpcore.TimeoutException, TimeoutError):
            raise too_slow() from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            raise CannotFetch(_("The address does not answer.")) from None


def fetch(address: str, *, most_bytes: int = BYTES, seconds: float = SECONDS) -> Fetched:
    """GET a public address, at most `most_bytes` in `seconds`; raises CannotFetch."""
    return Outbound().fetch(address, most_bytes=most_bytes, seconds=seconds)


def _read(answer: httpcore.Response, url: httpx.URL, most_bytes: int) -> Fetched | httpx.URL:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
    if answer.status in (301, 302, 303, 307, 308) and "location" in headers:
        try:
            return checked(str(url.join(headers["location"])))
        except httpx.InvalidURL:
            raise CannotFetch(_("The address leads nowhere.")) from None
    if answer.status != 200:
        raise CannotFetch(_("The address answers with error %(status)s.", status=answer.status))
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise CannotFetch(_("The address answers in a packing that was not asked for."))
    size = headers.get("content-length", "0")
    content = bytearray()
    if not size.isdigit() or int(size) > most_bytes:
        raise _too_much(most_bytes)
    for piece in answer.iter_stream():
        content += piece
        if len(content) > most_bytes:
            raise _too_much(most_bytes)
    return Fetched(
        bytes(content), headers.get("content-type", "").partition(";")[0].strip().lower(), str(url)
    )


def _too_much(most_bytes: int) -> CannotFetch:
    return CannotFetch(_("The address sends more than %(most)s MB.", most=most_bytes // 1024 // 1024))
