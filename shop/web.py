"""What every request shares: the kind of transaction, the whole-transaction retry, the clock of a hold, error pages."""

import random
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from flask import Flask, Response, abort, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy import event
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from shop import kept, parts, replica
from shop.addresses import LateRule
from shop.db import GuardedSession, db, is_retryable, set_writing
from shop.errors import NotValid, Refused
from shop.sessions import Sessions
from shop.uploads import ClosingRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = structlog.get_logger(__name__)

V = TypeVar("V", bound=Callable[..., Any])

SAFE = ("GET", "HEAD", "OPTIONS")
# Measured (reliability notes, section 2.9): four tries with a growing, jittered pause end nearly every conflict.
TRIES = 4
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# Where other machines call us, each in its own language.
CALLBACKS = "/hooks/"
PAUSE_SECONDS = 0.01
# What PostgreSQL says when it may not write: in a read-only transaction, and as a standby at BEGIN.
READ_ONLY = ("25006", "0A000")
# Nobody is kept longer than this by tries that each wait for a lock.
LONGEST_SECONDS = 10

T = TypeVar("T")


class Shop(Flask):
    """Flask with the house's rule for conflicts: the whole view is tried again while nothing was committed."""

    request_class = ClosingRequest
    url_rule_class = LateRule
    session_interface = Sessions()

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """A visitor's page that is kept needs no request; everything else becomes one."""
        known = self.extensions["early"].answer(environ)
        return super().wsgi_app(environ, start_response) if known is None else known(environ, start_response)

    def full_dispatch_request(self) -> Response:
        """A page that is kept for visitors and still true, one whose inside is, or the whole way of a request."""
        known = kept.find()
        if known is not None:
            return known
        page = parts.find()
        return super().full_dispatch_request() if page is None else self.finalize_request(page)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Who asks, for what, and whether they may: read before anything is locked."""
        arguments = request.view_args

        def again() -> ResponseReturnValue | None:
            request.view_args = None if arguments is None else dict(arguments)
            return super(Shop, self).preprocess_request()

        return _tried(again, may_write=False)

    def dispatch_request(self) -> ResponseReturnValue:
        """The view: what writes begins with a lock of its own, and so sees what is there now, in each try."""
        writes = request.method not in SAFE
        if writes:
            db.session.rollback()
        view = super().dispatch_request
        return _tried(lambda: replica.from_copy(view), may_write=writes)


def install(app: Flask) -> None:
    """Register error pages and the marks that the retry needs."""
    if not event.contains(GuardedSession, "after_commit", _mark_committed):
        event.listen(GuardedSession, "after_commit", _mark_committed)
    app.url_value_preprocessor(_let_body_be_long)
    app.url_value_preprocessor(_refuse_unreadable)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(InternalError, _read_only)
    app.register_error_handler(NotSupportedError, _read_only)
    app.register_error_handler(DataError, _unfit)
    app.register_error_handler(OverflowError, _unfit)
    app.register_error_handler(IntegrityError, _overtaken)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(Exception, _failed)
    app.after_request(_private_by_default)


def _tried(act: Callable[[], T], *, may_write: bool) -> T:
    """A conflict is tried again, from the beginning of the transaction."""
    set_writing(may_write)
    begun = time.monotonic()
    for attempt in range(1, TRIES + 1):
        g.committed = False
        try:
            return act()
        except OperationalError as conflict:
            too_long = time.monotonic() - begun >= LONGEST_SECONDS
            if not is_retryable(conflict) or g.committed or attempt == TRIES or too_long:
                raise
            db.session.rollback()
            time.sleep(random.uniform(0.5, 1) * PAUSE_SECONDS * 2**attempt)  # noqa: S311
    raise AssertionError("unreachable")


def takes_up_to(setting: str) -> Callable[[V], V]:
    """The view's request body may have as many bytes as this setting says, instead of UPLOAD_BYTES."""

    def mark(view: V) -> V:
        view.shop_body = setting  # type: ignore[attr-defined]
        return view

    return mark


def error_page(status: int, sentence: Any = "") -> Response:
    """The error page of a status, in the shop's words (or as JSON for who asks for it)."""
    set_writing(False)  # whoever could not have the lock is told so without one
    g.bare_shell = status >= 500  # what is broken may be what the shell needs: the database
    if wants_json():
        response = jsonify(error=str(sentence) or str(status))
    else:
        known = (
            status if status in (403, 404, 409, 413, 422, 429, 500, 503) else (404 if status < 500 else 500)
        )
        response = Response(render_template(f"errors/{known}.html", sentence=sentence), mimetype="text/html")
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def _let_body_be_long(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    setting = getattr(current_app.view_functions.get(endpoint or ""), "shop_body", None)
    if setting is not None:
        request.max_content_length = current_app.config[setting]


def _refuse_unreadable(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """No word holds a NUL; PostgreSQL would refuse it in the middle of an act. And pages read forms, never JSON."""
    if _holds_nul([*(values or {}).values(), *(v for _key, v in request.args.items(multi=True))]):
        abort(404)
    if request.mimetype in FORMS and _holds_nul(v for _key, v in request.form.items(multi=True)):
        raise NotValid(_("This holds a character that cannot be read."))
    if request.is_json and request.method not in SAFE and not request.path.startswith(CALLBACKS):
        raise NotValid(_("This form is not one of ours. Please open the page again."), status=415)


def _holds_nul(sent: Iterable[Any]) -> bool:
    return any(isinstance(value, str) and "\x00" in value for value in sent)


def _mark_committed(session: Any) -> None:
    """Remember that something is done for good; the end of a hook's savepoint is heard here too and is not."""
    if g and not session.in_nested_transaction():
        g.committed = True


def _refused(refusal: Refused) -> Response:
    db.session.rollback()
    request.environ["shop.refused"] = type(refusal).__name__
    return error_page(refusal.status, str(refusal))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    db.session.rollback()
    return error_page(error.code)


def _csrf(_error: CSRFError) -> Response:
    db.session.rollback()
    return error_page(
        422, _("This page was open for too long. Please load it again and repeat the last step.")
    )


def _busy(error: Exception) -> Response:
    db.session.rollback()
    log.warning("database busy or away", error=str(error)[:300])
    return error_page(
        503,
        _l("The shop is very busy or being looked after. Nothing was lost; please try again in a moment."),
    )


def _read_only(error: DBAPIError) -> Response:
    """PostgreSQL says of itself that it only reads now: a standby, or one that is being looked after."""
    return _busy(error) if getattr(error.orig, "sqlstate", None) in READ_ONLY else _failed(error)


def _unfit(error: Exception) -> Response:
    """A number beyond 64 bits or a letter that no text may hold: nobody's page has such an address or field."""
    db.session.rollback()
    log.warning("input does not fit the database", error=str(error)[:300])
    if request.method in SAFE:
        return error_page(404)
    return error_page(422, _("Something in this form is too large or has letters that nobody can read."))


def _overtaken(error: Exception) -> Response:
    """Two did the same at once, and the other was first."""
    db.session.rollback()
    log.exception("overtaken", path=request.path)
    return error_page(409, _("Somebody has just changed this. Please look at it again."))


def _failed(error: Exception) -> Response:
    db.session.rollback()
    log.exception("request failed", path=request.path)
    return error_page(500)


def _private_by_default(response: Response) -> Response:
    response.headers.setdefault(
        "Cache-Control", "no-store" if "Set-Cookie" in response.headers else "private, no-cache"
    )
    return response
