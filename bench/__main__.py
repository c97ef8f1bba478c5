"""`make bench`: CPU of a request inside the process, beside three yardsticks in one run; then real servers.

`process_time` over many calls of the WSGI application repeats within a few per cent where a server's requests a second
do not; so the ratio to the bare page is the figure to watch. Writes bench/out/latest.json and keeps a history.
"""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from werkzeug.test import run_wsgi_app

from bench import acts, chart, wire, yardsticks
from bench import shop as stalls
from bench.shop import Visitor
from shop.plugins import resolve
from tests.support.sql import count_sql

OUT = Path(__file__).parent / "out"
ROUNDS = 7
YARDSTICKS = ("hello", "bare page", "transaction", "beside")
WRITES = ("checkout", "claim", "webhook", "ad_impression", "add_to_cart")
Prepare = Callable[[], tuple[Visitor, dict[str, Any]]]


def main() -> None:
    """Measure everything, print the table, write the file."""
    options = argparse.ArgumentParser(prog="bench")
    options.add_argument("--calls", type=int, default=60, help="calls of each page in a round")
    options.add_argument("--database", help="a database address instead of a new SQLite file")
    options.add_argument(
        "--plugins", help="the plugins that are switched on, comma separated; without it all that are bundled"
    )
    options.add_argument(
        "--beside", help="a further yardstick: a WSGI application as module:name, or an address"
    )
    options.add_argument("--no-servers", action="store_true", help="without part two, the real servers")
    options.add_argument("--path", default="/", help="the page of the further yardstick")
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plugins = told.plugins.split(",") if told.plugins else None
        stall = stalls.open_stall(Path(folder) / "shop", told.database, plugins)
        cases = prepare_cases(stall, Path(folder), plugins is None)
        if told.beside and "://" not in told.beside:
            cases["beside"] = page_of(Visitor(resolve(told.beside)), told.path)
        results = measure(stall, cases, told.calls)
        for name, prepare in cases.items():
            results[name] |= look_at(stall, name, prepare)
        if not told.no_servers:
            served = wire.measure(stall, {n: c for n, c in cases.items() if n not in YARDSTICKS}, most_kept)
            server = served.pop("server")
            for name, figures in served.items():
                results[name] |= figures
        if told.beside and "://" in told.beside:
            results["beside"] = {"cpu_ms": None, "sql": None, "bytes": None, **wire.beside(told.beside)}
    bare = results["bare page"]["cpu_ms"]
    for result in results.values():
        result["ratio"] = None if result["cpu_ms"] is None else round(result["cpu_ms"] / bare, 2)
        for field in ("rps", "p50_ms", "p99_ms"):
            result.setdefault(field, None)
    write(results)
    show(results)
    if not told.no_servers:
        print(f"first answer after {server['start_s']} s, {server['worker_mb']} MB a worker")


def prepare_cases(stall: stalls.Stall, folder: Path, with_all: bool) -> dict[str, Prepare]:
    """Each case makes one request that is ready to be sent; making it is not measured."""
    lines = stalls.forever(stall.lines)
    regular, member = Visitor(stall.app), Visitor(stall.app, stall.member)
    for path in (stall.shelf, stall.listing):
        regular.get(path)

    def add() -> tuple[Visitor, dict[str, Any]]:
        visitor = Visitor(stall.app)
        visitor.get(stall.listing)
        offer, variant, _n = (
            next(lines).split("-")[:3] if "-" in stall.lines[0] else next(lines).split(":")[:3]
        )
        return visitor, visitor.environ(
            "POST", f"{stall.mall}/lines", {"offer": offer, "variant": variant, "quantity": "1"}
        )

    others: dict[str, Prepare] = {}
    if with_all:  # a campaign is backed and an ad runs while everything is measured
        acts.back(stall)
        others["claim"] = acts.claims(stall)
        others["ad_impression"] = acts.impressions(stall)
        others["webhook"] = acts.webhooks(stall, lines)
    return {
        "hello": page_of(Visitor(yardsticks.hello()), "/"),
        "bare page": page_of(Visitor(yardsticks.bare_page(folder)), "/"),
        "transaction": page_of(Visitor(yardsticks.transaction(folder)), "/"),
        "shelf": page_of(regular, stall.shelf),
        "shelf_cold": page_of(regular, stall.shelf),
        "shelf_signed_in": page_of(member, stall.shelf),
        "shelf_cached": page_of(regular, stall.shelf),
        "shelf_signed_in_cached": page_of(member, stall.shelf),
        "shelf_unchanged": lambda: unchanged(regular, stall.shelf),
        "product": page_of(regular, stall.listing),
        "product_cold": page_of(regular, stall.listing),
        "product_signed_in": page_of(member, stall.listing),
        "product_cached": page_of(regular, stall.listing),
        "product_signed_in_cached": page_of(member, stall.listing),
        "product_unchanged": lambda: unchanged(regular, stall.listing),
        "search": page_of(regular, f"{stall.shelf}?q=number"),
        "group_link": lambda: (new := Visitor(stall.app), new.environ("GET", stall.link)),
        "add_to_cart": add,
        "checkout": lambda: stalls.checkout(stall, next(lines)),
        **others,
    }


