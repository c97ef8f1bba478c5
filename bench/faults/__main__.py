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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.faults.carts import cross
from bench.faults.kills import kill_while_buying
from bench.faults.patterns import check_out, take
from bench.faults.pressing import press
from bench.faults.refunds import refund_twice
from bench.faults.settling import settle_at_once
from tests.support.databases import Databases

OUT = Path(__file__).resolve().parent.parent / "out" / "faults.json"
ENGINES = ("sqlite", "postgres")
Told = dict[str, Any]


@dataclass(frozen=True)
class Experiment:
    """What is played, how large (small and full), and whether what it told is what was promised."""

    name: str
    play: Callable[..., Told]
    small: dict[str, Any]
    full: dict[str, Any]
    is_kept: Callable[[Told, dict[str, Any]], bool]


def control(
    name: str, play: Callable[..., Told], size: dict[str, Any], is_broken: Callable[[Told], bool]
) -> Experiment:
    """The same without its guard: worth something when the promise is seen to break."""
    return Experiment(f"{name}, no guard", play, size, size, lambda told, _size: is_broken(told))


def is_well(told: Told) -> bool:
    """Nothing is wrong with the books, and nobody saw an error that is not theirs."""
    return (
        not told["wrong"] and not told.get("errors") and not any(a.startswith("5") for a in told["answers"])
    )


def deadlocked(told: Told) -> bool:
    """PostgreSQL: carts that wait for each other. SQLite has one writer: there a late lock is refused at once."""
    return told["answers"].get("deadlock", 0) + told["answers"].get("busy", 0) > 0


ONE_KEY = {"presses": 1, "units": 70, "one_key": True}
EXPERIMENTS = (
    Experiment(
        "1 crowd",
        press,
        {"buyers": 16, "units": 4},
        {"buyers": 64, "units": 10},
        lambda told, size: (
            is_well(told)
            and (told["orders"], told["left"], told["charges"])
            == ({"paid": size["units"]}, [0], size["units"])
        ),
    ),
    control(
        "1 crowd",
        press,
        {"buyers": 16, "presses": 1, "units": 3, "without": ["limits"]},
        lambda told: told["orders"]["paid"] > 3 and bool(told["wrong"]),
    ),
    Experiment(
        "2 one key",
        press,
        ONE_KEY | {"buyers": 16},
        ONE_KEY | {"buyers": 64},
        lambda told, size: (
            is_well(told) and (told["places"], told["answers"]) == (1, {"303": size["buyers"]})
        ),
    ),
    control(
        "2 one key",
        press,
        ONE_KEY | {"buyers": 12, "without": ["once"]},
        lambda told: told["places"] == 12,
    ),
    Experiment(
        "3 kills",
        kill_while_buying,
        {"checkouts": 24, "dies": 6, "kills": 8},
        {"checkouts": 500},
        lambda told, size: (
            not told["wrong"]
            and told["ends"] == {"ordered": size["checkouts"]}
            and told["orders"] == {"paid": size["checkouts"]}
            and (told["charges"], told["orphans"], told["left"]) == (size["checkouts"], 0, [5])
            and told["ledger"] == {"CNY": 0}
        ),
    ),
    control(
        "3 kills",
        kill_while_buying,
        {"checkouts": 8, "dies": 2, "kills": 0, "without": ["intent"]},
        lambda told: told["orphans"] > 0,
    ),
    Experiment(
        "4 refunds",
        refund_twice,
        {"refunds": 24},
        {"refunds": 500},
        lambda told, size: (
            is_well(told)
            and told["answers"] == {"done": size["refunds"], "refused": size["refunds"]}
            and (told["done"], told["more_than_captured"]) == (size["refunds"], 0)
        ),
    ),
    control(
        "4 refunds",
        refund_twice,
        {"refunds": 16, "without": ["refunds"]},
        lambda told: told["answers"]["done"] > 16 and bool(told["wrong"]),
    ),
    Experiment(
        "5 carts",
        cross,
        {"rounds": 1},
        {"rounds": 15},
        lambda told, _size: is_well(told) and told["answers"] == {"ordered": told["carts"]},
    ),
    control("5 carts", cross, {"threads": 4, "rounds": 2, "without": ["order"]}, deadlocked),
    Experiment(
        "6 settling",
        settle_at_once,
        {"rounds": 8},
        {"rounds": 100},
        lambda told, size: (
            is_well(told) and (told["settlements"], told["booked"], told["mails"]) == (size["rounds"],) * 3
        ),
    ),
    control(
        "6 settling",
        settle_at_once,
        {"rounds": 4, "without": ["settling"]},
        lambda told: told["settlements"] > 4 or not is_well(told) or "webhook 409" in told["answers"],
    ),
    Experiment("table 2.1", take, {}, {}, lambda told, _size: told["answers"].get("sold") == 10),
    control("table 2.1", take, {"without": ("limits",)}, lambda told: told["answers"].get("sold", 0) > 10),
    Experiment(
        "table 2.2",
        check_out,
        {"checkouts": 128},
        {"checkouts": 960},
        lambda told, size: told["answers"] == {"ordered": size["checkouts"]},
    ),
)


def main() -> int:
    """Play the experiments on both engines; 1 when one could not be played or a promise was not kept."""
    asked = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    asked.add_argument("--full", action="store_true", help="the sizes of the issue, not those of make test")
    asked.add_argument("--only", default="", help="only experiments whose name begins with this")
    asked.add_argument("--engine", choices=ENGINES, action="append", help="only this engine")
    options = asked.parse_args()
    warnings.simplefilter("ignore")
    told: list[dict[str, Any]] = []
    with ExitStack() as closing, tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder), closing)
        for experiment in EXPERIMENTS:
            for engine in options.engine or ENGINES:
                if experiment.name.startswith(options.only):
                    told.append(_play(databases, engine, experiment, options.full))
                    print(_line(told[-1]), flush=True)
    if "7 outages".startswith(options.only) or not options.only:
        told.append(_outages())
        print(_line(told[-1]), flush=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"full": options.full, "cores": os.cpu_count(), "told": told}, indent=1) + "\n")
    return 1 if any("failed" in one for one in told) else 0


def _play(databases: Databases, engine: str, experiment: Experiment, full: bool) -> Told:
    began = time.perf_counter()
    size = experiment.full if full else experiment.small
    with tempfile.TemporaryDirectory() as folder, databases.fresh(engine, Path(folder)) as url:
        try:
            found = experiment.play(url, Path(folder), **size)
            if not experiment.is_kept(found, size):
                found["failed"] = "not as promised"
        except Exception as failure:
            found = {"failed": f"{type(failure).__name__}: {failure}"[:300]}
    return {
        "experiment": experiment.name,
        "engine": engine,
        "took": round(time.perf_counter() - began, 1),
    } | found


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
