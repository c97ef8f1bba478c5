"""Manifest: what a plugin says of itself before anything of it runs."""

from dataclasses import dataclass
from typing import Any

# The version of the door. Hooks and arguments are added within a version; taking one away makes the next.
API = 1


@dataclass(frozen=True, slots=True)
class OfferKind:
    """One kind of offer a mode brings: the verb on its button and the form of its settings (`module:Class`).

    `pays_promoter`: somebody earns when a shopper follows it, so its panel must say so (ui/note.html: disclosure).
    """

    code: str
    title: Any
    form: str
    hint: Any = ""
    pays_promoter: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done every so many seconds by one worker: `run` is `module:function`, called with no argument."""

    name: str
    run: str
    every: int


@dataclass(frozen=True, slots=True)
class Pages:
    """A blueprint (`module:attribute`) in a scope: community, account, merchant, admin, webhook or provider."""

    scope: str
    blueprint: str


@dataclass(frozen=True, slots=True)
class Permission:
    """A right that pages of a plugin ask for: `@for_permission("<plugin>.<name>")`; `least` is who has it at first.

    `member`, `manager` or `owner` of the community (its managers may change it on the app's page), `staff:counter` and
    the like of the merchant, or `operator`.
    """

    name: str
    title: Any
    least: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What an app costs a community: `amount` (minor units) for so many `days`, after a free trial of `trial_days`.

    The operator may ask for something else on the plugin's page, also for a plugin that asks for nothing.
    """

    amount: int
    currency: str
    days: int = 30
    trial_days: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin's name, what it is, and what it brings; strings are imported only when it is loaded.

    `level` is `community` (a manager switches it on) or `site` (works wherever it is active). `api` is the range of
    door versions it was made for. `asks` is what it needs beyond its own pages (shop/asks.py: money, people, network,
    callbacks, jobs); an installed package gets nothing that it did not ask for. `checks` are rules of `shop check` on
    its own rows: `module:function`, called with no argument, telling what is wrong in sentences. `shows_alike` promises
    that its panels and pieces on the shelf and on a listing's page are the same for everybody who is not signed in, and
    change only with the core's rows, with rows of models named by `shows` (`module:Class`), with `Community.touch`, or
    as told by `kept.until` and `kept.counts`: only then are these pages kept for visitors. `shows_each`
    names the slots in which it shows something else to each who is signed in; without it, all if it asks who looks.
    `hears` names the events that its `event_happened` does something about; without it, it is told of every one.
    """

    name: str
    title: Any
    summary: Any
    version: str
    api: tuple[int, int] = (1, 1)
    level: str = "community"
    icon: str = "store"
    offer_kinds: tuple[OfferKind, ...] = ()
    pages: tuple[Pages, ...] = ()
    models: str | None = None
    jobs: tuple[Job, ...] = ()
    cli: tuple[str, ...] = ()
    settings: str | None = None
    community_settings: str | None = None
    demo: str | None = None
    requires: tuple[str, ...] = ()
    priority: int = 100
    refuses_production: bool = False
    reads: tuple[Any, ...] = ()
    terms: Terms | None = None
    asks: tuple[str, ...] | None = None
    permissions: tuple[Permission, ...] = ()
    shows_alike: bool = False
    shows: tuple[str, ...] = ()
    shows_each: tuple[str, ...] | None = None
    checks: tuple[str, ...] = ()
    hears: tuple[str, ...] | None = None