def page_of(visitor: Visitor, path: str) -> Prepare:
    """A page, as this visitor's browser asks for it."""
    return lambda: (visitor, visitor.environ("GET", path))


def unchanged(visitor: Visitor, path: str) -> tuple[Visitor, dict[str, Any]]:
    """The page again, with the tag of the copy that the browser has."""
    tags: list[str] = []
    run_wsgi_app(collecting(visitor.app, tags), visitor.environ("GET", path))
    tag = tags[0] if tags else ""  # a page that may not be kept has none, and is made again
    return visitor, visitor.environ("GET", path) | {"HTTP_IF_NONE_MATCH": tag}


def collecting(app: Any, tags: list[str]) -> Any:
    """The application, with the tags of its answers noted."""

    def called(environ: Any, start_response: Any) -> Any:
        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            tags.extend(value for name, value in headers if name == "ETag")
            return start_response(status, headers, *rest)

        return app(environ, begin)

    return called


def keep_pages(stall: stalls.Stall, name: str) -> None:
    """What is called cached or unchanged is measured with kept pages; what is called cold with nothing kept at all."""
    stall.app.extensions["kept"].most = most_kept(name)
    stall.app.extensions["parts"].most = 0 if name.endswith("_cold") else 400


def most_kept(name: str) -> int:
    """How many pages are kept while this case is measured."""
    return 400 if name.endswith(("_cached", "_unchanged")) else 0


def measure(stall: stalls.Stall, cases: dict[str, Prepare], calls: int) -> dict[str, dict[str, Any]]:
    """Interleaved rounds; the median of the rounds, so that a busy moment of the machine hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for name, prepare in cases.items():
        keep_pages(stall, name)
        for _warm in range(5):
            visitor, environ = prepare()
            visitor.send(environ)
    for number in range(ROUNDS):
        print(f"\rround {number + 1} of {ROUNDS}", end="", file=sys.stderr, flush=True)
        for name, prepare in cases.items():
            keep_pages(stall, name)
            times = max(5, calls // 5) if name in WRITES else calls  # what writes takes long to get ready
            ready = [prepare() for _call in range(times)]
            gc.collect()
            began = time.process_time()
            for visitor, environ in ready:
                visitor.send(environ)
            seconds[name].append((time.process_time() - began) / times)
    print(file=sys.stderr)
    return {name: {"cpu_ms": round(median(times) * 1000, 4)} for name, times in seconds.items()}


def look_at(stall: stalls.Stall, name: str, prepare: Prepare) -> dict[str, Any]:
    """What one request costs in statements, and what it sends."""
    keep_pages(stall, name)
    visitor, environ = prepare()
    asked = times_asked(stall)
    with ExitStack() as stack:
        sql = stack.enter_context(count_sql(stall.app))
        status, body, _location = visitor.send(environ)
    asked = times_asked(stall) - asked
    return {"status": status, "sql": len(sql) + asked, "bytes": len(body)}


def times_asked(stall: stalls.Stall) -> int:
    """How often the database was asked, past SQLAlchemy, whether something kept is true."""
    return sum(int(stall.app.extensions[name].asked) for name in ("kept", "parts"))


def write(results: dict[str, dict[str, Any]]) -> None:
    """The newest figures, and a line in the history."""
    OUT.mkdir(exist_ok=True)
    (OUT / "latest.json").write_text(json.dumps(results, indent=1) + "\n")
    history_path = OUT / "history.jsonl"
    with history_path.open("a") as history:
        history.write(json.dumps({"at": int(time.time()), **results}) + "\n")
    (OUT / "chart.svg").write_bytes(
        chart.draw([json.loads(line) for line in history_path.read_text().splitlines()])
    )


def show(results: dict[str, dict[str, Any]]) -> None:
    """The table."""
    columns = {
        "cpu_ms": 9,
        "ratio": 8,
        "sql": 5,
        "bytes": 8,
        "status": 8,
        "rps": 9,
        "p50_ms": 9,
        "p99_ms": 9,
        "failed": 7,
    }
    print(f"{'':18}" + "".join(f"{name:>{width}}" for name, width in columns.items()))
    for name, r in results.items():
        cells = ("" if r.get(c) is None else r[c] for c in columns)
        print(
            f"{name:18}"
            + "".join(f"{cell:>{width}}" for cell, width in zip(cells, columns.values(), strict=True))
        )


if __name__ == "__main__":
    main()
