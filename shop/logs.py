"""Structured logs with a request id (the proxy's, or our own); lines for people in development, JSON in production."""

import logging
import re
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, request
from structlog.typing import EventDict
from uuid_utils.compat import uuid7

log = structlog.get_logger(__name__)

# What a proxy in front may call a request; anything else is no name.
NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")


def _without_secrets(_logger: Any, _method: str, told: EventDict) -> EventDict:
    """A secret of a plugin's settings never stands in a log, not even inside a list or a mapping."""
    return {name: _masked(value) for name, value in told.items()}


def _masked(value: Any) -> Any:
    if type(value).__name__ == "Secret":
        return repr(value)
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value


def name_the_request() -> None:
    """A request's own name, or the one that the proxy gave it."""
    given = request.headers.get("X-Request-ID", "") if current_app.config["PROXY_HOPS"] else ""
    g.request_id = given if NAME.fullmatch(given) else str(uuid7())[-12:]
    g.request_began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id, path=request.path)


def install(app: Flask) -> None:
    """Set up structlog and give each request its id."""
    production = app.config["ENV"] == "production"
    renderer = (
        structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _without_secrets,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )

    app.before_request(name_the_request)

    @app.after_request
    def _tell_the_name(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-ID"] = g.request_id
        if app.config["LOG_REQUESTS"] and "request_began" in g:
            log.info(
                "request",
                method=request.method,
                status=response.status_code,
                ms=round((time.perf_counter() - g.request_began) * 1000, 1),
            )
        return response
