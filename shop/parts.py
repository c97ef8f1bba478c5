"""Parts: what a shelf or a listing's page shows inside its shell, drawn once and put into everybody's own shell.

A page that must be made (somebody is signed in, has a cart, comes for the first time) has the same tiles, panels and
pieces as everybody else's. They are kept like whole pages (shop/kept.py): on the rows that they showed, asked for again
at each request, and only while every plugin on them has promised to show everybody the same. Where a plugin shows
something to each person (`Manifest.shows_each`), who is signed in gets a page made for them.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, render_template, request, session
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from shop.access import current_person
from shop.db import db
from shop.hooks import asked_here, door
from shop.kept import ASKED, Ground, Shelf, key_of, stays_true

BREAK, TOKEN, NONCE = "\0part\0", "\0token\0", "\0nonce\0"


@dataclass(frozen=True)
class Part:
    """What stands in the four places of a shell; `is_each` when who is signed in would see something else there."""

    ground: Ground
    title: str
    head: str
    content: str
    action: str
    is_each: bool

    def fill(self, place: str) -> Markup:
        """One of its places, with this request's form token and nonce."""
        text: str = getattr(self, place)
        if TOKEN in text:
            text = text.replace(TOKEN, generate_csrf())
        if NONCE in text:
            nonce: Any = current_app.jinja_env.globals["csp_nonce"]
            text = text.replace(NONCE, nonce())
        return Markup(text)  # noqa: S704 (drawn by our own templates, autoescaped)


def install(app: Flask) -> None:
    """Keep parts, unless somebody is at work on the pages."""
    most = 0 if app.config["ENV"] == "development" else app.config["KEPT_PAGES"]
    with app.app_context():
        app.extensions["parts"] = Shelf[Part](most, db.engine)


def known() -> Part | None:
    """The part for this request, if there is one and everything that it stands on is as it was."""
    key = g.part_key = _key()
    part = None if key is None else _shelf().true(key)
    if part is None or (part.is_each and current_person() is not None):
        return None
    g.ground = part.ground
    return part


def draw(template: str, **context: Any) -> str:
    """A page: its part is drawn, kept if that may be, and put into its shell."""
    title, head, content, action = render_template(template, layout="ui/part.html", **context).split(BREAK)
    ground: Ground | None = g.get("ground")
    is_each = _shows_each()
    part = Part(ground or Ground("", (), (), (), ()), title, head, content, action, is_each)
    if ground is not None and g.part_key is not None and stays_true() and not (is_each and current_person()):
        holes = {place: _with_holes(getattr(part, place)) for place in ("title", "head", "content", "action")}
        _shelf().put(g.part_key, Part(ground, is_each=is_each, **holes))
    return around(part)


def around(part: Part) -> str:
    """The page of who asks: the part in a shell of their own."""
    return render_template("ui/around.html", part=part)


def _key() -> Any:
    """What tells one part from another: as with pages, but for the cart, and in the language that is spoken."""
    if request.method != "GET" or request.args.keys() - ASKED or not _shelf().most:
        return None
    after = request.args.get("after")
    return key_of(request.scheme, request.host, request.path, after, str(get_locale()), session)[:-1]


def _with_holes(text: str) -> str:
    if "csrf_token" in g:
        text = text.replace(g.csrf_token, TOKEN)
    nonce = getattr(request, "csp_nonce", None)
    return text.replace(nonce, NONCE) if nonce else text


def _shows_each() -> bool:
    """Whether a plugin that is asked here shows something to each person in a slot of this page."""
    slots = g.get("slot_pieces", {}).keys()
    return any(
        slots & set(loaded.manifest.shows_each)
        for loaded in map(door().plugins.__getitem__, asked_here())
        if loaded.manifest
    )


def _shelf() -> Shelf[Part]:
    found: Shelf[Part] = current_app.extensions["parts"]
    return found
