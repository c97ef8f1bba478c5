"""Pieces of plugins on pages: asked once a slot for all subjects, each rendered on its own."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from flask import current_app, g, render_template
from jinja2 import meta
from markupsafe import Markup

from shop.access import current_person
from shop.hooks import asked_here, door
from shop.hookspecs import Panel, Piece

# Slot -> the page it is on and what its subjects are. docs/plugins/slots.md tells the same; a test compares.
SLOTS = {
    "shelf.top": ("the shelf, above the tiles", "the community"),
    "shelf.found": ("the shelf while somebody searches it, instead of `shelf.top`", "the words"),
    "shelf.tile": ("each tile of the shelf", "listings"),
    "shelf.below": ("the shelf, below the tiles", "listings"),
    "listing.after_price": ("a listing's page, below the price", "the listing"),
    "listing.below": ("a listing's page, below the story", "the listing"),
    "listing.service": ("a listing's page, in the sheet of whom to ask", "the listing"),
    "article.below": ("an article's page, below its text", "the article"),
    "order.below": ("an order's page, below the lines", "the order"),
    "order.next": ("an order's page on the day it was paid; the first piece alone is shown", "the order"),
    "me.group": ("one's own page, under each group of one's own", "their communities"),
    "community.about": ("a community's page about itself", "the community"),
    "desk.order": ("a merchant's page of one order, below what was ordered", "the order"),
    "desk.listing": ("a merchant's page of one listing", "the listing"),
}


def gather(name: str, subjects: Sequence[Any], community: Any = None) -> None:
    """Ask for a slot's pieces once for all subjects of the page; `slot` then shows them.

    `community` is named where the page itself belongs to none (a merchant's desk).
    """
    if name not in SLOTS:
        raise LookupError(f"no slot is called {name}")
    where = g.get("community") if community is None else community
    found: list[tuple[str, Piece]] = []
    answers = door().ask_all(
        "page_pieces",
        _asked(name, where),
        slot=name,
        subjects=list(subjects),
        community=where,
        viewer=current_person(),
    )
    for plugin, pieces in answers:
        found += [(plugin, piece) for piece in pieces]
    g.setdefault("slot_pieces", {})[name] = sorted(found, key=lambda pair: pair[1].weight)


def _asked(name: str, community: Any) -> frozenset[str]:
    """What is told of an order is told by those, too, who were switched off since it was placed."""
    if name == "me.group":
        return frozenset(plugin.name for plugin in door().working())  # each tells where it is switched on
    if community is None:
        return asked_here()
    runs_off = name in ("order.below", "desk.order")
    return door().running_off_in(community.id) if runs_off else door().asked_in(community.id)


def slot(name: str, subject_id: int | None = None, *, alone: bool = False) -> Markup:
    """The rendered pieces of a slot (for one subject of it); `alone`: the first that has something to show."""
    pieces: dict[str, list[tuple[str, Piece]]] = g.get("slot_pieces", {})
    if name not in SLOTS:
        raise LookupError(f"no slot is called {name}")
    drawn = (
        _render(plugin, piece.template, **piece.data)
        for plugin, piece in pieces.get(name, [])
        if piece.subject_id == subject_id
    )
    return next(filter(str.strip, drawn), Markup("")) if alone else Markup("").join(drawn)


def panel_html(plugin: str, panel: Panel | Piece, **context: Any) -> Markup:
    """An offer's panel (or what a way to pay shows meanwhile, by its code), rendered on its own."""
    method = door().methods.get(plugin)
    plugin = method.plugin if method else plugin
    return _render(plugin, panel.template, **{**context, **panel.data})


def _render(plugin: str, template: str, **context: Any) -> Markup:
    def call() -> Markup:
        if not template.startswith(f"{plugin}/"):
            raise LookupError(f"a piece of {plugin} must be drawn by a template of its own, not {template}")
        drawn = current_app.jinja_env.get_template(template).render({**_around(), **context})
        return Markup(drawn)  # noqa: S704 (a template of ours, autoescaped)

    _make_ready(template)
    return door().show(plugin, f"template {template}", call) or Markup("")


def _make_ready(template: str) -> None:
    """Compile a template and all that it draws from, once a process: that is not the time of whoever draws first."""
    ready: set[str] = current_app.extensions.setdefault("ready_templates", set())
    environment, waiting = current_app.jinja_env, [template]
    while waiting:
        name = waiting.pop()
        if name in ready or environment.loader is None:
            continue
        ready.add(name)
        with suppress(Exception):  # told as the plugin's failure when it is drawn
            environment.get_template(name)
            source = environment.loader.get_source(environment, name)[0]
            waiting += filter(None, meta.find_referenced_templates(environment.parse(source)))


def _around() -> dict[str, Any]:
    """What every template knows, worked out once for a page however many pieces it has (Flask would for each)."""
    if "around_pieces" not in g:
        g.around_pieces = {}
        current_app.update_template_context(g.around_pieces)
    known: dict[str, Any] = g.around_pieces
    return known


def draw(plugin: str, template: str | None, **context: Any) -> Markup:
    """A plugin's own template, or without one the fields of its section, drawn on its own."""
    if template is not None:
        return _render(plugin, template, **context)
    _make_ready("orders/_section.html")
    call = partial(render_template, "orders/_section.html", **context)
    return Markup(door().show(plugin, "section", call) or "")  # noqa: S704 (a template of ours, autoescaped)
