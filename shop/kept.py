"""Pages kept for all who would see the same, and given out again while the database says that nothing has changed.

No page is kept for a time. A page stands on rows: the community's version, the plugins that rest, the offers that run
now, what is left of the limits that it tells of, and sums that a plugin shows. It remembers them as it showed them, and
each request asks for them again in one statement; if any differs, the page is made afresh. Only a view marked `@kept`
is kept, and only when it said what it stands on; never with somebody's name, a one-use key, a message, or a piece of a
plugin that does not say of itself that it shows everybody the same (`Manifest.shows_alike`). Who is signed in shares a
page with others who are, where no plugin has a word for each of them (`Manifest.shows_each`); that they still are is
asked each time. The form token and the script's nonce are holes that each answer fills anew.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import Lock
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

from flask import Flask, Response, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from shop.clock import now
from shop.db import db
from shop.glimpse import Glimpse, glimpse
from shop.grounds import Ground, joined
from shop.hooks import asked_here, door
from shop.keeper import HEADER, keeper_of
from shop.limits import Limit
from shop.locale import language_of_visitor, spoken
from shop.squeezing import squeeze, takes

V = TypeVar("V", bound=Callable[..., Any])
P = TypeVar("P", bound="Standing")

# What a kept page may be asked with; whoever searches gets a page of their own.
ASKED = {"after"}
# A page that stands on more rows than this costs less to make than to ask about.
MOST_ROWS = 600
TOKEN, NONCE, HOLE = b"\0token\0", b"\0nonce\0", "\0nonce\0"
SENT = [("Vary", "Cookie, Accept-Language, Accept-Encoding"), ("Cache-Control", "private, no-cache")]
NOT_KEPT = (
    "Set-Cookie",
    "Cache-Control",
    "Vary",
    "Content-Length",
    "Content-Type",
    "ETag",
    "Content-Encoding",
    HEADER,
)
TYPE = ("Content-Type", "text/html; charset=utf-8")
NOTHING: Mapping[int, int] = MappingProxyType({})
SHOWS = {"offer_panels", "page_pieces"}


def kept(view: V) -> V:
    """The view's page may be kept, if it says what it stands on (`stands_on`)."""
    view.shop_kept = True  # type: ignore[attr-defined]
    return view


def stands_on(
    listings: Iterable[int],
    offers: Sequence[Any],
    *,
    left: Mapping[int, int] = NOTHING,
    some: Mapping[int, int] = NOTHING,
) -> None:
    """What this page showed: the live offers of these listings, so many left of limits, or only whether any are."""
    offered = {offer.limit.id: offer.limit.left for offer in offers if offer.limit is not None}
    counted = {**left, **offered, **g.get("kept_counts", {})}
    if len(offers) + len(counted) + len(some) > MOST_ROWS:
        return
    told = (
        g.community.version,
        joined(sorted(g.resting)),
        joined(sorted(door().breaker.inactive)),
        joined(sorted(offer.id for offer in offers)),
        joined(counted[limit] for limit in sorted(counted)),
        joined(sorted(limit for limit, n in some.items() if n > 0)),
    )
    reads: dict[str, str] = g.get("kept_reads", {})
    g.ground = Ground(
        g.community.slug,
        tuple(listings),
        tuple(counted),
        tuple(some),
        (*told, *reads.values()),
        g.get("kept_until"),
        tuple(reads),
    )


def counts(limits: Iterable[Limit]) -> None:
    """A piece of this page tells what is left of these limits."""
    g.setdefault("kept_counts", {}).update({limit.id: limit.left for limit in limits})


def reads(question: str, told: str) -> None:
    """A piece of this page tells sums: a question for one text, as SQL with its numbers in it, and what it told.

    It is asked again with the page, so it has to be a cheap one; nothing that somebody wrote may stand in it.
    """
    if set(question) & {"%", "?"}:
        raise ValueError("a question for a kept page has its numbers in it")
    g.setdefault("kept_reads", {})[question] = told


