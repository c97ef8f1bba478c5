"""Part two: real servers on loopback, a crowd of clients, a second or two for each page."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import psutil

from bench.shop import KEY, Stall, Visitor

CLIENTS = 8
WORKERS = 2
# Requests prepared for one case, and how long it may take.
MOST, SECONDS = 300, 2.0
Prepare = Callable[[], tuple[Visitor, dict[str, Any]]]


@dataclass
class Server:
    """A server's processes, and where they answer."""

    url: str
    process: psutil.Process
    started_in: float

    def cpu(self) -> float:
        """Seconds of CPU of the whole tree so far."""
        return sum(sum(p.cpu_times()[:2]) for p in self._tree())

    def memory(self) -> float:
        """Megabytes that one worker more costs: what it shares with others is counted in parts (PSS)."""
        kept = [p.memory_full_info() for p in self._tree()]
        return max(getattr(memory, "pss", memory.uss) for memory in kept) / 2**20

    def _tree(self) -> list[psutil.Process]:
        return [p for p in (self.process, *self.process.children(recursive=True)) if p.is_running()]


@contextmanager
def serving(stall: Stall, kept_pages: int) -> Iterator[Server]:
    """The default server with two workers on the bench's own database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = stall.app.config
    settings = {
        "SHOP_ENV": "test", "SHOP_SECRET_KEY": KEY, "SHOP_DATABASE_URL": config["DATABASE_URL"],
        "SHOP_INSTANCE": config["INSTANCE"], "SHOP_KEPT_PAGES": str(kept_pages), "SHOP_LOCK_SECONDS": "30",
        "SHOP_HOOK_BUDGET_MS": "10000", "SHOP_WEB_WORKERS": str(WORKERS), "SHOP_DEMO": "0", "PORT": str(port),
    }  # fmt: skip
    command = [sys.executable, "-m", "shop", "serve", "--no-worker"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    began = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | settings, **quiet)
    try:
        url = f"http://127.0.0.1:{port}"
        while not _answers(url):
            if process.poll() is not None or time.monotonic() - began > 90:
                raise RuntimeError("the server does not start")
            time.sleep(0.05)
        yield Server(url, psutil.Process(process.pid), round(time.monotonic() - began, 2))
    finally:
        process.terminate()
        process.wait(30)


def press(url: str, ready: list[dict[str, Any]], again: bool) -> dict[str, Any]:
    """Let eight clients send what is ready; with `again` over and over, for two seconds."""
    lock, times, wrong = threading.Lock(), [], 0
    waiting, end = list(ready), time.monotonic() + SECONDS

    def client() -> None:
        nonlocal wrong
        wire = http.client.HTTPConnection(*_place(url), timeout=60)
        while time.monotonic() < end:
            with lock:
                if not waiting:
                    break
                environ = waiting[len(times) % len(waiting)] if again else waiting.pop()
            began = time.perf_counter()
            status = _send(wire, environ)
            with lock:
                times.append(time.perf_counter() - began)
                wrong += status >= 400
        wire.close()

    began = time.monotonic()
    crowd = [threading.Thread(target=client) for _n in range(CLIENTS)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    seconds = time.monotonic() - began
    hundredths = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [0.0] * 99
    return {
        "rps": round(len(times) / seconds, 1),
        "p50_ms": round(hundredths[49] * 1000, 2),
        "p99_ms": round(hundredths[98] * 1000, 2),
        "longest_ms": round(max(times, default=0) * 1000, 1),
        "failed": wrong,
    }


def measure(stall: Stall, cases: dict[str, Prepare], keep: Callable[[str], int]) -> dict[str, dict[str, Any]]:
    """Every case over the wire: requests a second, p50, p99, and the CPU that all processes spent on one."""
    found: dict[str, dict[str, Any]] = {}
    for kept_pages in sorted({keep(name) for name in cases}):
        with serving(stall, kept_pages) as server:
            for name in (n for n in cases if keep(n) == kept_pages):
                print(f"\rserved: {name:24}", end="", file=sys.stderr, flush=True)
                first = cases[name]()[1]
                again = first["REQUEST_METHOD"] == "GET" and name not in ("group_link", "ad_impression")
                ready = [first] if again else [first, *(cases[name]()[1] for _n in range(MOST // 5))]
                if again:
                    press(server.url, ready, again)  # so that each worker has made the page once
                before = server.cpu()
                told = press(server.url, ready, again)
                n = max(1, round(told["rps"] * SECONDS) if again else len(ready))
                told["served_cpu_ms"] = round((server.cpu() - before) * 1000 / n, 2)
                found[name] = told
            found.setdefault("server", {"start_s": server.started_in})["worker_mb"] = round(server.memory())
    print(file=sys.stderr)
    return found


def beside(url: str) -> dict[str, Any]:
    """Any other server as a yardstick, at its address."""
    parts = urlsplit(url)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": parts.path or "/", "QUERY_STRING": parts.query}
    return press(url, [environ], True)


def _send(wire: http.client.HTTPConnection, environ: dict[str, Any]) -> int:
    headers = {
        k[5:].replace("_", "-"): v for k, v in environ.items() if k.startswith("HTTP_") and k != "HTTP_HOST"
    }
    body = None
    if environ["REQUEST_METHOD"] == "POST":
        stream = environ["wsgi.input"]
        stream.seek(0)
        body, headers["Content-Type"] = stream.read(), environ["CONTENT_TYPE"]
    query = environ.get("QUERY_STRING")
    wire.request(
        environ["REQUEST_METHOD"], environ["PATH_INFO"] + (f"?{query}" if query else ""), body, headers
    )
    answer = wire.getresponse()
    answer.read()
    return answer.status


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def _answers(url: str) -> bool:
    wire = http.client.HTTPConnection(*_place(url), timeout=5)
    try:
        wire.request("GET", "/livez")
        return wire.getresponse().status == 200
    except OSError:
        return False
    finally:
        wire.close()
