"""What a plugin may bring: its own names, tables, templates and addresses, and nothing that reaches other pages."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask

from shop.addresses import Claim, LateRule
from shop.asks import ASKS, used_by
from shop.config import BadConfig
from shop.hooks import Door, Loaded
from shop.hookspecs import HOOKS
from shop.manifest import API, Manifest, Pages

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


LEASTS = {"member", "manager", "owner", "staff", "operator"}


class Unloadable(Exception):
    """Why a plugin is not loaded, in a sentence for the operator."""


def check_manifest(app: Flask, door: Door, name: str, manifest: Any) -> None:
    """The manifest fits this shop: name, version of the door, and what it needs."""
    if not isinstance(manifest, Manifest):
        raise Unloadable("its package has no `manifest = Manifest(...)`")
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
    missing = [r for r in manifest.requires if r not in door.plugins or not door.plugins[r].is_loaded]
    if missing:
        raise Unloadable(f"it needs {', '.join(missing)}")


def check_tables(door: Door, name: str, tables: Iterable[str]) -> None:
    """A plugin's tables begin with its name; one that begins with another's is claimed by two."""
    for table in sorted(tables):
        if table.startswith(f"{name}_"):
            continue
        other = next((n for n in door.plugins if table.startswith(f"{n}_")), None)
        if other is not None:
            raise BadConfig(f"Two plugins claim the table {table}: {other} and {name}.")
        raise Unloadable(f"its tables must begin with {name}_: {table}")


def check_doorbells(door: Door, name: str) -> None:
    """It answers only what is asked, and wraps nobody else's answers."""
    for caller in door.manager.get_hookcallers(door.manager.get_plugin(name)) or []:
        mine = [impl for impl in caller.get_hookimpls() if impl.plugin_name == name]
        if any(impl.wrapper or impl.hookwrapper for impl in mine):
            raise Unloadable(f"{caller.name} wraps the answers of others")
        if caller.name not in HOOKS and not all(impl.optionalhook for impl in mine):
            raise Unloadable(f"it answers {caller.name}, which nobody asks")


def check_asks(loaded: Loaded, manifest: Manifest, tables: Iterable[Any]) -> None:
    """It uses only what it asked for; what a bundled plugin without a word on it uses is told, not refused."""
    strange = [word for word in manifest.asks or () if word not in ASKS]
    if strange:
        raise Unloadable(f"it asks for {', '.join(strange)}; there are {', '.join(ASKS)}")
    loaded.uses = used_by(manifest, loaded.doorbells, tables)
    if manifest.asks is None and loaded.origin == "bundled":
        return
    missing = sorted(loaded.uses - set(manifest.asks or ()))
    if missing:
        raise Unloadable(f"it uses {', '.join(missing)} and did not ask for it: Manifest(asks=...)")
    wrong = [p.name for p in manifest.permissions if p.least.partition(":")[0] not in LEASTS]
    if wrong:
        raise Unloadable(f"nobody can have its permission {', '.join(wrong)}")


def check_templates(name: str, folder: Path) -> None:
    """Templates lie under a folder of the plugin's name, so that no two answer to one name."""
    templates = folder / "templates"
    strange = [p.name for p in templates.iterdir() if p.name != name] if templates.is_dir() else []
    if strange:
        raise Unloadable(f"its templates must lie under templates/{name}/, not {', '.join(strange)}")


def check_pages(door: Door, name: str, all_pages: Iterable[tuple[Pages, Blueprint]]) -> dict[Claim, str]:
    """What the pages claim, and the endpoint that answers: they stay within their scope and touch no other page."""
    claims: dict[Claim, str] = {}
    for pages, blueprint in all_pages:
        if pages.scope not in SCOPES:
            raise Unloadable(f"there is no scope {pages.scope}; there are {', '.join(SCOPES)}")
        if blueprint.name.split("_")[0] != name:
            raise Unloadable(f"its blueprint must be called {name} or {name}_…, not {blueprint.name}")
        prefix = SCOPES[pages.scope].format(name=name)
        for claim, address, endpoint in _mounted(blueprint, prefix):
            owner = claims.get(claim) or door.claims.get(claim)
            if owner is not None:
                _two_claim(door, name, address, owner)
            if address != prefix and not address.startswith(f"{prefix}/"):
                raise Unloadable(f"its page {address} is outside of {prefix}")
            claims[claim] = endpoint
    return claims


@cache
def _mounted(blueprint: Blueprint, prefix: str) -> tuple[tuple[Claim, str, str], ...]:
    """What a blueprint's pages claim, their addresses and endpoints; once mounted, it never changes."""
    scratch = Flask("scratch", static_folder=None)
    scratch.url_rule_class = LateRule
    before = _reach(scratch)
    scratch.register_blueprint(blueprint, url_prefix=prefix)
    if _reach(scratch) != before:
        raise Unloadable(
            "its blueprint does something on every page of the shop (before_app_request and the like)"
        )
    return tuple((_claim(rule), rule.rule, rule.endpoint) for rule in scratch.url_map.iter_rules())


def claims_of(app: Flask) -> dict[Claim, str]:
    """What the pages of an application answer to, and their endpoints."""
    return {_claim(rule): rule.endpoint for rule in app.url_map.iter_rules()}


def _claim(rule: Any) -> Claim:
    """What a rule answers to: its address with the arguments' names taken out, and its methods."""
    methods = frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}
    return _without_names(rule.rule), methods


@cache
def _without_names(address: str) -> str:
    return re.sub(r"<[^>]*>", "<>", address).rstrip("/")


def _two_claim(door: Door, name: str, rule: str, endpoint: str) -> None:
    owner = door.scopes.get(endpoint.partition(".")[0], ("the core", ""))[0]
    if owner in (name, "the core") or endpoint.partition(".")[0].split("_")[0] == name:
        raise Unloadable(f"its page {rule} answers where {endpoint} answers already")
    raise BadConfig(f"Two plugins claim the address {rule}: {owner} and {name}.")


def _reach(app: Flask) -> Mapping[str, Any]:
    """What of an application works on every page, whichever blueprint brought it."""
    per_page = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.url_value_preprocessors,
        app.url_default_functions,
        app.template_context_processors,
    )
    return {
        "functions": [len(functions.get(None, ())) for functions in per_page],
        "errors": {code: len(handlers) for code, handlers in app.error_handler_spec[None].items()},
        "jinja": [len(x) for x in (app.jinja_env.filters, app.jinja_env.globals, app.jinja_env.tests)],
    }
