"""A payment provider in a process of its own, with books of its own; each of its events is told twice, shuffled.

It charges at once when it is told of a payment. Its mood is set over HTTP: `up`; `down` (refuses and charges nothing);
`mute` (charges, then never answers); `held` (answers only when it is up again).
"""

import hashlib
import hmac
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.processes import context

SECRET = b"what only the provider and the shop know"


def sign(payload: bytes) -> str:
    return hmac.new(SECRET, payload, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Provider:
    """Where the provider is, and what a test asks of it."""

    url: str

    def books(self) -> dict[str, Any]:
        """What it has charged and paid back, by key, and how many events wait to be told."""
        return dict(httpx.get(f"{self.url}/books", timeout=30).json())

    def be(self, mood: str, *, tells: bool = True) -> None:
        """Set its mood; without `tells` it sends no events until it does again."""
        httpx.post(f"{self.url}/mood", json={"mood": mood, "tells": tells}, timeout=30).raise_for_status()

    def call_back_at(self, address: str) -> None:
        """Where events are told from now on."""
        httpx.post(f"{self.url}/mood", json={"shop": address}, timeout=30).raise_for_status()


@contextmanager
def provider(seed: int = 1, dies: int = 0) -> Iterator[Provider]:
    """A provider that lives as long as the block; of so many first charges, one kills the process that asked."""
    mine, its = context().Pipe()
    process = context().Process(target=_serve, args=(its, seed, dies), daemon=True)
    process.start()
    try:
        yield Provider(f"http://127.0.0.1:{mine.recv()}")
    finally:
        process.kill()
        process.join()


class Books:
    """What the provider knows, under one lock."""

    def __init__(self, seed: int, dies: int) -> None:
        self.dies = dies
        self.lock = threading.Lock()
        self.up = threading.Event()
        self.charges: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self.told: list[str] = []
        self.random = random.Random(seed)
        self.mood, self.tells, self.shop = "up", True, ""
        self.up.set()

    def charge(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Charge once for a key; who hears it first dies of it, if that is the rule of this provider."""
        with self.lock:
            known = self.charges.get(asked["key"])
            if known is None:
                dies = self.dies and len(self.charges) % self.dies == 1
                known = self.charges[asked["key"]] = {
                    **asked,
                    "reference": f"ch_{len(self.charges)}",
                    "refunded": 0,
                }
                self.events += [known, known]
                return {**known, "dies": dies}
            return known

    def refund(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        """Send back once for a key; None when more would go back than was charged."""
        with self.lock:
            if asked["key"] not in self.refunds:
                charge = self.charges[asked["charge"]]
                if charge["refunded"] + asked["amount"] > charge["amount"]:
                    return None
                charge["refunded"] += asked["amount"]
                self.refunds[asked["key"]] = {**asked, "reference": f"re_{len(self.refunds)}"}
            return self.refunds[asked["key"]]

    def change(self, said: dict[str, Any]) -> None:
        self.mood, self.tells = said.get("mood", self.mood), said.get("tells", self.tells)
        self.shop = said.get("shop", self.shop)
        (self.up.set if self.mood == "up" else self.up.clear)()

    def tell(self) -> None:
        """Tell the events for ever, in no order, each until it is taken."""
        with httpx.Client(timeout=120) as client:
            while True:
                time.sleep(0.01)
                with self.lock:
                    if not (self.events and self.tells and self.shop):
                        continue
                    event = self.events.pop(self.random.randrange(len(self.events)))
                payload = json.dumps(event).encode()
                try:
                    answer = client.post(
                        f"{self.shop}/hooks/pay/fakepay", content=payload, headers={"Fake-Mac": sign(payload)}
                    )
                    taken = answer.status_code == 200
                except httpx.HTTPError:
                    taken = False
                with self.lock:
                    if taken:
                        self.told.append(event["reference"])
                    else:
                        self.events.append(event)
                if not taken:
                    time.sleep(0.05)


def _serve(pipe: Any, seed: int, dies: int) -> None:
    books = Books(seed, dies)

    class Desk(BaseHTTPRequestHandler):
        """The provider's API."""

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/books":
                with books.lock:
                    whole = {
                        "charges": books.charges,
                        "refunds": books.refunds,
                        "waiting": len(books.events),
                        "told": books.told,
                    }
                self._say(200, whole)
            elif books.mood == "down":
                self._say(503, {})
            else:
                found = books.charges.get(parse_qs(asked.query)["key"][0])
                self._say(200 if found else 404, found or {})

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/mood":
                books.change(said)
                self._say(200, {})
            elif books.mood == "down":
                self._say(503, {})
            elif self.path == "/charges":
                self._answer(books.charge(said))
            else:
                done = books.refund(said)
                self._say(200 if done else 409, done or {})

        def _answer(self, charge: dict[str, Any]) -> None:
            if books.mood == "held":
                books.up.wait()
            if books.mood != "mute":
                self._say(200, charge)

        def _say(self, status: int, body: dict[str, Any]) -> None:
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_said: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=books.tell, daemon=True).start()
    pipe.send(server.server_port)
    server.serve_forever()
