"""In development, a bar at the foot of each page: which hooks ran, for whom, how long, how many SQL statements.

`?hooks=1` on any address shows it in this browser from then on, `?hooks=0` takes it away: guests of the demo see none.
"""

from typing import Any

from flask import Flask, Response, g, has_request_context, render_template, request, session
from sqlalchemy import event

from shop.db import db
from shop.hooks import door


def install(app: Flask) -> None:
    """Only in development: what it measures costs a little."""
    if app.config["ENV"] != "development":
        return
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _count)
    door(app).notebook = _note
    app.after_request(_show)


def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if has_request_context() and not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
        g.statements = g.get("statements", 0) + 1


def _note(plugin: str, hook: str, seconds: float | None) -> None:
    """A hook begins (no seconds yet) or has ended."""
    if not has_request_context():
        return
    if seconds is None:
        g.setdefault("statements_before", []).append(g.get("statements", 0))
    else:
        sent = g.get("statements", 0) - g.statements_before.pop()
        g.setdefault("hook_runs", []).append((plugin, hook, seconds * 1000, sent))


def _show(response: Response) -> Response:
    if "hooks" in request.args:
        session["hooks_bar"] = request.args["hooks"] == "1"
    if not session.get("hooks_bar"):
        return response
    if response.mimetype != "text/html" or response.direct_passthrough or response.status_code >= 400:
        return response
    page = response.get_data(as_text=True)
    if "</body>" in page:
        runs = g.get("hook_runs", [])
        bar = render_template(
            "dev/hooks.html",
            runs=runs,
            seconds=sum(ms for _p, _h, ms, _s in runs) / 1000,
            statements=sum(sent for _p, _h, _ms, sent in runs),
            all_statements=g.get("statements", 0),
        )
        response.set_data(page.replace("</body>", f"{bar}</body>"))
    return response
