"""An address that somebody typed leads to the public internet or nowhere."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import httpcore
import pytest

from shop.outbound import CannotFetch, Fetched, Outbound
from shop.outbound.addresses import is_public
from tests.support.addresses import FORBIDDEN

PUBLIC = "93.184.216.34"


class Wires(httpcore.NetworkBackend):
    """A network that notes every connection, and leads all of them to one local server."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.connected: list[str] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected.append(host)
        if not self.port:
            raise httpcore.ConnectError("nobody is at home")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout=timeout)


class Names:
    """A resolver that gives each name its answers one after the other, and the last one for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        turns = self.answers.get(host.split(".")[0], [[PUBLIC]])
        return turns.pop(0) if len(turns) > 1 else turns[0]


@pytest.fixture
def serving() -> Iterator[Callable[..., tuple[Outbound, Wires, list[bytes]]]]:
    """Serve raw answers, one a connection; the requests are noted."""
    listening = socket.create_server(("127.0.0.1", 0))
    requests: list[bytes] = []

    def serve(answers: list[bytes | list[bytes]], pause: float) -> None:
        for answer in answers:
            try:
                with listening.accept()[0] as connection:
                    requests.append(connection.recv(65536))
                    for piece in [answer] if isinstance(answer, bytes) else answer:
                        connection.sendall(piece)
                        time.sleep(pause)
            except OSError:
                continue

    def start(*answers: bytes | list[bytes], names: Names | None = None, pause: float = 0) -> Any:
        threading.Thread(target=serve, args=(list(answers), pause), daemon=True).start()
        wires = Wires(listening.getsockname()[1])
        return Outbound(names or Names(), wires), wires, requests

    yield start
    listening.close()


def ok(body: bytes, type: str = "image/png", *more: str) -> bytes:
    head = ["HTTP/1.1 200 OK", f"Content-Type: {type}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def to(address: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n".encode()


def test_there_are_enough_addresses() -> None:
    assert len(FORBIDDEN) >= 100


@pytest.mark.parametrize("address", FORBIDDEN)
def test_forbidden_address_gets_no_connection(address: str) -> None:
    wires, names = Wires(), Names()

    with pytest.raises(CannotFetch):
        Outbound(names, wires).fetch(address.replace(r"\t", "\t").replace(r"\r\n", "\r\n"))

    assert wires.connected == []


@pytest.mark.parametrize(
    "address", ["http://good.example/", "https://good.example:443/a?b#c", "http://8.8.8.8/"]
)
def test_good_address_is_tried(address: str) -> None:
    wires = Wires()

    with pytest.raises(CannotFetch, match="does not answer"):
        Outbound(Names(), wires).fetch(address)

    assert wires.connected == ["93.184.216.34"]


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["0.0.0.0"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        [PUBLIC, "127.0.0.1"],
        ["2606:4700::1111", "::1"],
        ["not an address"],
        [],
    ],
)
def test_name_that_leads_inside_gets_no_connection(answers: list[str]) -> None:
    wires = Wires()

    with pytest.raises(CannotFetch):
        Outbound(Names(evil=[answers]), wires).fetch("http://evil.example/")

    assert wires.connected == []


def test_name_that_changes_its_answer_is_asked_once(serving) -> None:  # type: ignore[no-untyped-def]
    names = Names(flip=[[PUBLIC], ["127.0.0.1"]])
    outbound, wires, _requests = serving(ok(b"one"), ok(b"two"), names=names)

    first = outbound.fetch("http://flip.example/a")
    with pytest.raises(CannotFetch, match="not on the public internet"):
        outbound.fetch("http://flip.example/a")

    assert first.content == b"one"
    assert names.asked == ["flip.example", "flip.example"]
    assert wires.connected == [PUBLIC]


def test_name_that_flips_a_hundred_times_never_leads_inside(serving) -> None:  # type: ignore[no-untyped-def]
    turns = [[PUBLIC], ["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1"]] * 25
    outbound, wires, _requests = serving(*[ok(b"x")] * 25, names=Names(flip=turns))

    fetched = 0
    for _turn in range(100):
        with suppress(CannotFetch):
            fetched += outbound.fetch("http://flip.example/").content == b"x"

    assert fetched == 25
    assert [ip for ip in wires.connected if not is_public(ip)] == []


def test_fetched_is_what_the_address_answers(serving) -> None:  # type: ignore[no-untyped-def]
    outbound, _wires, requests = serving(ok(b"\x89PNG", "Image/PNG; charset=binary"))

    fetched = outbound.fetch("http://cdn.example/tea.png?v=1#top")

    assert fetched == Fetched(b"\x89PNG", "image/png", "http://cdn.example/tea.png?v=1")
    assert requests[0].startswith(b"GET /tea.png?v=1 HTTP/1.1\r\nHost: cdn.example\r\n")


def test_second_address_of_a_name_is_tried(serving) -> None:  # type: ignore[no-untyped-def]
    outbound, wires, _requests = serving(ok(b"x"), names=Names(two=[["8.8.4.4", "8.8.8.8"]]))
    real = wires.connect_tcp

    def first_is_down(host: str, port: int, **more: Any) -> httpcore.NetworkStream:
        stream = real(host, port, **more)
        if host == "8.8.4.4":
            stream.close()
            raise httpcore.ConnectError("down")
        return stream

    wires.connect_tcp = first_is_down
    serving(ok(b"x"))

    assert outbound.fetch("http://two.example/").content == b"x"
    assert wires.connected == ["8.8.4.4", "8.8.8.8"]


def test_redirect_is_followed_and_named(serving) -> None:  # type: ignore[no-untyped-def]
    outbound, _wires, requests = serving(to("/b"), to("http://other.example/c"), ok(b"x"))

    fetched = outbound.fetch("http://cdn.example/a")

    assert fetched.address == "http://other.example/c"
    assert [r.split(b" ")[1] for r in requests] == [b"/a", b"/b", b"/c"]


@pytest.mark.parametrize(
    "inside", ["http://127.0.0.1/", "file:///etc/passwd", "//10.0.0.1/", "http://evil.example/", "http://["]
)
def test_redirect_inside_is_not_followed(serving, inside: str) -> None:  # type: ignore[no-untyped-def]
    outbound, wires, _requests = serving(to(inside), ok(b"secret"), names=Names(evil=[["127.0.0.1"]]))

    with pytest.raises(CannotFetch):
        outbound.fetch("http://cdn.example/")

    assert wires.connected == [PUBLIC]


def test_redirects_end(serving) -> None:  # type: ignore[no-untyped-def]
    outbound, wires, _requests = serving(*[to("/again")] * 9)

    with pytest.raises(CannotFetch, match="never arrives"):
        outbound.fetch("http://cdn.example/")

    assert len(wires.connected) == 4


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ok(b"x" * 2000), "sends more than"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "sends more than"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000, "sends more than"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "packing"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "error 404"),
        (b"HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\nx", "error 206"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "does not answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer"),
        (b"", "does not answer"),
    ],
)
def test_bad_answer_is_told_in_words(serving, answer: bytes, reason: str) -> None:  # type: ignore[no-untyped-def]
    outbound, _wires, _requests = serving(answer)

    with pytest.raises(CannotFetch, match=reason):
        outbound.fetch("http://cdn.example/", most_bytes=1000)


def test_dripping_answer_ends_at_the_deadline(serving) -> None:  # type: ignore[no-untyped-def]
    head = b"HTTP/1.1 200 OK\r\n"
    outbound, _wires, _requests = serving([head] + [b"X-Drip: 1\r\n"] * 500, pause=0.02)

    with pytest.raises(CannotFetch, match="too long"):
        outbound.fetch("http://cdn.example/", seconds=0.3)


def test_silent_resolver_ends_at_the_deadline() -> None:
    wires, free = Wires(), threading.Event()

    def silent(host: str, port: int) -> list[str]:
        free.wait(60)
        return [PUBLIC]

    with pytest.raises(CannotFetch, match="too long"):
        Outbound(silent, wires).fetch("http://cdn.example/", seconds=0.1)

    free.set()
    assert wires.connected == []


def test_certificate_is_asked_for_the_name_and_not_for_the_number() -> None:
    asked: list[tuple[str | None, ssl.VerifyMode, bool]] = []

    class Stream(httpcore.NetworkStream):
        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore.NetworkStream:
            asked.append((server_hostname, ssl_context.verify_mode, ssl_context.check_hostname))
            raise httpcore.ConnectError("enough seen")

        def close(self) -> None:
            pass

    class Network(Wires):
        def connect_tcp(self, host: str, *_more: Any, **_named: Any) -> httpcore.NetworkStream:
            self.connected.append(host)
            return Stream()

    wires = Network()

    with pytest.raises(CannotFetch, match="does not answer"):
        Outbound(Names(), wires).fetch("https://cdn.example/")

    assert wires.connected == [PUBLIC]
    assert asked == [("cdn.example", ssl.CERT_REQUIRED, True)]


@pytest.mark.parametrize(
    "ip", [PUBLIC, "8.8.8.8", "1.1.1.1", "223.5.5.5", "2606:4700:4700::1111", "2400:3200::1"]
)
def test_public_address_is_public(ip: str) -> None:
    assert is_public(ip)
