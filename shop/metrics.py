"""GET /metrics: what Prometheus reads, for whoever knows SHOP_METRICS_KEY. Without that key nothing is counted.

Requests, statements, hooks and refusals are counted where they happen; the queue's age and the outbox's lag are asked
of the database when Prometheus comes, so any one web process tells them for the whole shop. `shop serve` lets its
processes count together (prometheus-client's multiprocess folder); others each tell their own.
"""

import hmac
import os
import time
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import ColumnElement, event, func, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.access import public
from shop.clock import now
from shop.db import db
from shop.events import Delivery, Event
from shop.hooks import door
from shop.jobs import DueJob

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

bp = Blueprint("metrics", __name__)

# Where the processes of one `shop serve` count; prometheus-client knows it by this name.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# A page that takes longer than the last is down.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
# What an answer is counted under that needed no view.
KEPT = "kept"
ENDPOINT = "shop.endpoint"

REQUESTS = Counter("shop_requests", "Answers given", ["endpoint", "method", "status"])
REQUEST_SECONDS = Histogram("shop_request_seconds", "Time to an answer", ["endpoint"], buckets=SECONDS)
REFUSALS = Counter("shop_refusals", "Acts that a rule refused, in its words", ["endpoint", "rule"])
STATEMENTS = Counter("shop_sql_statements", "Statements sent through SQLAlchemy", ["verb"])
STATEMENT_SECONDS = Counter("shop_sql_seconds", "Time that statements took", ["verb"])
HOOKS = Counter("shop_hooks", "Questions asked of plugins", ["plugin", "hook", "outcome"])
HOOK_SECONDS = Counter("shop_hook_seconds", "Time that plugins took to answer", ["plugin", "hook"])


def count_together(folder: str) -> None:
    """Count in this folder from now on, one file for each process, so that any of them can tell the sum."""
    if FOLDER in os.environ:
        return
    os.environ[FOLDER] = folder
    # What prometheus-client does when it is imported.
    values.ValueClass = values.get_value_class()  # type: ignore[no-untyped-call]
    for figure in (REQUESTS, REQUEST_SECONDS, REFUSALS, STATEMENTS, STATEMENT_SECONDS, HOOKS, HOOK_SECONDS):
        figure.clear()


def install(app: Flask) -> None:
    """Count, if somebody may read it; after every plugin is loaded and before the first request."""
    app.register_blueprint(bp)
    if not app.config["METRICS_KEY"]:
        return
    app.wsgi_app = Counting(app.wsgi_app)  # type: ignore[method-assign]
    app.url_value_preprocessor(_note_endpoint)
    door(app).meter = _count_hook
    with app.app_context():
        for engine in db.engines.values():
            event.listen(engine, "before_cursor_execute", _begin_statement)
            event.listen(engine, "after_cursor_execute", _end_statement)


@bp.get("/metrics")
@public
def index() -> Response:
    """Everything that is counted, in Prometheus' own words; 404 for whoever does not know the key."""
    key = current_app.config["METRICS_KEY"]
    told = request.authorization.token if request.authorization else None
    if not key or not hmac.compare_digest(str(told or ""), key):
        abort(404)
    registry: CollectorRegistry = REGISTRY
    if os.environ.get(FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    waiting = CollectorRegistry()
    waiting.register(Waiting())
    return Response(generate_latest(registry) + generate_latest(waiting), content_type=CONTENT_TYPE_LATEST)


class Counting:
    """The WSGI application, with each answer counted; outside of it, so that kept pages are counted too."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        began, seen = time.perf_counter(), "500"

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal seen
            seen = status[:3]
            return start_response(status, headers, *rest)

        try:
            return self.app(environ, begin)
        finally:
            endpoint = environ.get(ENDPOINT, KEPT)
            REQUESTS.labels(endpoint, environ["REQUEST_METHOD"], seen).inc()
            REQUEST_SECONDS.labels(endpoint).observe(time.perf_counter() - began)
            if "shop.refused" in environ:
                REFUSALS.labels(endpoint, environ["shop.refused"]).inc()


class Waiting:
    """What waits in the database, asked when Prometheus comes."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        due = [Delivery.done_at.is_(None), Delivery.dead_at.is_(None), Delivery.due_at <= now()]
        yield _gauge(
            "shop_queue_age_seconds", "How late the oldest due delivery is", _age(Delivery.due_at, *due)
        )
        yield _gauge("shop_queue_length", "Deliveries that are due", _count(*due))
        yield _gauge(
            "shop_dead_deliveries",
            "Deliveries that nobody took",
            _count(Delivery.dead_at.isnot(None)),
        )
        yield _gauge(
            "shop_outbox_lag_seconds",
            "Age of the oldest event that no listener was given yet",
            _age(Event.at, Event.spread_at.is_(None)),
        )
        yield _gauge(
            "shop_job_delay_seconds",
            "How late the latest repeated job is",
            _age(DueJob.due_at, DueJob.due_at <= now()),
        )


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _age(column: InstrumentedAttribute[datetime], *where: ColumnElement[bool]) -> float:
    oldest = db.session.scalar(select(func.min(column)).where(*where))
    return 0 if oldest is None else max(0.0, (now() - oldest).total_seconds())


def _count(*where: ColumnElement[bool]) -> float:
    return float(db.session.scalar(select(func.count()).select_from(Delivery).where(*where)) or 0)


def _note_endpoint(endpoint: str | None, _values: object) -> None:
    request.environ[ENDPOINT] = endpoint or "none"


def _count_hook(plugin: str, hook: str, seconds: float, failed: bool) -> None:
    HOOKS.labels(plugin, hook, "failed" if failed else "answered").inc()
    HOOK_SECONDS.labels(plugin, hook).inc(seconds)


def _begin_statement(connection: Any, *_rest: Any) -> None:
    connection.info["began"] = time.perf_counter()


def _end_statement(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    verb = statement.lstrip()[:6].rstrip().lower()
    STATEMENTS.labels(verb).inc()
    STATEMENT_SECONDS.labels(verb).inc(time.perf_counter() - connection.info["began"])
