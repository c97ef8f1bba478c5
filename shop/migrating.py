"""Migrations: the core's in migrations/core, a plugin's in its own folder, each with a version table of its own.

One shared version table was tried by others: delete a plugin's folder and every upgrade dies with "Can't locate
revision". So each owner has `alembic_version_<name>` (the core: `alembic_version`).
"""

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import structlog
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import SchemaItem

from shop.config import ROOT
from shop.db import Base, db, writing
from shop.hooks import door
from shop.plugins import candidates, folder_of

log = structlog.get_logger(__name__)

CORE = "core"
# The indexes of words that core_0013 and core_0020 make with each engine's own means; no model knows them.
WORDS = ("product_word", "ix_product_words", "order_word", "ix_orders_words")
# One number for the advisory lock that lets one migration run at a time on PostgreSQL.
LOCK = 7_268_001


def upgrade_all(app: Flask, only: str | None = None) -> list[str]:
    """Bring the core and then every loaded plugin up to date; returns what was changed, as `owner: revision`.

    A plugin's migration that fails is undone, told of and left for its author; the others go on. The core's raises.
    """
    changed = []
    with app.app_context(), writing(), open_connection() as connection:
        for owner in owners() if only is None else [only]:
            was = current(connection, owner)
            if not is_behind(owner, was):
                continue
            try:
                command.upgrade(config_for(owner, connection), "head")
                connection.commit()
            except Exception as failure:
                connection.rollback()
                if owner == CORE or only is not None:
                    raise
                log.exception("migration failed", plugin=owner)
                changed.append(f"{owner}: FAILED, nothing of it was kept: {failure}")
                continue
            now_at = current(connection, owner)
            if was != now_at:
                changed.append(f"{owner}: {now_at}")
        connection.commit()
        mark_pending(app, connection)
    return changed


def install(app: Flask) -> None:
    """Know which plugins wait for a migration, and look again now and then while one does."""
    mark_pending(app)
    looked = time.monotonic()

    def look_again() -> None:
        nonlocal looked
        waits = any(p.needs_migration for p in door(app).plugins.values())
        if waits and time.monotonic() - looked > app.config["REST_SECONDS"]:
            looked = time.monotonic()
            mark_pending(app)

    app.before_request(look_again)


def mark_pending(app: Flask, connection: Connection | None = None) -> None:
    """A plugin whose tables are not at their newest revision is not asked until somebody migrates it."""
    if connection is None:
        with app.app_context(), writing(False), db.engine.connect() as own:
            mark_pending(app, own)
        return
    bring = [p for p in door(app).plugins.values() if p.is_loaded and p.manifest and p.manifest.models]
    at = _all_current(connection, [loaded.name for loaded in bring])
    for loaded in bring:
        try:
            loaded.needs_migration = is_behind(loaded.name, at.get(loaded.name))
        except Exception as failure:
            loaded.error = f"its migrations cannot be read: {failure}"
            log.exception("plugin left out", plugin=loaded.name)


def downgrade(app: Flask, owner: str, to: str = "base") -> None:
    """Take an owner's tables back to a revision."""
    with app.app_context(), writing(), open_connection() as connection:
        command.downgrade(config_for(owner, connection), to)
        connection.commit()


def revision(app: Flask, owner: str, message: str, *, autogenerate: bool = True) -> None:
    """Write a new migration for an owner from the difference between its models and the database."""
    with app.app_context(), writing(), open_connection() as connection:
        folder = versions_of(owner)
        known = list(ScriptDirectory.from_config(config_for(owner)).walk_revisions())
        number = f"{len(known) + 1:04d}"
        command.revision(
            config_for(owner, connection),
            message,
            autogenerate=autogenerate,
            rev_id=f"{owner}_{number}",
            version_path=str(folder),
        )


def pending(app: Flask) -> list[str]:
    """The owners whose tables have still to take a step; needs an application context."""
    with writing(False), db.engine.connect() as connection:
        at = _all_current(connection, owners())
    return [owner for owner in owners() if is_behind(owner, at.get(owner))]


def is_behind(owner: str, at: str | None) -> bool:
    """Whether tables at this revision have still to take a step that we know.

    A revision that we do not know is of a newer version of the shop, which is being rolled out beside this one: its
    migrations only expand (docs/scale.md), so this version goes on.
    """
    if at == newest(owner):
        return False
    folder = versions_of(owner)
    return at is None or at in _revisions(owner, folder, tuple(sorted(p.name for p in folder.glob("*.py"))))


def steps_of(owner: str) -> list[str]:
    """The revisions that an owner's tables have still to take, oldest first; needs an application context."""
    loaded = door().plugins.get(owner)
    if owner != CORE and not (loaded and loaded.manifest and loaded.manifest.models):
        return []
    with writing(False), db.engine.connect() as connection:
        has = version_table(owner) in inspect(connection).get_table_names()
        at = current(connection, owner) if has else None
    if not is_behind(owner, at):
        return []
    scripts = ScriptDirectory.from_config(config_for(owner))
    return [step.revision for step in reversed(list(scripts.iterate_revisions("head", at or "base")))]


