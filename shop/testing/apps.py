"""A shop for one test."""

from contextvars import Context
from pathlib import Path
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shop.app import create_app
from shop.db import db

KEY = "a key that only tests know, and long enough"


def make(url: str, folder: Path, **settings: Any) -> Flask:
    """A shop on the database at `url` that keeps its files in `folder`; its forms ask for no CSRF token."""
    app = create_app(
        {
            "ENV": "test",
            "SECRET_KEY": KEY,
            "DATABASE_URL": url,
            "INSTANCE": str(folder / "instance"),
            "WTF_CSRF_ENABLED": False,
            # A loaded machine may be slow; and no statement that a test counts comes by the clock.
            "HOOK_BUDGET_MS": 10_000,
            "REST_SECONDS": 3600,
            **settings,
        }
    )
    app.test_client_class = Visitor
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
