"""Loads plugins: folders in plugins/, and installed packages that the operator has activated; one loader for all."""

import importlib
import importlib.metadata
import importlib.util
import pkgutil
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog
from flask import Blueprint, Flask
from sqlalchemy import inspect, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import configure_mappers

from shop import failures, quiet
from shop.config import ROOT, BadConfig
from shop.db import Base, db, writing
from shop.hooks import Door, Loaded
from shop.manifest import Manifest
from shop.plugin_checks import (
    SCOPES,
    Unloadable,
    check_asks,
    check_doorbells,
    check_manifest,
    check_pages,
    check_tables,
    check_templates,
    claims_of,
)
from shop.switches import PluginSite

__all__ = ["SCOPES", "Unloadable", "candidates", "folder_of", "install", "resolve"]

log = structlog.get_logger(__name__)

ENTRY_POINTS = "shop.plugins"


def install(app: Flask, core_tables: frozenset[str]) -> None:
    """Load what should be loaded and mount its pages; a plugin that fails is left out and told of."""
    importlib.invalidate_caches()  # a folder may be newer than what Python remembers of its parent
    _installed.cache_clear()
    door = app.extensions["door"] = Door(core_tables=core_tables, budget=app.config["HOOK_BUDGET_MS"] / 1000)
    failures.install(app)
    quiet.install()
    if app.config["SAFE_MODE"]:
        door.settle()
        return
    door.claims = claims_of(app)
    also = {name.strip() for name in app.config["PLUGINS_ACTIVE"].split(",")}
    said = _operator_said(app, door)
    packages: dict[str, Any] = {}
    for name, (origin, module_name) in candidates().items():
        is_active = said.get(name, origin == "bundled" or name in also)
        loaded = door.plugins[name] = Loaded(name, origin, is_active=is_active)
        if not loaded.is_active:
            with suppress(Exception):  # what cannot even be read is listed all the same
                loaded.read_ahead(_folder_unread(module_name))
        if loaded.is_active:
            with _left_out_on_failure(app, door, loaded):
                loaded.read_ahead(_folder_unread(module_name))
                packages[name] = importlib.import_module(module_name)
    for name in _needed_first(packages):
        with _left_out_on_failure(app, door, door.plugins[name]):
            _load(app, door, door.plugins[name], packages[name])
    door.settle()
    for loaded in list(door.plugins.values()):
        if loaded.is_loaded:
            with _left_out_on_failure(app, door, loaded):
                _start(door, loaded.name)


def candidates() -> dict[str, tuple[str, str]]:
    """Every plugin that is there: name -> (bundled or installed, module)."""
    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules([str(ROOT / "plugins")]):
        if module.ispkg:
            found[module.name] = ("bundled", f"plugins.{module.name}")
    for name, module_name in _installed():
        if name in found and found[name][1] != module_name:
            raise BadConfig(f"Two plugins are called {name}: {found[name][1]} and {module_name}.")
        found.setdefault(name, ("installed", module_name))
    return found


@cache
def _installed() -> list[tuple[str, str]]:
    """Name and module of every installed plugin; read once a start, for each package on the machine is opened."""
    return [(point.name, point.value) for point in importlib.metadata.entry_points(group=ENTRY_POINTS)]


def resolve(reference: str) -> Any:
    """What `module:attribute` names."""
    module, _colon, attribute = reference.partition(":")
    found: Any = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


def forget(package: str) -> None:
    """Let go of the tables and classes that a package brought, so that another of its name can be read."""
    here = {m for m in Base.registry._managers if m.class_.__module__.partition(".")[0] == package}
    _take_out(
        tables=set(Base.metadata.tables) - _brought.pop(package, set()),
        managers=set(Base.registry._managers) - here,
    )


def folder_of(module_name: str) -> Path:
    """The folder of a plugin's package."""
    module = importlib.import_module(module_name)
    return Path(str(module.__file__)).parent


def _folder_unread(module_name: str) -> Path:
    """The folder of a package that is not imported yet, nor the package that it lies in."""
    first, *rest = module_name.split(".")
    spec = importlib.util.find_spec(first)
    if spec is None or not spec.submodule_search_locations:
        raise Unloadable(f"there is no package {module_name}")
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*rest)


def _operator_said(app: Flask, door: Door) -> dict[str, bool]:
    """What the operator said of each plugin, and which rest; nothing before the first migration."""
    with app.app_context(), writing(False):
        try:
            tables = set(inspect(db.engine).get_table_names())
            if "plugin_site" not in tables:
                return {}
            with db.engine.connect() as connection:
                if "plugin_rest" in tables:
                    door.breaker.look(connection)
                rows = connection.execute(select(PluginSite.name, PluginSite.is_active)).all()
            door.breaker.inactive = frozenset()
            return {name: is_active for name, is_active in rows}  # noqa: C416 (a Row is no pair)
        finally:
            db.session.remove()
            db.engine.dispose()  # the processes that a server forks from this one inherit no connection


