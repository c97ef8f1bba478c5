"""In development, a bar at the foot of each page: which hooks ran, for whom, how long, how many SQL statements;
and what one failed of.

`?hooks=1` on any address shows it in this browser from then on, `?hooks=0` takes it away: guests of the demo see none.
"""

import traceback
from pathlib import Path
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


def _note(plugin: str, hook: str, told: float | BaseException | None) -> None:
    """A hook begins (None), fails, or has ended after so many seconds."""
    if not has_request_context():
        return
    if isinstance(told, BaseException):
        where = traceback.extract_tb(told.__traceback__)[-1]
        words = f"{type(told).__name__}: {told} ({Path(where.filename).name}, line {where.lineno})"
        g.setdefault("hook_failures", []).append((plugin, hook, words))
    elif told is None:
        g.setdefault("statements_before", []).append(g.get("statements", 0))
    else:
        sent = g.get("statements", 0) - g.statements_before.pop()
        g.setdefault("hook_runs", []).append((plugin, hook, told * 1000, sent))


def _show(response: Response) -> Response:
    if "hooks" in request.args:
        session["hooks_bar"] = request.args["hooks"] == "1"
    if not session.get("hooks_bar"):
        return response
    failures = g.get("hook_failures", [])
    is_page = response.mimetype == "text/html" and not response.direct_passthrough
    if not is_page or (response.status_code >= 400 and not failures):
        return response
    page = response.get_data(as_text=True)
    if "</body>" in page:
        runs = g.get("hook_runs", [])
        bar = render_template(
            "dev/hooks.html",
            runs=runs,
            failures=failures,
            seconds=sum(ms for _p, _h, ms, _s in runs) / 1000,
            statements=sum(sent for _p, _h, _ms, sent in runs),
            all_statements=g.get("statements", 0),
        )
        response.set_data(page.replace("</body>", f"{bar}</body>"))
    return response
