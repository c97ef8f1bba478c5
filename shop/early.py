"""Kept pages for those whose session needs no word more: answered before Flask makes a request of them.

Most requests of a shared link's crowd are such. Whatever is out of the ordinary (a first visit, a search, a message to
show, the first page of somebody's day) takes the whole way, on which shop/kept.py looks again.
"""

from functools import cache
from typing import Any

from flask import Flask
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie
from werkzeug.wsgi import get_host

from shop.communities.early_links import WAY, Links
from shop.db import db
from shop.kept import Answer, Page, Shelf, key_of
from shop.locale import best_of, known
from shop.sessions import is_renewed
from shop.squeezing import squeezed, takes

Environ = dict[str, Any]
# A session that holds one of these has a word more to say; or, where it opens a link, is not a plain visitor's.
OTHERWISE = {"_flashes"}
SIGNED_IN = {"_user_id", "_permanent"}


class Early:
    """What it takes to read a visitor's session and to fill the holes of a page, made once for an application."""

    def __init__(self, app: Flask) -> None:
        interface: Any = app.session_interface
        self.shelf: Shelf[Page] = app.extensions["kept"]
        self.cookie = app.config["SESSION_COOKIE_NAME"]
        self.languages = app.config["LANGUAGES"]
        self.seconds = int(app.permanent_session_lifetime.total_seconds())
        self.reader = _remembering_keys(interface.get_signing_serializer(app))
        # As Flask-WTF signs it.
        key = str(app.config.get("WTF_CSRF_SECRET_KEY") or app.secret_key)
        self.signer = _remembering_keys(URLSafeTimedSerializer(key, salt="wtf-csrf-token"))

        with app.app_context():
            self.links = Links(app, db.engine, self.reader)

    def answer(self, environ: Environ) -> Answer | None:
        """The kept page for this request; None when it has to take the whole way."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        if environ.get("QUERY_STRING") or environ.get("SCRIPT_NAME"):
            return None
        if environ["PATH_INFO"].startswith(WAY):
            return self._followed(environ)
        if not self.shelf.most:
            return None
        seen = self._session(environ.get("HTTP_COOKIE", ""))
        if seen is None or seen.keys() & OTHERWISE or not is_renewed(seen):
            return None
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        chosen = None
        if "_user_id" in seen:
            if (member := self.shelf.glimpse(seen["_user_id"])) is None:
                return None
            chosen = member.locale if member.locale in self.languages else None
        language = known(seen.get("lang")) or chosen or best_of(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        host = get_host(environ)
        page = self.shelf.get(key := key_of(environ["wsgi.url_scheme"], host, path, None, language, seen))
        if page is None or seen.get("home") != page.ground.slug:
            return None
        if (page.has_form and "csrf_token" not in seen) or self.shelf.true(key) is not page:
            return None
        token = str(self.signer.dumps(seen["csrf_token"])) if page.has_form else ""
        answer = page.filled(token, seen, environ.get("HTTP_IF_NONE_MATCH", ""))
        if takes(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = squeezed(answer.body)
            if body is not None:
                return Answer(answer.status, [*answer.headers, ("Content-Encoding", "gzip")], body)
        return answer

    def _followed(self, environ: Environ) -> Answer | None:
        """A group link that a visitor opens; whoever has no session yet gets one."""
        cookies = environ.get("HTTP_COOKIE", "")
        seen = {} if f"{self.cookie}=" not in cookies else self._session(cookies)
        if seen is None or seen.keys() & (OTHERWISE | SIGNED_IN):
            return None
        try:
            return self.links.follow(environ, seen)
        except (SQLAlchemyError, self.links.engine.dialect.loaded_dbapi.Error):
            return None  # the whole way tries again, and tells in its own words when the database is away

    def _session(self, cookies: str) -> dict[str, Any] | None:
        """The visitor's session, if its signature holds."""
        signed = parse_cookie(cookies).get(self.cookie)
        if not signed:
            return None
        try:
            found: dict[str, Any] = self.reader.loads(signed, max_age=self.seconds)
            return found
        except BadSignature:
            return None


def _remembering_keys(serializer: Any) -> Any:
    """It derives its key from the secret once, not with each word that it reads."""
    signer = serializer.make_signer(serializer.salt)
    signer.derive_key = cache(signer.derive_key)
    serializer.make_signer = lambda _salt=None: signer
    return serializer


def install(app: Flask) -> None:
    """After everything else is set up."""
    app.extensions["early"] = Early(app)
