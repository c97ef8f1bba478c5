"""`make bench`: CPU of a request inside the process, beside two yardsticks, interleaved in one run.

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

from bench import shop as stalls
from bench import yardsticks
from bench.shop import Visitor
from tests.support.sql import count_sql

OUT = Path(__file__).parent / "out"
ROUNDS = 7
Prepare = Callable[[], tuple[Visitor, dict[str, Any]]]


def main() -> None:
    """Measure everything, print the table, write the file."""
    options = argparse.ArgumentParser(prog="bench")
    options.add_argument("--calls", type=int, default=60, help="calls of each page in a round")
    options.add_argument("--database", help="a database address instead of a new SQLite file")
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stall = stalls.open_stall(Path(folder) / "shop", told.database)
        cases = prepare_cases(stall, Path(folder))
        results = measure(cases, told.calls)
        for name, prepare in cases.items():
            results[name] |= look_at(stall, prepare)
    bare = results["bare page"]["cpu_ms"]
    for result in results.values():
        result["ratio"] = round(result["cpu_ms"] / bare, 2)
    write(results)
    show(results)


def prepare_cases(stall: stalls.Stall, folder: Path) -> dict[str, Prepare]:
    """Each case makes one request that is ready to be sent; making it is not measured."""
    lines = stalls.forever(stall.lines)
    regular = Visitor(stall.app)
    regular.get(stall.shelf)

    def page(visitor: Visitor, path: str) -> Prepare:
        return lambda: (visitor, visitor.environ("GET", path))

    def add() -> tuple[Visitor, dict[str, Any]]:
        visitor = Visitor(stall.app)
        visitor.get(stall.listing)
        offer, variant, _n = (
            next(lines).split("-")[:3] if "-" in stall.lines[0] else next(lines).split(":")[:3]
        )
        return visitor, visitor.environ(
            "POST", f"{stall.mall}/lines", {"offer": offer, "variant": variant, "quantity": "1"}
        )

    def checkout() -> tuple[Visitor, dict[str, Any]]:
        visitor = Visitor(stall.app)
        return visitor, stalls.checkout(stall, next(lines))()

    return {
        "hello": page(Visitor(yardsticks.hello()), "/"),
        "bare page": page(Visitor(yardsticks.bare_page(folder)), "/"),
        "shelf": page(regular, stall.shelf),
        "product": page(regular, stall.listing),
        "search": page(regular, f"{stall.shelf}?q=number"),
        "group_link": lambda: (new := Visitor(stall.app), new.environ("GET", stall.link)),
        "add_to_cart": add,
        "checkout": checkout,
    }


def measure(cases: dict[str, Prepare], calls: int) -> dict[str, dict[str, Any]]:
    """Interleaved rounds; the median of the rounds, so that a busy moment of the machine hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for prepare in cases.values():
        for _warm in range(5):
            visitor, environ = prepare()
            visitor.send(environ)
    for number in range(ROUNDS):
        print(f"\rround {number + 1} of {ROUNDS}", end="", file=sys.stderr, flush=True)
        for name, prepare in cases.items():
            ready = [prepare() for _call in range(calls)]
            gc.collect()
            began = time.process_time()
            for visitor, environ in ready:
                visitor.send(environ)
            seconds[name].append((time.process_time() - began) / calls)
    print(file=sys.stderr)
    return {name: {"cpu_ms": round(median(times) * 1000, 4)} for name, times in seconds.items()}


def look_at(stall: stalls.Stall, prepare: Prepare) -> dict[str, Any]:
    """What one request costs in statements, and what it sends."""
    visitor, environ = prepare()
    with ExitStack() as stack:
        sql = stack.enter_context(count_sql(stall.app))
        status, body, _location = visitor.send(environ)
    return {"status": status, "sql": len(sql), "bytes": len(body)}


def write(results: dict[str, dict[str, Any]]) -> None:
    """The newest figures, and a line in the history."""
    OUT.mkdir(exist_ok=True)
    (OUT / "latest.json").write_text(json.dumps(results, indent=1) + "\n")
    with (OUT / "history.jsonl").open("a") as history:
        history.write(json.dumps({"at": int(time.time()), **results}) + "\n")


def show(results: dict[str, dict[str, Any]]) -> None:
    """The table."""
    print(f"{'':14}{'CPU ms':>9}{'x bare':>8}{'SQL':>5}{'bytes':>8}{'status':>8}")
    for name, r in results.items():
        print(f"{name:14}{r['cpu_ms']:9.3f}{r['ratio']:8.2f}{r['sql']:5}{r['bytes']:8}{r['status']:8}")


if __name__ == "__main__":
    main()
