"""Installed on a phone, and read without a network: the manifest, the worker, the page for what was never opened.

Every page says whose it is (`X-Keeper`) and whether it may be kept (`X-Keep`); templates/offline/worker.js.txt does the
rest. Desks, forms of secrets and anything marked `no-store` are never kept.
"""

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request, session, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from shop.access import public
from shop.assets import asset_url
from shop.keeper import HEADER, keeper_of
from shop.locale import language_tag

bp = Blueprint("offline", __name__)

# Opened pages of these are kept, a manager's desk inside a community apart.
KEPT = ("/c/<community>", "/communities", "/orders", "/me/x/")
NEVER = "/c/<community>/manage"
# What every page needs, kept before it is asked for.
FILES = ("app.css", "app.js", "icons.svg", "mark.svg")
PAPER = "#faf5ea"


@dataclass(frozen=True, slots=True)
class Words:
    """The offline page in one language."""

    tag: str
    title: str
    text: str
    kept: str


def install(app: Flask) -> None:
    """After web.install, so that what a view itself says of keeping is seen before the rule for all pages."""
    app.register_blueprint(bp)
    app.after_request(_tell_the_worker)


@bp.get("/offline")
@public
def show() -> str:
    """Shown by the worker for a page that was never opened; in every language, for it is fetched long before."""
    words = []
    for language in current_app.config["LANGUAGES"]:
        with force_locale(language):
            words.append(
                Words(
                    language_tag(),
                    _("No network"),
                    _("This page was not opened before. It comes as soon as there is a network again."),
                    _("You can still read"),
                )
            )
    shell = {"lang": words[0].tag, "home": "/", "site": current_app.config["SITE_NAME"]}
    return render_template("offline/show.html", words=words, shell=shell)


@bp.get("/worker.js")
@public
def worker() -> Response:
    """The worker of the whole shop; it changes when a file of every page does, and so fetches the new one."""
    files = [asset_url(name) for name in FILES]
    told = render_template("offline/worker.js.txt", files=files, offline=url_for("offline.show"))
    return Response(told, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What a phone shows when the shop stands on its first screen."""
    icons = [
        {"src": asset_url("icons/192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset_url("icons/512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": asset_url("icons/maskable.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
        {"src": asset_url("mark.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    site = current_app.config["SITE_NAME"]
    told = jsonify(
        id="/",
        name=site,
        short_name=site.split()[0][:12],
        description=_("The shops of your groups."),
        lang=language_tag(),
        start_url="/",
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=icons,
        shortcuts=[
            {"name": _("Orders"), "url": url_for("orders.index")},
            {"name": _("Me"), "url": url_for("people.show")},
        ],
    )
    told.mimetype = "application/manifest+json"
    return told


def _tell_the_worker(response: Response) -> Response:
    """Whose page this is, and whether a phone may keep it."""
    if request.method == "GET" and response.mimetype == "text/html":
        response.headers[HEADER] = keeper_of(session)
        if response.status_code == 200 and _may_be_kept(response):
            response.headers["X-Keep"] = "yes"
    return response


def _may_be_kept(response: Response) -> bool:
    rule = request.url_rule.rule if request.url_rule else ""
    if "no-store" in response.headers.get("Cache-Control", "") or rule.startswith(NEVER):
        return False
    return rule == "/me" or rule.startswith(KEPT)
