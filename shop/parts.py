"""Parts: what a shelf or a listing's page shows inside its shell, drawn once and put into everybody's own shell.

A page that must be made (somebody is signed in, has a cart, comes for the first time) has the same tiles, panels and
pieces as everybody else's. They are kept like whole pages (shop/kept.py): on the rows that they showed, asked for again
at each request, and only while every plugin on them has promised to show everybody the same. Where a plugin shows
something to each person (`Manifest.shows_each`), who is signed in gets a page made for them.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, render_template, request, session
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError

from shop.access import current_person
from shop.db import db, set_writing
from shop.grounds import Ground
from shop.hooks import asked_here, door
from shop.kept import (
    ASKED,
    SHOWS,
    Shelf,
    for_members,
    glimpsed,
    key_of,
    remember_home,
    stays_true,
)
from shop.logs import name_the_request
from shop.shell import Named, shell_here

BREAK, TOKEN, NONCE = "\0part\0", "\0token\0", "\0nonce\0"
PLACES = ("title", "head", "content", "action")
MOST_SHELLS = 1000


@dataclass(frozen=True)
class Part:
    """What stands in the four places of a shell; `is_each` when who is signed in would see something else there."""

    ground: Ground
    of: Named
    back: str | None
    bar: str | None
    places: tuple[str, ...]
    is_each: bool


def install(app: Flask) -> None:
    """Keep parts, unless somebody is at work on the pages."""
    most = 0 if app.config["ENV"] == "development" else app.config["KEPT_PAGES"]
    with app.app_context():
        app.extensions["parts"] = Shelf[Part](most, db.engine)
    app.extensions["shells"] = {}


def find() -> str | None:
    """The page of who asks, if its part is known and everything that it stands on is as it was."""
    g.part_key = None
    if request.method != "GET" or request.args.keys() - ASKED or not _shelf().most:
        return None
    if not getattr(current_app.view_functions.get(request.endpoint or ""), "shop_kept", False):
        return None
    set_writing(False)
    try:
        if glimpsed(_shelf()) is None and "_user_id" in session:
            return None  # signed out from elsewhere
        key = g.part_key = _key()
        part = _shelf().true(key)
        if part is None or (part.is_each and _is_signed_in()):
            return None
    except SQLAlchemyError:
        return None  # the page itself will tell in its own words that the database is away
    name_the_request()
    request.csp_nonce = secrets.token_urlsafe(24)  # type: ignore[attr-defined]  # as Flask-Talisman does
    g.ground, g.part_of, g.back, g.bar = part.ground, part.of, part.back, part.bar
    for_members(not part.is_each)
    remember_home(part.of.slug)
    return _around(part.places)


def draw(template: str, **context: Any) -> str:
    """A page: its part is drawn, kept if that may be, and put into its shell."""
    places = tuple(render_template(template, layout="ui/part.html", **context).split(BREAK))
    ground: Ground | None = g.get("ground")
    is_each = _shows_each()
    for_members(not is_each)
    places = tuple(map(_with_holes, places))
    if ground is not None and g.get("part_key") and stays_true() and not (is_each and _is_signed_in()):
        of = Named(g.community.slug, g.community.name)
        _shelf().put(g.part_key, Part(ground, of, g.get("back"), g.get("bar"), places, is_each))
    return _around(places)


def _around(places: tuple[str, ...]) -> str:
    """A part in the shell of who asks, which is the same for all who stand at the same place in the same state."""
    if not _shelf().most or "_flashes" in session:
        drawn = {place: Markup(_filled(text)) for place, text in zip(PLACES, places, strict=True)}  # noqa: S704
        return render_template("ui/around.html", part=drawn)
    shell = _shell(has_action=bool(places[-1].strip()))
    for place, text in zip(PLACES, places, strict=True):
        shell = shell.replace(f"\0{place}\0", text)
    return _filled(shell)


def _shell(*, has_action: bool) -> str:
    """The shell with holes, drawn once for everything that it tells: nothing else of who asks is in it."""
    shell = shell_here()
    asked = None if _is_signed_in() else request.query_string  # the switch of languages is for visitors
    told = (shell.community, shell.lang, shell.home, shell.back, tuple(shell.tabs), shell.ribbon)
    key = (*told, shell.cart_count, asked, has_action)
    shells: dict[Any, str] = current_app.extensions["shells"]
    if key not in shells:
        if len(shells) >= MOST_SHELLS:
            shells.clear()
        holes = {place: Markup(f"\0{place}\0") for place in PLACES}  # noqa: S704
        holes["action"] = holes["action"] if has_action else Markup("")
        shells[key] = _with_holes(render_template("ui/around.html", part=holes))
    return shells[key]


def _filled(text: str) -> str:
    """With this request's form token and nonce."""
    if TOKEN in text:
        text = text.replace(TOKEN, generate_csrf())
    nonce: Any = current_app.jinja_env.globals["csp_nonce"]
    return text.replace(NONCE, nonce()) if NONCE in text else text


def _key() -> Any:
    """What tells one part from another: as with pages, but for the cart and for who asks, in the language spoken."""
    after = request.args.get("after")
    return key_of(request.scheme, request.host, request.path, after, str(get_locale()), session)[:-2]


def _is_signed_in() -> bool:
    return glimpsed(_shelf()) is not None or current_person() is not None


def _with_holes(text: str) -> str:
    if "csrf_token" in g:
        text = text.replace(g.csrf_token, TOKEN)
    nonce = getattr(request, "csp_nonce", None)
    return text.replace(nonce, NONCE) if nonce else text


def _shows_each() -> bool:
    """Whether a plugin that is asked here shows something to each person in a slot of this page, or did not say."""
    slots = g.get("slot_pieces", {}).keys()
    for name in asked_here():
        manifest = door().plugins[name].manifest
        said = manifest.shows_each if manifest else None
        if slots & set(said) if said is not None else door().takes(name, "viewer", SHOWS):
            return True
    return False


def _shelf() -> Shelf[Part]:
    found: Shelf[Part] = current_app.extensions["parts"]
    return found
