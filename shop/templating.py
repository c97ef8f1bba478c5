"""What templates may use: money, instants, pictures, pieces of plugins, Markdown."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import format_datetime, format_timedelta

from shop import money, once, text
from shop.clock import now
from shop.pieces import panel_html, slot


def install(app: Flask) -> None:
    """Give every template its filters and functions."""
    app.jinja_env.filters.update(
        money=money.show, when=when, ago=ago, markdown=text.markdown, plain=text.plain
    )
    app.jinja_env.globals.update(slot=slot, panel_html=panel_html, now=now, once_key=once.new_key)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def when(instant: datetime, format: str = "medium") -> str:
    """An instant in the community's time zone (UTC elsewhere), as people of the present language write it."""
    community = g.get("community")
    zone = community.zone if community else ZoneInfo("UTC")
    return str(format_datetime(instant.astimezone(zone), format, rebase=False))


def ago(instant: datetime) -> str:
    """How long ago, in words."""
    return str(format_timedelta(instant - now(), add_direction=True))