def until(instants: Iterable[datetime | None]) -> None:
    """A piece of this page reads otherwise from each of these instants on; those that have passed do not matter."""
    coming = [instant for instant in instants if instant is not None and instant > now()]
    if coming:
        g.kept_until = min([*coming, *([g.kept_until] if "kept_until" in g else [])])


def never() -> None:
    """This page is for one person, or for once."""
    g.kept_never = True


def remember_home(slug: str) -> None:
    """The way home leads to the community seen last; a session that says so already is not written again."""
    if session.get("home") != slug:
        session["home"] = slug


def install(app: Flask) -> None:
    """Keep pages, unless somebody is at work on them; installed right after squeezing, so that it sees them whole."""
    most = 0 if app.config["ENV"] == "development" else app.config["KEPT_PAGES"]
    with app.app_context():
        app.extensions["kept"] = Shelf[Page](most, db.engine)
    app.after_request(_keep)


def find() -> Response | None:
    """The kept page for this request, if there is one and everything that it stands on is as it was."""
    key = g.kept_key = _key()
    page = _shelf().true(key) if key is not None else None
    return None if page is None else page.answer()


def _keep(response: Response) -> Response:
    """Keep a page that was just made, if it may be kept."""
    ground: Ground | None = g.get("ground")
    if ground is None or g.get("kept_key") is None or not _may_be_kept(response):
        return response
    nonce = getattr(request, "csp_nonce", None) or HOLE
    body = response.get_data().replace(nonce.encode(), NONCE)
    if "csrf_token" in g:
        body = body.replace(g.csrf_token.encode(), TOKEN)
    headers = [(n, value.replace(nonce, HOLE)) for n, value in response.headers if n not in NOT_KEPT]
    told = repr((g.kept_key, ground.told, hashlib.sha256(body).hexdigest()))
    page = Page(ground, body, headers, hashlib.sha256(told.encode()).hexdigest())
    _shelf().put(g.kept_key, page)
    response.headers["ETag"] = page.tag_for(session)
    return response


def key_of(
    scheme: str, host: str, path: str, after: str | None, language: str, seen: Mapping[str, Any]
) -> Any:
    """What a page differs by; `seen` is the session: who shared the page, what is in the cart, whether signed in."""
    visit = seen.get("visit") or {}
    ribbon = (visit.get("community"), visit.get("sharer")) if visit.get("credited") else None
    carts = tuple(sorted(seen.get("cart_counts", {}).items()))
    return (scheme, host, path, after, language, ribbon, carts, "_user_id" in seen)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, as WSGI wants it: a Response of Flask's costs as much as all the rest of a kept page."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def __call__(self, _environ: Any, start_response: Any) -> list[bytes]:
        unchanged = self.status.startswith("304")
        length = [] if unchanged else [("Content-Length", str(len(self.body)))]
        start_response(self.status, [*self.headers, *length])
        return [self.body]


@dataclass(frozen=True)
class Page:
    """A page with holes for the form token and the nonce."""

    ground: Ground
    body: bytes
    headers: list[tuple[str, str]]
    tag: str

    def answer(self) -> Response:
        """The page for this request's visitor, whose session may have to be written."""
        remember_home(self.ground.slug)
        token = generate_csrf() if self.has_form else ""
        filled = self.filled(token, session, request.headers.get("If-None-Match", ""))
        response = Response(filled.body, filled.status, filled.headers)
        if not request.query_string and takes(request.headers.get("Accept-Encoding", "")):
            squeeze(response)
        if session.modified:
            response.headers["Cache-Control"] = "no-store"
        current_app.session_interface.save_session(current_app, session, response)
        return response

    def filled(self, token: str, seen: Mapping[str, Any], has: str) -> "Answer":
        """The page with a nonce of its own and this form token, or 304 for who `has` it already."""
        tag = self.tag_for(seen)
        headers = [*SENT, ("ETag", tag), (HEADER, keeper_of(seen))]
        if tag in has:  # without a policy: the browser keeps its copy's, with the nonce
            return Answer("304 NOT MODIFIED", headers, b"")
        nonce = secrets.token_urlsafe(24)
        body = self.body.replace(NONCE, nonce.encode())
        body = body.replace(TOKEN, token.encode()) if self.has_form else body
        policy = [(name, value.replace(HOLE, nonce)) for name, value in self._with_nonce]
        return Answer("200 OK", [TYPE, *self._without_nonce, *policy, *headers], body)

    @cached_property
    def _with_nonce(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.headers if HOLE in value]

    @cached_property
    def _without_nonce(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.headers if HOLE not in value]

    @cached_property
    def has_form(self) -> bool:
        """Whether there is a form token in it."""
        return TOKEN in self.body

    def tag_for(self, seen: Mapping[str, Any]) -> str:
        """Another form token makes another page."""
        mine = str(seen.get("csrf_token", "")) if self.has_form else ""
        return f'W/"{hashlib.sha256((self.tag + mine).encode()).hexdigest()[:24]}"'


