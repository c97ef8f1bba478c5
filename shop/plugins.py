"""Loads plugins: folders in plugins/, and installed packages that the operator has activated; one loader for all."""

import importlib
import importlib.metadata
import pkgutil
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog
from flask import Blueprint, Flask
from sqlalchemy import inspect, select

from shop.config import ROOT, BadConfig
from shop.db import Base, db, writing
from shop.hooks import Door, Loaded
from shop.manifest import API, Manifest, Pages
from shop.switches import PluginSite

log = structlog.get_logger(__name__)

ENTRY_POINTS = "shop.plugins"
GOOD_NAME = re.compile(r"[a-z][a-z0-9]{1,30}\Z")
# Where the pages of a scope live; the core guards each.
SCOPES = {
    "community": "/c/<community>/x/{name}",
    "account": "/me/x/{name}",
    "merchant": "/desk/<merchant>/x/{name}",
    "admin": "/admin/x/{name}",
    "webhook": "/hooks/x/{name}",
    "provider": "/pay/{name}",
}


class Unloadable(Exception):
    """Why a plugin is not loaded, in a sentence for the operator."""


def install(app: Flask, core_tables: frozenset[str]) -> None:
    """Load what should be loaded and mount its pages; a plugin that fails is left out and told of."""
    door = app.extensions["door"] = Door(core_tables=core_tables)
    if app.config["SAFE_MODE"]:
        door.settle()
        return
    said = _operator_said(app)
    for name, (origin, module_name) in candidates().items():
        loaded = door.plugins[name] = Loaded(name, origin, is_active=said.get(name, origin == "bundled"))
        if not loaded.is_active:
            continue
        with _left_out_on_failure(app, loaded):
            _load(app, door, loaded, module_name)
    door.manager.check_pending()
    door.settle()
    for loaded in list(door.working()):
        with _left_out_on_failure(app, loaded):
            _start(app, door, loaded.name)


def candidates() -> dict[str, tuple[str, str]]:
    """Every plugin that is there: name -> (bundled or installed, module)."""
    found: dict[str, tuple[str, str]] = {}
    for module in pkgutil.iter_modules([str(ROOT / "plugins")]):
        if module.ispkg:
            found[module.name] = ("bundled", f"plugins.{module.name}")
    for point in importlib.metadata.entry_points(group=ENTRY_POINTS):
        if point.name in found:
            raise BadConfig(f"Two plugins are called {point.name}: {found[point.name][1]} and {point.value}.")
        found[point.name] = ("installed", point.value)
    return found


def resolve(reference: str) -> Any:
    """What `module:attribute` names."""
    module, _colon, attribute = reference.partition(":")
    found: Any = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


def folder_of(module_name: str) -> Path:
    """The folder of a plugin's package."""
    module = importlib.import_module(module_name)
    return Path(str(module.__file__)).parent


def _operator_said(app: Flask) -> dict[str, bool]:
    """What the operator said of each plugin; nothing before the first migration."""
    with app.app_context(), writing(False):
        try:
            if not inspect(db.engine).has_table("plugin_site"):
                return {}
            rows = db.session.execute(select(PluginSite.name, PluginSite.is_active))
            return {name: is_active for name, is_active in rows}  # noqa: C416 (a Result is no list of pairs)
        finally:
            db.session.remove()


@contextmanager
def _left_out_on_failure(app: Flask, loaded: Loaded) -> Iterator[None]:
    """A plugin that cannot be loaded is left out and told of; two that claim one thing stop the start."""
    try:
        yield
    except (Exception, SystemExit) as failure:
        loaded.error = f"{type(failure).__name__}: {failure}"
        log.exception("plugin left out", plugin=loaded.name)
        if app.config["PLUGINS_STRICT"] or isinstance(failure, BadConfig):
            raise


def _start(app: Flask, door: Door, name: str) -> None:
    for method in door.ask_owner(name, "payment_methods") or []:
        if method.code in door.methods:
            raise BadConfig(f"Two plugins claim the payment code {method.code}: one is {name}.")
        door.methods[method.code] = method
    door.ask_owner(name, "setup", app=app)


def _load(app: Flask, door: Door, loaded: Loaded, module_name: str) -> None:
    package = importlib.import_module(module_name)
    manifest: Manifest = package.manifest
    _check(app, door, loaded.name, manifest)
    before = set(Base.metadata.tables)
    if manifest.models:
        importlib.import_module(manifest.models)
        _own_only(loaded.name, set(Base.metadata.tables) - before)
    hooks = _module_or_none(f"{module_name}.hooks")
    blueprints = [(pages, resolve(pages.blueprint)) for pages in manifest.pages]
    if hooks is not None:
        door.manager.register(hooks, name=loaded.name)
    loaded.manifest = manifest
    folder = loaded.folder = Path(str(package.__file__)).parent
    _offer_templates(app, loaded.name, folder)
    for pages, blueprint in blueprints:
        _mount(app, door, loaded.name, pages, blueprint)


def _check(app: Flask, door: Door, name: str, manifest: Manifest) -> None:
    if not GOOD_NAME.match(name) or manifest.name != name:
        raise Unloadable(
            f"its manifest calls it {manifest.name!r}, its folder {name!r}; small letters and digits only"
        )
    lowest, highest = manifest.api
    if not lowest <= API <= highest:
        raise Unloadable(f"it was made for version {lowest} to {highest} of the door, this is version {API}")
    if any(table.startswith(f"{name}_") for table in door.core_tables):
        raise Unloadable("its name begins the name of a table of the core")
    if manifest.refuses_production and app.config["ENV"] == "production":
        raise Unloadable("it is for demonstrations and refuses to load in production")
    missing = [r for r in manifest.requires if r not in door.plugins or not door.plugins[r].works]
    if missing:
        raise Unloadable(f"it needs {', '.join(missing)}")


def _own_only(name: str, tables: set[str]) -> None:
    strange = [t for t in tables if not t.startswith(f"{name}_")]
    if strange:
        raise Unloadable(f"its tables must begin with {name}_: {', '.join(strange)}")


def _module_or_none(name: str) -> ModuleType | None:
    parent, _dot, last = name.rpartition(".")
    parent_module = importlib.import_module(parent)
    if any(m.name == last for m in pkgutil.iter_modules(parent_module.__path__)):
        return importlib.import_module(name)
    return None


def _offer_templates(app: Flask, name: str, folder: Path) -> None:
    templates = folder / "templates"
    if templates.is_dir():
        strange = [p.name for p in templates.iterdir() if p.name != name]
        if strange:
            raise Unloadable(f"its templates must lie under templates/{name}/, not {', '.join(strange)}")
        app.register_blueprint(
            Blueprint(f"t_{name}", name, template_folder=str(templates), root_path=str(folder))
        )


def _mount(app: Flask, door: Door, name: str, pages: Pages, blueprint: Blueprint) -> None:
    if blueprint.name.split("_")[0] != name:
        raise Unloadable(f"its blueprint must be called {name} or {name}_…, not {blueprint.name}")
    door.scopes[blueprint.name] = (name, pages.scope)
    app.register_blueprint(blueprint, url_prefix=SCOPES[pages.scope].format(name=name))
