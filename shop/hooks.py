"""Asks the plugins: those that are active on the site and switched on in this community, each on its own.

pluggy's own caller stops at the first exception and throws the other answers away, so this dispatcher walks the
implementations itself: a savepoint for each, a session that refuses to commit, a check of the answer's type.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pluggy
import structlog
from flask import Flask, current_app, g, has_request_context
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from shop import hookspecs
from shop.db import db, hook_running, is_retryable, is_writing
from shop.errors import Refused
from shop.hookspecs import DOOR, HOOKS, Promise
from shop.manifest import Manifest
from shop.switches import enabled_in

log = structlog.get_logger(__name__)


class PluginRefused(Refused):
    """A plugin that must answer could not; the act is stopped rather than done wrong."""

    status = 503


@dataclass(slots=True)
class Loaded:
    """A plugin as it stands: loaded, or with the error that kept it out."""

    name: str
    origin: str  # bundled or installed
    manifest: Manifest | None = None
    folder: Path | None = None
    error: str | None = None
    is_active: bool = True

    @property
    def works(self) -> bool:
        return self.manifest is not None and self.error is None and self.is_active


@dataclass(slots=True)
class Tally:
    """What a plugin's hook has cost and how often it failed, in this process."""

    calls: int = 0
    seconds: float = 0.0
    failures: int = 0


@dataclass
class Door:
    """The plugins of one application, and the ways to ask them."""

    core_tables: frozenset[str] = frozenset()
    plugins: dict[str, Loaded] = field(default_factory=dict)
    # Which plugin and scope a blueprint's pages belong to; shop/access.py guards them by it.
    scopes: dict[str, tuple[str, str]] = field(default_factory=dict)
    methods: dict[str, Any] = field(default_factory=dict)
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    _implementations: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.manager = pluggy.PluginManager(DOOR)
        self.manager.add_hookspecs(hookspecs)

    def settle(self) -> None:
        """After loading: fix the order in which plugins are asked (priority, then name)."""
        order = {n: (p.manifest.priority, n) for n, p in self.plugins.items() if p.manifest}
        for name in HOOKS:
            caller = getattr(self.manager.hook, name)
            found = [(impl.plugin_name, impl) for impl in caller.get_hookimpls()]
            self._implementations[name] = sorted(found, key=lambda pair: order.get(pair[0], (0, pair[0])))

    def working(self) -> Iterator[Loaded]:
        return (p for p in self.plugins.values() if p.works)

    def answering(self, hook: str) -> set[str]:
        """The plugins that answer a hook."""
        return {plugin for plugin, _impl in self._implementations[hook]}

    def asked_in(self, community_id: int | None) -> frozenset[str]:
        """The plugins that are asked here: site-wide ones, and what this community has switched on."""
        site = {p.name for p in self.working() if p.manifest and p.manifest.level == "site"}
        if community_id is None:
            return frozenset(site)
        cache: dict[int, frozenset[str]] = (
            g.setdefault("_enabled_plugins", {}) if has_request_context() else {}
        )
        if community_id not in cache:
            cache[community_id] = enabled_in(community_id)
        here = {n for n in cache[community_id] if n in self.plugins and self.plugins[n].works}
        return frozenset(site | here)

    def ask_all(self, hook: str, among: Iterable[str], /, **arguments: Any) -> list[tuple[str, Any]]:
        """Ask every plugin of `among` that answers; (plugin, answer) of each that did."""
        names = frozenset(among)
        answers = []
        for plugin, impl in self._implementations[hook]:
            if plugin in names:
                answer = self._ask(plugin, hook, impl, arguments)
                if answer is not None:
                    answers.append((plugin, answer))
        return answers

    def ask_owner(self, plugin: str, hook: str, /, **arguments: Any) -> Any:
        """Ask one plugin by name, whether or not it is switched on here; None when it does not answer this hook."""
        for name, impl in self._implementations[hook]:
            if name == plugin:
                return self._ask(plugin, hook, impl, arguments)
        return None

    def _ask(self, plugin: str, hook: str, impl: Any, arguments: dict[str, Any]) -> Any:
        promise = HOOKS[hook]
        began = time.perf_counter()
        tally = self.tallies.setdefault((plugin, hook), Tally())
        try:
            with _inside(plugin, promise):
                answer = impl.function(
                    *[arguments[a] for a in impl.argnames if a in arguments],
                    **{a: arguments[a] for a in impl.kwargnames if a in arguments},
                )
            if answer is not None and not isinstance(answer, promise.returns):
                raise TypeError(f"{plugin}.{hook} returned {type(answer).__name__}")
        except Refused:
            raise
        except (Exception, SystemExit) as failure:
            if is_retryable(failure):
                raise
            tally.failures += 1
            log.exception("hook failed", plugin=plugin, hook=hook)
            if promise.failure == "skip":
                return None
            if promise.failure in ("retry", "left out"):
                raise
            raise PluginRefused(
                _("“%(plugin)s” does not answer, so this cannot be done now.", plugin=plugin)
            ) from failure
        finally:
            tally.calls += 1
            tally.seconds += time.perf_counter() - began
        return answer


@contextmanager
def _inside(plugin: str, promise: Promise) -> Iterator[None]:
    """While a hook runs, `commit` refuses; and what it wrote or broke is undone when it fails.

    What happens after a commit (`retry`) has no host whose work it could break: its transaction is the plugin's own,
    which lets go of it before it calls somebody outside.
    """
    if promise.failure == "retry":
        yield
        return
    token = hook_running.set(plugin)
    try:
        if promise.failure == "left out":
            yield
        elif promise.failure == "skip" and not is_writing():
            with _reading():
                yield
        else:
            with db.session.begin_nested():
                yield
    finally:
        hook_running.reset(token)


@contextmanager
def _reading() -> Iterator[None]:
    """A page that only reads needs no savepoint: a transaction that a plugin broke is begun anew."""
    try:
        yield
    except DBAPIError:
        db.session.rollback()
        raise


def door(app: Flask | None = None) -> Door:
    """The door of the present application."""
    found: Door = (app or current_app).extensions["door"]
    return found


def asked_here() -> frozenset[str]:
    """The plugins that are asked on the present page."""
    community = g.get("community")
    return door().asked_in(community.id if community else None)
