"""Structured logs with a request id; lines for people in development, JSON in production."""

import logging
import sys
from typing import Any

import structlog
from flask import Flask, request
from structlog.typing import EventDict
from uuid_utils.compat import uuid7


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

    @app.before_request
    def _name_the_request() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=str(uuid7())[-12:], path=request.path)
