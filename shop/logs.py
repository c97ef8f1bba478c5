"""Structured logs with a request id; lines for people in development, JSON in production."""

import logging
import sys

import structlog
from flask import Flask, request
from uuid_utils.compat import uuid7


def install(app: Flask) -> None:
    """Set up structlog and give each request its id."""
    production = app.config["ENV"] == "production"
    renderer = (
        structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
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
