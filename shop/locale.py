"""Languages: chosen by link (?lang=), account, session, or browser."""

from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, get_locale

from shop.config import ROOT

babel = Babel()


def install(app: Flask) -> None:
    """Set up gettext for the core and every plugin that brings a catalogue."""
    folders = ["shop/translations"]
    folders += [str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("plugins/*/translations"))]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(ROOT / f) for f in folders)
    app.config["BABEL_DOMAIN"] = ";".join("messages" for _f in folders)
    babel.init_app(app, locale_selector=_choose)
    app.context_processor(lambda: {"language_tag": language_tag()})
    app.before_request(_keep_choice)


def language_tag() -> str:
    """The present language as HTML names it."""
    return {"zh_Hans_CN": "zh-Hans-CN"}.get(str(get_locale()), "en")


def _choose() -> str:
    if not has_request_context():
        return "en"  # the worker speaks a person's language only where it says whose
    languages: tuple[str, ...] = current_app.config["LANGUAGES"]
    if not has_request_context():
        return languages[0]  # the worker and the command line; a mail forces its reader's language
    asked = _known(request.args.get("lang")) or _known(session.get("lang"))
    if asked:
        return asked
    person: Any = g.get("_login_user")
    if person is not None and getattr(person, "locale", None) in languages:
        return str(person.locale)
    best = request.accept_languages.best_match(["en", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh"], default="en")
    return "zh_Hans_CN" if best.startswith("zh") else "en"


def _known(text: str | None) -> str | None:
    if not text:
        return None
    if text.lower().startswith("zh"):
        return "zh_Hans_CN"
    return "en" if text.lower().startswith("en") else None


def _keep_choice() -> None:
    chosen = _known(request.args.get("lang"))
    if chosen and session.get("lang") != chosen:
        session["lang"] = chosen
