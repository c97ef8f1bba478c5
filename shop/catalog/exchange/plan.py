"""The plan of an import: read and compared without a lock, then written in one short transaction, or not at all."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from flask_babel import gettext as _

from shop.catalog.exchange.drafts import Remark
from shop.catalog.exchange.formats import product_file
from shop.catalog.exchange.known import version_of
from shop.catalog.exchange.shapes import Step
from shop.catalog.exchange.steps import steps_for
from shop.catalog.exchange.writing import write
from shop.db import db, writing
from shop.errors import Refused
from shop.merchants.models import Merchant

# Steps written with one round of statements.
TOGETHER = 1_000
# How often a plan is made anew because somebody else changed the catalogue meanwhile.
TRIES = 3

Tell = Callable[[list[Step], int, int], None]  # some steps, the rows done, the rows there are


class Plan:
    """What a file would do to a merchant's catalogue; the steps wait on the disk."""

    def __init__(self, merchant: Merchant, disk: IO[str]) -> None:
        self.merchant_id, self.currency = merchant.id, merchant.currency
        self.counts: Counter[str] = Counter()
        self.format = ""
        self.remarks: tuple[Remark, ...] = ()
        self.rows = 0
        self._disk = disk
        self._version: tuple[int, str] = (0, "")

    def read(self, path: Path, tell: Tell) -> None:
        """Read the file and compare it; `tell` hears of every step. What was not committed before is rolled back."""
        with product_file(path, self.currency) as file:
            self.format, self.remarks, self.rows = file.format, file.remarks, file.rows
            with _looking():
                self._version = version_of(self.merchant_id)
            batches = steps_for(self.merchant_id, self.currency, file.drafts())
            done = 0
            while steps := self._next(batches):
                done += sum(step.rows for step in steps)
                tell(steps, done, file.rows)

    def _next(self, batches: Iterator[list[Step]]) -> list[Step]:
        with _looking():
            steps = next(batches, [])
        self.counts.update(step.verdict for step in steps)
        for step in steps:
            if step.verdict in ("made", "changed"):
                self._disk.write(step.written() + "\n")
        return steps

    @property
    def is_still_true(self) -> bool:
        """Whether the catalogue is as it was when the plan was made."""
        return version_of(self.merchant_id) == self._version

    def write(self) -> None:
        """Do what the plan says, in the present transaction; raises Refused while anything is wrong."""
        if self.counts["wrong"]:
            raise Refused(_("Nothing is imported as long as something in the file is wrong."))
        for steps in self._steps():
            write(self.merchant_id, steps)

    def _steps(self) -> Iterator[list[Step]]:
        self._disk.seek(0)
        some: list[Step] = []
        for line in self._disk:
            some.append(Step.read(line))
            if len(some) == TOGETHER:
                yield some
                some = []
        yield some


@contextmanager
def _looking() -> Iterator[None]:
    """A look at the database that can write nothing and, however long the file is, holds up nobody."""
    with writing(False):
        db.session.rollback()
        yield
        db.session.rollback()


@contextmanager
def plan_of(merchant: Merchant, path: Path, tell: Tell = lambda _steps, _done, _rows: None) -> Iterator[Plan]:
    """The plan of importing a file; nothing is written. Raises NotValid or TooLarge for a file that cannot be read."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as disk:
        plan = Plan(merchant, disk)
        plan.read(path, tell)
        yield plan


def import_file(merchant: Merchant, path: Path, tell: Tell = lambda _steps, _done, _rows: None) -> Plan:
    """Plan and write; the caller commits. A catalogue that changed meanwhile is looked at again."""
    for _attempt in range(TRIES):
        with plan_of(merchant, path, tell) as plan, writing():
            if plan.is_still_true:
                plan.write()
                return plan
            db.session.rollback()
    raise Refused(_("The catalogue is being changed by somebody else. Please try again in a moment."))
