"""Languages: chosen by link (?lang=), account, session, or browser."""

import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import structlog
from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from shop.config import ROOT

log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Let every request choose its language; `join` brings the words."""
    Babel().init_app(app, locale_selector=_choose)  # one for each app, for it keeps what it has read
    app.context_processor(lambda: {"language_tag": language_tag(), "tongues": tongues})
    app.before_request(_keep_choice)


def join(app: Flask, folders: Iterable[Path]) -> None:
    """Join the catalogues of the plugins, wherever they are installed, with the core's, which has the last word."""
    there = [*sorted(folder for folder in folders if folder.is_dir()), ROOT / "shop" / "translations"]
    for catalogue in [path for folder in there for path in folder.glob("*/LC_MESSAGES/messages.po")]:
        _compile(catalogue)
    app.extensions["babel"].translation_directories[:] = [str(folder) for folder in there]


def _compile(catalogue: Path) -> None:
    """Make the form that gettext reads where it is missing or older; only the readable one is kept in the tree."""
    compiled = catalogue.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime:
        return
    half = compiled.with_suffix(f".{os.getpid()}")
    try:
        with catalogue.open("rb") as words, half.open("wb") as file:
            write_mo(file, read_po(words))
        half.replace(compiled)
    except OSError:
        log.warning("words not compiled", catalogue=str(catalogue))  # a folder that is not ours to write in


def language_tag() -> str:
    """The present language as HTML names it."""
    return {"zh_Hans_CN": "zh-Hans-CN"}.get(str(get_locale()), "en")


def tongues() -> list[tuple[str, str, bool]]:
    """Every language for the switch of visitors: its own name, this page in it, and whether it is spoken now."""
    if request.method != "GET":
        return []  # the page answers a form, and a link would lead elsewhere
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    now = str(get_locale())
    return [
        (Locale.parse(tag).get_language_name(tag) or tag, f"?{urlencode([*kept, ('lang', tag)])}", tag == now)
        for tag in current_app.config["LANGUAGES"]
    ]


def _choose() -> str:
    if not has_request_context():
        return "en"  # the worker speaks a person's language only where it says whose
    asked = _asked()
    if asked:
        return asked
    # Also on a public page, which has not asked yet who is there; not when the database itself may be broken.
    person: Any = g.get("glimpse") or (None if g.get("bare_shell") else current_user._get_current_object())
    return spoken(getattr(person, "locale", None))


def spoken(chosen: str | None) -> str:
    """The language of a page: this session's, or else the one that the person chose, or else the browser's."""
    own = chosen if chosen in current_app.config["LANGUAGES"] else None
    return _asked() or own or best_of(request.headers.get("Accept-Language", ""))


def language_of_visitor() -> str:
    """The language of a page for somebody who is not signed in."""
    return spoken(None)


def _asked() -> str | None:
    return known(request.args.get("lang")) or known(session.get("lang"))


@lru_cache(maxsize=256)
def best_of(accepted: str) -> str:
    """What a browser would like most of what we speak."""
    tongues = parse_accept_header(accepted, LanguageAccept)
    best = tongues.best_match(["en", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh"], default="en")
    return "zh_Hans_CN" if best.startswith("zh") else "en"


def known(text: str | None) -> str | None:
    """The language that a tag means, if we speak it."""
    if not text:
        return None
    if text.lower().startswith("zh"):
        return "zh_Hans_CN"
    return "en" if text.lower().startswith("en") else None


def _keep_choice() -> None:
    chosen = known(request.args.get("lang"))
    if chosen and session.get("lang") != chosen:
        session["lang"] = chosen