def differences(owner: str) -> list[str]:
    """Where an owner's tables differ from its models; needs an application context."""
    with writing(False), db.engine.connect() as connection:
        options = {"include_object": belongs_to(owner, connection), "compare_type": True}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    return [str(difference)[:300] for difference in found]


def current(connection: Connection, owner: str) -> str | None:
    """The revision that an owner's tables are at."""
    return MigrationContext.configure(
        connection, opts={"version_table": version_table(owner)}
    ).get_current_revision()


def _all_current(connection: Connection, owners: Sequence[str]) -> dict[str, str]:
    """The revisions that the owners' tables are at, by one look; who has no tables yet is not among them."""
    tables = set(inspect(connection).get_table_names())
    asked = [
        f"SELECT '{owner}', version_num FROM {version_table(owner)}"  # noqa: S608 (names of plugins are checked)
        for owner in owners
        if version_table(owner) in tables
    ]
    return dict(tuple(row) for row in connection.execute(text(" UNION ALL ".join(asked)))) if asked else {}


def newest(owner: str) -> str | None:
    """An owner's newest revision."""
    folder = versions_of(owner)
    return _newest(owner, folder, tuple(sorted(p.name for p in folder.glob("*.py"))))


@lru_cache(maxsize=256)
def _newest(owner: str, _folder: Path, _files: tuple[str, ...]) -> str | None:
    return ScriptDirectory.from_config(config_for(owner)).get_current_head()


@lru_cache(maxsize=256)
def _revisions(owner: str, _folder: Path, _files: tuple[str, ...]) -> frozenset[str]:
    return frozenset(r.revision for r in ScriptDirectory.from_config(config_for(owner)).walk_revisions())


def owners() -> list[str]:
    """The core, then the loaded plugins that bring tables, each after what it requires."""
    return [
        CORE,
        *(p.name for p in door().plugins.values() if p.is_loaded and p.manifest and p.manifest.models),
    ]


def version_table(owner: str) -> str:
    return "alembic_version" if owner == CORE else f"alembic_version_{owner}"


def versions_of(owner: str) -> Path:
    if owner == CORE:
        return ROOT / "migrations" / "core"
    loaded = door().plugins.get(owner)
    return ((loaded and loaded.folder) or folder_of(candidates()[owner][1])) / "migrations"


def config_for(owner: str, connection: Connection | None = None) -> Config:
    """Alembic's configuration for one owner."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("version_locations", str(versions_of(owner)))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, owner=owner, version_table=version_table(owner))
    return config


def belongs_to(owner: str, connection: Connection) -> "Ownership":
    """Which tables are the owner's, also when other plugins' folders are gone."""
    tables = inspect(connection).get_table_names()
    gone = {t.removeprefix("alembic_version_") for t in tables if t.startswith("alembic_version_")}
    return Ownership(owner, gone | {p.name for p in door().plugins.values()})


class Ownership:
    """Alembic's `include_object`: only what this owner's tables are (longest prefix wins; no prefix is the core's)."""

    def __init__(self, owner: str, plugins: set[str]) -> None:
        self.owner, self.plugins = owner, plugins

    def of(self, table: str) -> str:
        if table.startswith("alembic_version"):
            return "alembic"
        return max((p for p in self.plugins if table.startswith(f"{p}_")), key=len, default=CORE)

    def __call__(
        self, item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None
    ) -> bool:
        if str(name).startswith(WORDS):
            return False
        table = item if kind == "table" else getattr(item, "table", None)
        return table is None or self.of(str(getattr(table, "name", ""))) == self.owner


class open_connection:
    """A connection for migrating: one at a time; on SQLite without foreign keys, which are checked afterwards."""

    def __enter__(self) -> Connection:
        self.connection = db.engine.connect()
        self.is_sqlite = db.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            self._pragma("foreign_keys=OFF")
        else:
            self.connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": LOCK})
            self.connection.commit()
        return self.connection

    def __exit__(self, *failure: object) -> None:
        try:
            if self.is_sqlite:
                broken = list(self._pragma("foreign_key_check")) if failure[0] is None else []
                self._pragma("foreign_keys=ON")
                if broken:
                    raise RuntimeError(f"the migration broke foreign keys: {broken[:5]}")
            else:
                self.connection.rollback()
                self.connection.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": LOCK})
                self.connection.commit()
        finally:
            self.connection.close()

    def _pragma(self, words: str) -> Iterator[object]:
        raw = self.connection.connection.dbapi_connection
        return iter(raw.execute(f"PRAGMA {words}").fetchall())  # type: ignore[union-attr]
