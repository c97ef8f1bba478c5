"""The fixtures that every test may ask for. Their work is in tests/support."""

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, settings

from shop import db as shop_db
from tests.support import apps, network, skips
from tests.support.browsers import browser, complaints, desk, new_page, page, phone
from tests.support.databases import databases
from tests.support.servers import LiveServer, serving

__all__ = ["browser", "complaints", "databases", "desk", "new_page", "page", "phone"]

LONGEST_NAME = 60

pytest_runtest_makereport = skips.pytest_runtest_makereport
pytest_make_collect_report = skips.pytest_make_collect_report


def pytest_configure() -> None:
    """Let a run that is told to stop put away its database server and its browser first.

    What Hypothesis finds may not depend on how busy the machine is, nor in CI on chance.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    slow = [HealthCheck.too_slow]
    settings.register_profile("shop", deadline=None, suppress_health_check=slow, derandomize=skips.IN_CI)
    settings.load_profile("shop")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play a test on the engines that its markers name."""
    if "database_url" not in metafunc.fixturenames:
        return
    postgres = pytest.param("postgres", marks=pytest.mark.postgres)
    if metafunc.definition.get_closest_marker("both_engines"):
        metafunc.parametrize("database_url", ["sqlite", postgres], indirect=True)
    elif metafunc.definition.get_closest_marker("postgres"):
        metafunc.parametrize("database_url", [postgres], indirect=True)


def pytest_make_parametrize_id(val: object) -> str | None:
    """A case is named by its first words: some are a million letters, and every report repeats the name."""
    text = val.decode("latin-1") if isinstance(val, bytes) else val
    if not isinstance(text, str) or len(text) <= LONGEST_NAME:
        return None
    return text[:LONGEST_NAME].encode("unicode_escape").decode() + "..."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that start many processes on one worker, so that no two of them meet."""
    for item in items:
        if item.get_closest_marker("races"):
            item.add_marker(pytest.mark.xdist_group("races"))


def pytest_collection_finish() -> None:
    """Let the collector alone with what stays to the end: to look at it again and again was a sixth of a run.

    Whatever a test module imports, from here on it works: shops that are put away are garbage in circles.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """No test reaches beyond this machine."""
    with network.only_loopback():
        yield


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    with databases.fresh(getattr(request, "param", "sqlite"), tmp_path) as url:
        yield url


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop on this test's database, with the settings of its `settings` markers."""
    asked = {}
    for marker in reversed(list(request.node.iter_markers("settings"))):
        asked.update(marker.kwargs)
    app = apps.make(database_url, tmp_path, **asked)
    yield app
    apps.put_away(app)


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database, with a session for the test itself. A request of `client` sees what the test has added so far."""
    with app.app_context():
        yield shop_db.db
        shop_db.db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser without a screen: keeps cookies, follows nothing by itself."""
    return app.test_client()


@pytest.fixture
def cli_runner(app: Flask) -> FlaskCliRunner:
    """The `shop` command inside this test's shop."""
    return app.test_cli_runner()


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The shop on a free port of this machine, for a browser or a client that speaks real HTTP."""
    with serving(app) as server:
        yield server


@pytest.fixture
def postgres_url(databases, tmp_path: Path) -> Iterator[str]:
    """A second database, always PostgreSQL, for a test that compares the engines itself."""
    with databases.fresh("postgres", tmp_path) as url:
        yield url