class Standing(Protocol):
    """What can be kept."""

    @property
    def ground(self) -> Ground: ...


class Shelf(Generic[P]):
    """The pages of this process, the least used of which give way; `asked` counts the questions whether they hold."""

    def __init__(self, most: int, engine: Engine) -> None:
        self.most = most
        self.engine = engine
        self.asked = 0
        self._pages: OrderedDict[Any, P] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Any) -> P | None:
        """The page of this key as it was."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
        return page

    def true(self, key: Any) -> P | None:
        """The page of this key, if everything that it stands on is as it was; if not, it is forgotten."""
        page = self.get(key)
        if page is None:
            return None
        self.asked += 1
        try:
            if page.ground.holds(self.engine):
                return page
        except (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error):
            pass  # the page itself will tell in its own words that the database is away
        with self._lock:
            self._pages.pop(key, None)
        return None

    def glimpse(self, stamp: str) -> Glimpse | None:
        """Who is signed in with this stamp."""
        self.asked += 1
        return glimpse(self.engine, stamp)

    def put(self, key: Any, page: P) -> None:
        """Keep a page; the least used one goes."""
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self.most:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()


def _key() -> Any:
    """What tells one kept page from another; None for a request that is not for one."""
    if request.method != "GET" or request.endpoint is None or not _shelf().most:
        return None
    if not getattr(current_app.view_functions.get(request.endpoint), "shop_kept", False):
        return None
    if "_flashes" in session or request.args.keys() - ASKED:
        return None
    member = glimpsed(_shelf())
    if member is None and "_user_id" in session:
        return None  # signed out from elsewhere
    language = spoken(member.locale) if member else language_of_visitor()
    return key_of(request.scheme, request.host, request.path, request.args.get("after"), language, session)


def glimpsed(shelf: "Shelf[Any]") -> Glimpse | None:
    """Who is signed in and asks for this page; looked up once."""
    if "glimpse" not in g:
        g.glimpse = shelf.glimpse(session["_user_id"]) if "_user_id" in session else None
    found: Glimpse | None = g.glimpse
    return found


def for_members(is_alike: bool) -> None:
    """Whether all who are signed in see the same on this page; unless that is said, it is kept for none of them."""
    g.is_for_members = is_alike


def _may_be_kept(response: Response) -> bool:
    is_page = response.mimetype == "text/html" and not response.is_streamed
    if response.status_code != 200 or not is_page or "Content-Encoding" in response.headers:
        return False
    if "_flashes" in session or ("_user_id" in session and not g.get("is_for_members")):
        return False
    return g.kept_key == _key() and stays_true()


def stays_true() -> bool:
    """Whether what this page shows is the same for everybody, as long as what it stands on is as it was."""
    if g.get("kept_never") or door().breaker.notes:
        return False
    return all(_shows_alike(name) for name in asked_here())


def _shows_alike(name: str) -> bool:
    """Whether a plugin has nothing to say on pages, or says the same to everybody."""
    plugin = door().plugins[name]
    return not SHOWS & set(plugin.doorbells) or bool(plugin.manifest and plugin.manifest.shows_alike)


def _shelf() -> "Shelf[Page]":
    found: Shelf[Page] = current_app.extensions["kept"]
    return found
