"""How fast a product file comes in: `python -m bench.imports [rows] [--database URL]`.

Prints rows a second of looking and of importing (in wall time and in CPU), how long the import holds SQLite's one
write lock, and how the memory grows with the file.
"""

import argparse
import csv
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shop import migrating
from shop.app import create_app
from shop.catalog.exchange.outgoing import exported
from shop.catalog.exchange.plan import Plan, import_file, plan_of
from shop.db import db
from shop.merchants.models import Merchant
from shop.people.models import Person

SAMPLE = Path(__file__).parent.parent / "tests" / "data" / "shopify-tea.csv"


def main() -> None:
    """Import a file of so many rows into an empty shop, then again, then export it."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("rows", nargs="?", type=int, default=10_000)
    arguments.add_argument(
        "--database", default="", help="an empty database; SQLite in a temporary folder if not given"
    )
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = write_file(Path(folder) / "products.csv", asked.rows)
        settings = {"ENV": "test", "SECRET_KEY": "a key for measuring only, long enough", "INSTANCE": folder}
        app = create_app(settings | ({"DATABASE_URL": asked.database} if asked.database else {}))
        migrating.upgrade_all(app)
        with app.app_context():
            merchant = open_merchant()
            print(f"{asked.rows} rows, {file.stat().st_size / 1e6:.1f} MB, {db.engine.dialect.name}")
            measure(merchant, file, asked.rows)


def measure(merchant: Merchant, file: Path, rows: int) -> None:
    """One line for each thing that a merchant does with a file."""
    with timed("look", rows), plan_of(merchant, file):
        pass
    held = HeldLock()
    with timed("import", rows):
        import_file(merchant, file)
        db.session.commit()
    print(f"  others who write had to wait for {held.seconds():.2f} s of CPU of it")
    with timed("import again", rows):
        import_file(merchant, file)
        db.session.commit()
    with timed("export", rows):
        for _piece in exported(merchant):
            pass


class HeldLock:
    """How long the plan is being written: the only time in which others who write must wait."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._write = Plan.write
        Plan.write = lambda plan: self._timed(plan)  # type: ignore[method-assign]

    def seconds(self) -> float:
        """The seconds of CPU so far; from now on nobody is timed."""
        Plan.write = self._write  # type: ignore[method-assign]
        return self._seconds

    def _timed(self, plan: Plan) -> None:
        began = time.process_time()
        self._write(plan)
        self._seconds += time.process_time() - began


@contextmanager
def timed(what: str, rows: int) -> Iterator[None]:
    """Print rows a second, and the memory at its highest."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:14}{rows / wall:8.0f} rows/s{rows / cpu:10.0f} rows/s of CPU{memory:8.0f} MB at most")


def write_file(path: Path, rows: int) -> Path:
    """The sample file over and over, each time with other handles."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        header, *sample = csv.reader(file)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for n in range(rows):
            row = sample[n % len(sample)]
            writer.writerow([f"{row[0]}-{n // len(sample)}", *row[1:]])
    return path


def open_merchant() -> Merchant:
    """A merchant with nothing to sell yet."""
    lin = Person(name="Lin", email="lin@example.org")
    db.session.add(lin)
    db.session.flush()
    merchant = Merchant.open("bench", "Bench", "CNY", lin)
    db.session.commit()
    return merchant


if __name__ == "__main__":
    main()
