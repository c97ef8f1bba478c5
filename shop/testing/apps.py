"""A shop for one test."""

from contextvars import Context
from pathlib import Path
from types import CodeType
from typing import Any
from unittest.mock import patch

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_security import core as security
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from passlib.context import CryptContext
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from shop import db as shop_db
from shop.app import create_app
from shop.db import db

KEY = "a key that only tests know, and long enough"


def make(url: str, folder: Path, **settings: Any) -> Flask:
    """A shop on the database at `url` that keeps its files in `folder`; its forms ask for no CSRF token."""
    shop_db.SYNCHRONOUS = "OFF"  # nothing that a test writes has to outlive the machine
    with patch.object(Rule, "compile", _compile), patch.object(security, "CryptContext", _hashing):
        app = create_app(
            {
                "ENV": "test",
                "SECRET_KEY": KEY,
                "DATABASE_URL": url,
                "INSTANCE": str(folder / "instance"),
                "WTF_CSRF_ENABLED": False,
                # A loaded machine may be slow; and no statement that a test counts comes by the clock.
                "HOOK_BUDGET_MS": 10_000,
                "VISITS_WAIT_MS": 0,
                "REST_SECONDS": 3600,
                **settings,
            }
        )
    app.test_client_class = Visitor
    app.jinja_env.bytecode_cache = _translated
    _share_statements(app)
    return app


def put_away(app: Flask) -> None:
    """Close what the shop has open."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


class Visitor(FlaskClient):
    """A client whose requests share nothing with the test around them, as over a real wire.

    Without this a request would use the test's own `g` and session (Flask reuses an application context that is
    there), and on SQLite the test's open transaction would lock it out: so what the test has added is committed first.
    """

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """Commit the test's own work, then send the request from an empty context."""
        if has_app_context():
            db.session.commit()
        return Context().run(super().open, *arguments, **options)


class Translated(BytecodeCache):
    """Templates that an earlier shop of this process has translated already: for the same text, the same code."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code of this very text, if there is any."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a text."""
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


def _share_statements(app: Flask) -> None:
    """Let a shop take the statements that an earlier one on such an engine has compiled."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name not in _compiled_by:
            with engine.connect():  # an engine learns on its first connection what its server can
                _compiled_by[engine.dialect.name] = (engine.dialect, LRUCache(10_000))
        engine.dialect, engine._compiled_cache = _compiled_by[engine.dialect.name]


def _hashing(**settings: Any) -> CryptContext:
    """Where passwords are hashed with these settings; made once, for it takes as long as half a test."""
    key = repr(sorted(settings.items()))
    if key not in _contexts:
        _contexts[key] = CryptContext(**settings)
    return _contexts[key]


_compiled_by: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}
_contexts: dict[str, CryptContext] = {}
_translated = Translated()
_compile_anew = Rule.compile
_compiled: dict[tuple[Any, ...], Rule] = {}


def _compile(rule: Rule) -> None:
    """Compile a rule as one of an earlier shop: each has the same three hundred, and they were most of its start."""
    key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes)
    known = None if rule.defaults else _compiled.get(key)
    if known is None:
        _compile_anew(rule)
        if not rule.defaults:
            _compiled[key] = rule
        return
    rule._parts, rule._trace, rule._converters = known._parts, known._trace, known._converters
    rule.arguments |= known._converters.keys()
    rule._build = known._build.__func__.__get__(rule, None)  # type: ignore[attr-defined]
    rule._build_unknown = known._build_unknown.__func__.__get__(rule, None)  # type: ignore[attr-defined]
