"""The worker's part of an import: look at the file, and, once somebody asks for it, write it all or nothing."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from shop import jobs
from shop.catalog.exchange.plan import import_file, plan_of
from shop.catalog.exchange.shapes import Step
from shop.catalog.imports import ImportLine, ImportRun
from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.events import Event
from shop.files import files

# Files and reports of imports are no archive.
KEPT = timedelta(days=90)


class BusyElsewhere(Exception):
    """Another worker is at it; the outbox asks again in case that one dies."""


def install(app: Flask) -> None:
    """The worker hears of files, and tidies up."""
    jobs.listens(app, "imports.look", "import.uploaded", look)
    jobs.listens(app, "imports.write", "import.asked", write)
    jobs.every(app, "imports.forget", 86_400, forget_old)


def look(event: Event) -> None:
    """Say of every product what the file would do to it."""
    with _at_work(event, "uploaded") as run:
        if run is None:
            return
        ImportLine.forget(run)
        db.session.commit()

        def tell(steps: list[Step], done: int, rows: int) -> None:
            ImportLine.write(run, steps)
            run.told(done, rows)
            db.session.commit()

        with _local(run.file_key) as path, plan_of(run.merchant, path, tell) as plan:
            run.planned(plan)
            db.session.commit()


def write(event: Event) -> None:
    """Do what the merchant has read and asked for, in one transaction together with the word that it is done."""
    with _at_work(event, "asked") as run:
        if run is None:
            return

        def tell(_steps: list[Step], done: int, rows: int) -> None:
            run.told(done, rows)
            db.session.commit()

        with _local(run.file_key) as path:
            try:
                run.applied(import_file(run.merchant, path, tell))
            except Refused:
                db.session.rollback()
                run.look_again()
        db.session.commit()


def forget_old() -> None:
    """Forget files and reports that nobody needs any more."""
    for run in db.session.scalars(select(ImportRun).where(ImportRun.uploaded_at < now() - KEPT).limit(50)):
        files.delete(run.file_key)
        ImportLine.forget(run)
        db.session.delete(run)


@contextmanager
def _at_work(event: Event, state: str) -> Iterator[ImportRun | None]:
    """The run, claimed for this worker and in its person's language; None when there is nothing to do any more."""
    run = db.session.get(ImportRun, event.payload["run"])
    if run is None or run.state != state:
        yield None
        return
    claimed = run.claim(state)
    db.session.commit()
    if not claimed:
        raise BusyElsewhere(f"import {run.id}")
    with force_locale(run.locale):
        try:
            yield run
        except Refused as no:
            db.session.rollback()
            run.failed(str(no))
            db.session.commit()
        except BaseException:
            db.session.rollback()
            run.busy_until = None
            db.session.commit()
            raise


@contextmanager
def _local(key: str) -> Iterator[Path]:
    """The file as a path of this machine, wherever files are kept."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as copy, files.open(key) as stream:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        yield Path(copy.name)
