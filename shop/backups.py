"""`shop backup` and `shop restore` for SQLite, while the shop serves: the database and its files in one archive.

SQLite's own backup copies a consistent state beside readers and writers, and writes one back as one transaction, so
nobody has to be signed out. Nothing is called good before its integrity and its books were verified on a copy.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.engine import make_url

from shop import checking, migrating
from shop.children import another_shop
from shop.clock import now
from shop.db import db

DATABASE, FILES, LABEL = "shop.db", "files", "label.json"


class BadBackup(Exception):
    """This cannot be done, or what was made is not whole; the message says why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What an archive holds, taken out into a folder, and what `shop check` finds wrong with it."""

    folder: Path
    label: dict[str, Any]
    findings: list[str]


def backup(app: Flask, target: Path) -> list[str]:
    """Write an archive of the shop to `target`; returns what `shop check` finds wrong with it. Raises BadBackup."""
    live = database_of(app)
    if target.exists():
        raise BadBackup(f"{target} is there already; a backup never overwrites another.")
    with _folder(target.parent) as folder:
        _copy(live, folder / DATABASE)
        _copy_files(
            files_of(app), folder / FILES
        )  # after the rows: no row in the copy is older than its file
        label = {"made_at": now().isoformat(), "sha256": _digest(folder / DATABASE)}
        (folder / LABEL).write_text(json.dumps(label))
        findings = _verified(app, folder)
        unfinished = folder / "archive"
        with tarfile.open(unfinished, "w:gz", compresslevel=5) as archive:
            for name in (LABEL, DATABASE, FILES):
                archive.add(folder / name, name)
        _sync(unfinished)
        os.link(unfinished, target)  # fails when somebody was faster
    return findings


@contextmanager
def opened(app: Flask, source: Path) -> Iterator[Copy]:
    """An archive taken out and verified, before anything is put in its place; raises BadBackup."""
    database_of(app)
    with _folder(Path(app.config["INSTANCE"])) as folder:
        try:
            with tarfile.open(source, "r:gz") as archive:
                archive.extractall(folder, filter="data")
            label = json.loads((folder / LABEL).read_text())
            is_whole = label["sha256"] == _digest(folder / DATABASE)
        except (OSError, EOFError, tarfile.TarError, ValueError, KeyError) as why:
            raise BadBackup(f"{source} is not a backup that can be read: {why}") from why
        if not is_whole:
            raise BadBackup(f"{source} is damaged: its database is not the one that was put in.")
        yield Copy(folder, label, _verified(app, folder))


def restore(app: Flask, copy: Copy) -> Path:
    """Put a copy in the place of the live shop, which goes on serving; returns where the old one is kept."""
    kept = Path(app.config["INSTANCE"]) / f"before-restore-{now():%Y%m%d-%H%M%S-%f}.tar.gz"
    backup(app, kept)
    _copy_files(copy.folder / FILES, files_of(app))  # before the rows that name them; others stay
    _copy(copy.folder / DATABASE, database_of(app))
    migrating.upgrade_all(app)
    return kept


def database_of(app: Flask) -> Path:
    """The file of the live database; raises BadBackup where it is none."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if not url.drivername.startswith("sqlite") or not url.database:
        raise BadBackup("This shop keeps its rows in PostgreSQL: use pg_dump, as docs/operations.md tells.")
    return Path(url.database)


def files_of(app: Flask) -> Path:
    return Path(app.config["INSTANCE"]) / "files"


def _copy(source: Path, target: Path) -> None:
    """One database into another, as one transaction, whoever reads or writes meanwhile."""
    with (
        closing(sqlite3.connect(source, timeout=60)) as old,
        closing(sqlite3.connect(target, timeout=60)) as new,
    ):
        old.backup(new)


def _copy_files(source: Path, target: Path) -> None:
    """The files that are not there yet: a file never changes under its name; a half-written one begins with a dot."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        place = target / path.relative_to(source)
        if not path.is_file() or path.name.startswith(".") or place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{place.name}")
        try:
            shutil.copyfile(path, unfinished)
        except FileNotFoundError:
            continue  # deleted meanwhile; if a row still names it, the check says so
        _sync(unfinished)
        unfinished.rename(place)


def _verified(app: Flask, folder: Path) -> list[str]:
    """Raise BadBackup unless the copy's database is whole; returns what `shop check` says of it."""
    try:
        with closing(sqlite3.connect(folder / DATABASE)) as copy:
            said = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
            loose = copy.execute("PRAGMA foreign_key_check").fetchmany(5)
    except sqlite3.DatabaseError as why:
        raise BadBackup(f"The copy cannot be read: {why}") from why
    if said != ["ok"] or loose:
        raise BadBackup(f"The copy is not whole: {said} {loose}")
    return _checked(app, folder)


def _checked(app: Flask, folder: Path) -> list[str]:
    """What `shop check` says of the copy, which is opened as a shop of its own."""
    settings = {name: app.config[name] for name in ("ENV", "SECRET_KEY", "TRUSTED_HOSTS")}
    try:
        copy = another_shop(
            settings | {"DATABASE_URL": f"sqlite:///{folder / DATABASE}", "INSTANCE": str(folder)}
        )
        try:
            return checking.check(copy)
        finally:
            with copy.app_context():
                db.engine.dispose()
    except Exception as why:
        raise BadBackup(f"The copy could not be checked: {why}") from why


@contextmanager
def _folder(inside: Path) -> Iterator[Path]:
    """A folder of our own on the same disk, gone afterwards."""
    inside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=inside) as folder:
        yield Path(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