@contextmanager
def _left_out_on_failure(app: Flask, door: Door, loaded: Loaded) -> Iterator[None]:
    """A plugin that cannot be loaded is left out and told of; two that claim one thing stop the start."""
    tables, managers = set(Base.metadata.tables), set(Base.registry._managers)
    try:
        yield
    except (Exception, SystemExit) as failure:
        loaded.error = (
            str(failure) if isinstance(failure, Unloadable) else f"{type(failure).__name__}: {failure}"
        )
        _take_out(tables, managers)
        if door.manager.has_plugin(loaded.name):
            door.manager.unregister(name=loaded.name)
        log.exception("plugin left out", plugin=loaded.name)
        if app.config["PLUGINS_STRICT"] or isinstance(failure, BadConfig):
            raise


def _take_out(tables: set[str], managers: set[Any]) -> None:
    """A half-read models.py must not stop the classes of others from being used."""
    registry: Any = Base.registry
    for manager in set(registry._managers) - managers:
        registry._dispose_manager_and_mapper(manager)
        registry._managers.pop(manager, None)
    for name in set(Base.metadata.tables) - tables:
        Base.metadata.remove(Base.metadata.tables[name])


def _needed_first(packages: dict[str, Any]) -> list[str]:
    """The names in an order in which each comes after what it requires."""
    ordered: list[str] = []

    def visit(name: str, above: tuple[str, ...] = ()) -> None:
        if name in packages and name not in ordered and name not in above:
            manifest = getattr(packages[name], "manifest", None)
            for needed in manifest.requires if isinstance(manifest, Manifest) else ():
                visit(needed, (*above, name))
            ordered.append(name)

    for name in packages:
        visit(name)
    return ordered


def _load(app: Flask, door: Door, loaded: Loaded, package: ModuleType) -> None:
    name, manifest = loaded.name, getattr(package, "manifest", None)
    check_manifest(app, door, name, manifest)
    assert isinstance(manifest, Manifest)  # noqa: S101 (checked above)
    folder = Path(str(package.__file__)).parent
    with _own_tables(door, package.__name__, name):
        for module in filter(None, (manifest.models, _module_or_none(f"{package.__name__}.hooks"))):
            importlib.import_module(module)
        blueprints = [(pages, resolve(pages.blueprint)) for pages in manifest.pages]
        for reference in _references(manifest):
            resolve(reference)
        configure_mappers()
    check_templates(name, folder)
    claims = check_pages(door, name, blueprints)
    hooks = sys.modules.get(f"{package.__name__}.hooks")
    if hooks is not None:
        door.manager.register(hooks, name=name)
        check_doorbells(door, name)
    door.claims |= claims
    for pages, blueprint in blueprints:
        door.scopes[blueprint.name] = (name, pages.scope)
        app.register_blueprint(blueprint, url_prefix=SCOPES[pages.scope].format(name=name))
    if (folder / "templates").is_dir():
        templates = str(folder / "templates")
        app.register_blueprint(Blueprint(f"t_{name}", name, template_folder=templates, root_path=str(folder)))
    check_asks(loaded, manifest, [Base.metadata.tables[t] for t in _brought.get(package.__name__, ())])
    loaded.manifest, loaded.folder = manifest, folder


@contextmanager
def _own_tables(door: Door, package: str, name: str) -> Iterator[None]:
    """Whatever is imported inside brings only tables of the plugin's own."""
    before = set(Base.metadata.tables)
    try:
        yield
    except InvalidRequestError as failure:
        twice = re.search(r"Table '(\w+)' is already defined", str(failure))
        if twice is None:
            raise
        other = next((n for n in door.plugins if twice[1].startswith(f"{n}_") and n != name), "the core")
        raise BadConfig(f"Two plugins claim the table {twice[1]}: {other} and {name}.") from failure
    brought = _brought.setdefault(package, set())
    brought |= set(Base.metadata.tables) - before
    check_tables(door, name, brought)


# The tables that each package brought; a second application in this process imports nothing anew.
_brought: dict[str, set[str]] = {}


def _references(manifest: Manifest) -> Iterator[str]:
    """Everything that the manifest names in strings, so that a misspelled one is found at start."""
    yield from (job.run for job in manifest.jobs)
    yield from (kind.form for kind in manifest.offer_kinds)
    yield from manifest.cli
    yield from filter(None, (manifest.settings, manifest.community_settings, manifest.demo))


def _module_or_none(name: str) -> str | None:
    parent, _dot, last = name.rpartition(".")
    folder = importlib.import_module(parent).__path__
    return name if any(m.name == last for m in pkgutil.iter_modules(folder)) else None


def _start(door: Door, name: str) -> None:
    for method in door.ask_owner(name, "payment_methods") or []:
        if method.code in door.methods:
            other = door.methods[method.code].plugin
            raise BadConfig(f"Two plugins claim the payment code {method.code}: {other} and {name}.")
        method.plugin = name
        door.methods[method.code] = method
