"""Asks the plugins: those that are active on the site and switched on in this community, each on its own.

pluggy's own caller stops at the first exception and throws the other answers away, so this dispatcher walks the
implementations itself: a budget and a savepoint for each, a session that refuses to commit, a check of the answer.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pluggy
import structlog
from flask import Flask, current_app, g, has_request_context
from flask_babel import gettext as _
from sqlalchemy import select

from shop import hookspecs
from shop.addresses import Claim
from shop.asks import may_speak
from shop.db import db, hook_running, is_retryable, is_writing, statement_failed
from shop.errors import Refused
from shop.failures import Breaker
from shop.hookspecs import DOOR, HOOKS, Promise
from shop.quiet import silent
from shop.standing import Loaded, Tally
from shop.switches import enabled_in, known_in
from shop.watchdog import OverBudget, Watch

__all__ = ["Door", "Loaded", "PluginRefused", "Tally", "asked_here", "door"]

log = structlog.get_logger(__name__)

# A hook inside a transaction may take longer than a display hook, but not hold the lock for ever.
PATIENCE = 10
ANYTHING = select(1)
# Whether the hooks that are asked now share the savepoint of an act.
_together: ContextVar[bool] = ContextVar("together", default=False)
DISPLAY = Promise("owner", "skip", lambda answer: True)


class PluginRefused(Refused):
    """A plugin that must answer could not; the act is stopped rather than done wrong."""

    status = 503


class TooLate(Exception):
    """A plugin came back by itself, but later than it may."""


class Meddled(Exception):
    """A plugin changed something while a page was only being shown."""


@dataclass
class Door:
    """The plugins of one application, and the ways to ask them."""

    core_tables: frozenset[str] = frozenset()
    plugins: dict[str, Loaded] = field(default_factory=dict)
    # Which plugin and scope a blueprint's pages belong to; shop/access.py guards them by it.
    scopes: dict[str, tuple[str, str]] = field(default_factory=dict)
    # What each page answers to (see shop/plugin_checks.py), and its endpoint.
    claims: dict[Claim, str] = field(default_factory=dict)
    methods: dict[str, Any] = field(default_factory=dict)
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    breaker: Breaker = field(default_factory=Breaker)
    budget: float = 0.5  # seconds
    # In development, told when a hook begins (None), what it failed of, and its seconds when it has ended.
    notebook: Callable[[str, str, float | BaseException | None], None] | None = None
    # Where somebody counts: told of each question, how long it took and whether it failed.
    meter: Callable[[str, str, float, bool], None] | None = None
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

    def is_working(self, name: str) -> bool:
        """Whether a plugin is asked at all: loaded, migrated, and not deactivated meanwhile."""
        found = self.plugins.get(name)
        return found is not None and found.works and name not in self.breaker.inactive

    def working(self) -> Iterator[Loaded]:
        return (p for p in self.plugins.values() if p.works and p.name not in self.breaker.inactive)

    def answering(self, hook: str) -> set[str]:
        """The plugins that answer a hook."""
        return {plugin for plugin, _impl in self._implementations[hook]}

    def takes(self, plugin: str, argument: str, hooks: Iterable[str]) -> bool:
        """Whether a plugin's answer to one of these hooks asks for an argument."""
        return any(
            name == plugin and argument in (*impl.argnames, *impl.kwargnames)
            for hook in hooks
            for name, impl in self._implementations[hook]
        )

    def asked_in(self, community_id: int | None) -> frozenset[str]:
        """The plugins that are asked here: site-wide ones, and what this community has switched on.

        One that is broken is among them, so that nothing is decided without it; it has no pages and shows nothing.
        """
        kept: dict[int | None, frozenset[str]] = g.setdefault("_asked", {}) if has_request_context() else {}
        if community_id not in kept:
            on = self._switched_on(community_id)
            kept[community_id] = frozenset(
                name
                for name, plugin in self.plugins.items()
                if plugin.is_active and (name in on or _is_site_wide(plugin))
            )
        return kept[community_id]

    def running_off_in(self, community_id: int) -> frozenset[str]:
        """Who is asked here about what was begun: also those that were switched off since."""
        return self.asked_in(community_id) | (known_in(community_id) & self.plugins.keys())

    def _switched_on(self, community_id: int | None) -> frozenset[str]:
        if community_id is None:
            return frozenset()
        cache: dict[int, frozenset[str]] = (
            g.setdefault("_enabled_plugins", {}) if has_request_context() else {}
        )
        if community_id not in cache:
            cache[community_id] = enabled_in(community_id)
        return cache[community_id]

    def ask_all(self, hook: str, among: Iterable[str], /, **arguments: Any) -> list[tuple[str, Any]]:
        """Ask every plugin of `among` that answers; (plugin, answer) of each that did."""
        names = among if isinstance(among, frozenset) else frozenset(among)
        if HOOKS[hook].failure == "stop":
            self._insist(hook, names)
        answers = []
        for plugin, impl in self._implementations[hook]:
            if plugin in names and self.is_working(plugin):
                answer = self._ask(plugin, hook, impl, arguments)
                if answer is not None:
                    answers.append((plugin, answer))
        return answers

    def ask_owner(self, plugin: str, hook: str, /, **arguments: Any) -> Any:
        """Ask one plugin by name, whether or not it is switched on here; None when it does not answer this hook."""
        if HOOKS[hook].failure == "stop":
            self._insist(hook, (plugin,))
        for name, impl in self._implementations[hook]:
            if name == plugin and self.is_working(name):
                return self._ask(plugin, hook, impl, arguments)
        return None

    @contextmanager
    def together(self) -> Iterator[None]:
        """An act that the first plugin to fail stops: its hooks share one savepoint, and all of it is undone."""
        if _together.get() or hook_running.get() is not None:
            yield
            return
        token, failure = _together.set(True), None
        try:
            with db.session.begin_nested():
                try:
                    yield
                except BaseException as failed:
                    failure = failed
                    raise
        except Exception as lost:  # a savepoint that the plugin has broken too: what it did is what is told
            if failure is None or failure is lost:
                raise
            raise failure from lost
        finally:
            _together.reset(token)

    def show(self, plugin: str, what: str, call: Callable[[], Any]) -> Any:
        """Let a plugin's code run for a page, as guarded as a display hook; None when it fails."""
        return self._run(plugin, what, DISPLAY, call)

    def ways_to_pay(self, order: Any) -> list[Any]:
        """The payment methods that are offered for an order; one that fails is not."""
        return [
            method
            for method in self.methods.values()
            if self.is_working(method.plugin)
            and self.show(method.plugin, "is_offered", partial(method.is_offered, order))
        ]

    def _insist(self, hook: str, names: Iterable[str]) -> None:
        """A broken plugin that would have a say stops the act: never sell at a wrong price because it died."""
        for name in names:
            found = self.plugins.get(name)
            if found and found.is_active and not found.works and hook in found.doorbells:
                raise PluginRefused(_no_answer(name))

    def _ask(self, plugin: str, hook: str, impl: Any, arguments: dict[str, Any]) -> Any:
        def call() -> Any:
            return impl.function(
                *[arguments[a] for a in impl.argnames if a in arguments],
                **{a: arguments[a] for a in impl.kwargnames if a in arguments},
            )

        return self._run(plugin, hook, HOOKS[hook], call)

    def _run(self, plugin: str, hook: str, promise: Promise, call: Callable[[], Any]) -> Any:
        shows = promise.failure == "skip"
        if shows and plugin in self.breaker.resting:
            return None
        tally = self.tallies.get((plugin, hook)) or self.tallies.setdefault((plugin, hook), Tally())
        if self.notebook is not None:
            self.notebook(plugin, hook, None)
        began, failures = time.perf_counter(), tally.failures
        try:
            answer = self._hold(plugin, promise, call)
            if answer is not None and not promise.fits(answer):
                raise TypeError(f"{plugin}.{hook} must not return {str(answer)[:200]}")
            return answer
        except (Exception, SystemExit, OverBudget) as failure:
            if is_retryable(failure) or (isinstance(failure, Refused) and not shows):
                raise
            tally.failures += 1
            if self.notebook is not None:
                self.notebook(plugin, hook, failure)
            self.breaker.note(plugin, hook, failure, counts=promise.failure != "retry")
            log.exception("hook failed", plugin=plugin, hook=hook)
            if shows:
                return None
            if promise.failure == "stop":
                raise PluginRefused(_no_answer(plugin)) from failure
            raise
        finally:
            seconds = time.perf_counter() - began
            tally.calls += 1
            tally.seconds += seconds
            tally.slowest = max(tally.slowest, seconds)
            if self.notebook is not None:
                self.notebook(plugin, hook, seconds)
            if self.meter is not None:
                self.meter(plugin, hook, seconds, tally.failures > failures)

    def _hold(self, plugin: str, promise: Promise, call: Callable[[], Any]) -> Any:
        """Run it within its budget; `commit` refuses meanwhile, and what it wrote or broke is undone when it fails."""
        if promise.failure not in ("skip", "stop"):
            found = self.plugins.get(plugin)
            with silent(None if found is None or may_speak(found.manifest) else plugin):
                return call()  # a transaction of its own: the worker's, or none
        only_reads = promise.failure == "skip" and not is_writing()
        is_outermost = hook_running.get() is None
        token = hook_running.set(plugin)
        watch = Watch(self.budget if promise.failure == "skip" else self.budget * PATIENCE)
        try:
            if only_reads:
                answer = _reading(call)
            elif promise.failure == "stop" and is_outermost and _together.get():
                answer = _in_the_act(call)
            else:
                answer = _with_savepoint(call)
        except BaseException:
            watch.end()
            hook_running.reset(token)
            statement_failed.set(False)
            if only_reads and is_outermost:
                _begin_anew()
            raise
        is_late = watch.end()
        hook_running.reset(token)
        if statement_failed.get():
            _begin_anew()
        if is_late:
            raise TooLate(f"it took longer than {self.budget} s")
        return answer


