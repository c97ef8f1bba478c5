"""`python -m bench.faults [--full] [--only NAME]`: a table of what was done, and bench/out/faults.json."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.faults import carts, kills, patterns, pressing, refunds, settling
from tests.support.databases import Databases

OUT = Path(__file__).resolve().parent.parent / "out" / "faults.json"
ENGINES = ("sqlite", "postgres")
Experiment = Callable[[str, Path, bool], dict[str, Any]]

EXPERIMENTS: dict[str, Experiment] = {
    "1 crowd": lambda u, f, full: pressing.press(u, f, buyers=64 if full else 16, units=10 if full else 4),
    "1 crowd, no guard": lambda u, f, _full: pressing.press(
        u, f, buyers=16, presses=1, units=3, without=["limits"]
    ),
    "2 one key": lambda u, f, full: pressing.press(
        u, f, buyers=64 if full else 16, presses=1, units=70, one_key=True
    ),
    "2 one key, no guard": lambda u, f, _full: pressing.press(
        u, f, buyers=12, presses=1, units=70, one_key=True, without=["once"]
    ),
    "3 kills": lambda u, f, full: kills.kill_while_buying(u, f, checkouts=500 if full else 30),
    "3 kills, no guard": lambda u, f, _full: kills.kill_while_buying(
        u, f, checkouts=12, dies=60, pause=5, without=["intent"]
    ),
    "4 refunds": lambda u, f, full: refunds.refund_twice(u, f, refunds=500 if full else 24),
    "4 refunds, no guard": lambda u, f, _full: refunds.refund_twice(u, f, refunds=16, without=["refunds"]),
    "5 carts": lambda u, f, full: carts.cross(u, f, rounds=15 if full else 1),
    "5 carts, no guard": lambda u, f, _full: carts.cross(u, f, threads=4, rounds=2, without=["order"]),
    "6 settling": lambda u, f, full: settling.settle_at_once(u, f, rounds=100 if full else 8),
    "6 settling, no guard": lambda u, f, _full: settling.settle_at_once(u, f, rounds=4, without=["settling"]),
    "table 2.1": lambda u, f, _full: patterns.take(u, f),
    "table 2.1, no guard": lambda u, f, _full: patterns.take(u, f, without=("limits",)),
    "table 2.2": lambda u, f, full: patterns.check_out(u, f, checkouts=960 if full else 128),
}


def main() -> int:
    """Play the experiments on both engines; 1 when one could not be played."""
    asked = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    asked.add_argument("--full", action="store_true", help="the sizes of the issue, not those of make test")
    asked.add_argument("--only", default="", help="only experiments whose name begins with this")
    asked.add_argument("--engine", choices=ENGINES, action="append", help="only this engine")
    options = asked.parse_args()
    warnings.simplefilter("ignore")
    told: list[dict[str, Any]] = []
    with ExitStack() as closing, tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), closing)
        for name, experiment in EXPERIMENTS.items():
            for engine in options.engine or ENGINES:
                if name.startswith(options.only):
                    told.append(_play(databases, name, engine, experiment, options.full))
                    print(_line(told[-1]), flush=True)
    if "7 outages".startswith(options.only) or not options.only:
        told.append(_outages())
        print(_line(told[-1]), flush=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"full": options.full, "cores": os.cpu_count(), "told": told}, indent=1) + "\n")
    return 1 if any("failed" in one for one in told) else 0


def _play(databases: Databases, name: str, engine: str, experiment: Experiment, full: bool) -> dict[str, Any]:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, databases.fresh(engine, Path(folder)) as url:
        try:
            found = experiment(url, Path(folder), full)
        except Exception as failure:
            found = {"failed": f"{type(failure).__name__}: {failure}"[:300]}
    return {"experiment": name, "engine": engine, "took": round(time.perf_counter() - began, 1), **found}


def _outages() -> dict[str, Any]:
    """Proof 7 has no sizes: its tests are played."""
    began = time.perf_counter()
    played = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/faults/test_outages.py"], capture_output=True, text=True
    )
    last = (played.stdout.strip().splitlines() or ["nothing was said"])[-1]
    told = {"experiment": "7 outages", "engine": "both", "took": round(time.perf_counter() - began, 1)}
    return {**told, ("answers" if played.returncode == 0 else "failed"): last}


def _line(one: dict[str, Any]) -> str:
    facts = {k: v for k, v in one.items() if k not in ("experiment", "engine", "took")}
    facts["wrong"] = len(facts["wrong"]) if "wrong" in facts else "-"
    facts["errors"] = (
        len(facts["errors"]) if isinstance(facts.get("errors"), list) else facts.get("errors", 0)
    )
    words = "  ".join(f"{name}={value}" for name, value in facts.items())
    return f"{one['experiment']:22} {one['engine']:9} {one['took']:7.1f} s  {words}"


if __name__ == "__main__":
    sys.exit(main())