def _is_site_wide(plugin: Loaded) -> bool:
    return plugin.manifest.level == "site" if plugin.manifest else plugin.is_site_wide


def _with_savepoint(call: Callable[[], Any]) -> Any:
    with db.session.begin_nested():
        answer = call()
    statement_failed.set(False)
    return answer


def _in_the_act(call: Callable[[], Any]) -> Any:
    """Inside the savepoint of an act: what the plugin left to be written, or broke in silence, is found out at once."""
    session: Any = db.session()
    answer = call()
    if not session.is_clean():
        session.flush()
    if statement_failed.get():
        session.execute(ANYTHING)  # PostgreSQL refuses, unless the plugin has put it right itself
        statement_failed.set(False)
    return answer


def _reading(call: Callable[[], Any]) -> Any:
    """A page that only reads needs no savepoint (eight plugins would pay for it on every page)."""
    session: Any = db.session()
    before = None if session.is_clean() else _waiting(session)
    answer = call()
    if not session.is_clean() if before is None else before != _waiting(session):
        raise Meddled("it changed something while a page was being shown")
    return answer


def _waiting(session: Any) -> tuple[int, int, int]:
    """How much waits to be written, on a page whose own view has changed something."""
    return len(session.new), len(session.deleted), len(session.dirty)


def _begin_anew() -> None:
    """The transaction of a page that only reads was broken by a plugin: begin another."""
    statement_failed.set(False)
    try:
        db.session.rollback()
    except Exception:  # stopped in the middle of a statement: this connection is of no use any more
        log.exception("a connection was thrown away")
        db.session().invalidate()


def _no_answer(plugin: str) -> str:
    return str(_("“%(plugin)s” does not answer, so this cannot be done now.", plugin=plugin))


def door(app: Flask | None = None) -> Door:
    """The door of the present application."""
    found: Door = (app or current_app).extensions["door"]
    return found


def asked_here() -> frozenset[str]:
    """The plugins that are asked on the present page."""
    community = g.get("community")
    return door().asked_in(community.id if community else None)
