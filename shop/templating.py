"""What templates may use: money, instants, pictures, pieces of plugins, Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import Flask, g, request
from flask_babel import format_date, format_datetime, format_timedelta, get_locale

from shop import money, once, pictures, text
from shop.clock import now
from shop.pieces import panel_html, slot


@dataclass(frozen=True, slots=True)
class Kept:
    """A cover as a product remembers it."""

    key: str
    width: int
    height: int
    colour: str | None = None
    alt: str = ""


def install(app: Flask) -> None:
    """Give every template its filters and functions."""
    app.jinja_env.filters.update(
        money=money.show,
        when=when,
        day=day,
        when_in=when_in,
        month_of=month_of,
        ago=ago,
        markdown=text.markdown,
        imported=text.imported,
        plain=text.plain,
    )
    app.jinja_env.globals.update(cover_src=cover_src, cover_srcset=cover_srcset, Money=money.Money)
    app.jinja_env.globals.update(slot=slot, panel_html=panel_html, now=now, once_key=once.new_key)
    app.jinja_env.filters.update(absolute=absolute, plain_amount=money.plain)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def cover_src(cover: Mapping[str, Any] | None, at_least: int = 480) -> str | None:
    """Where a product's cover is found, wide enough for its place; None without one."""
    return pictures.address(Kept(**cover), at_least) if cover else None


def cover_srcset(cover: Mapping[str, Any] | None) -> str | None:
    """Every width of a cover, for the browser to choose from."""
    return pictures.srcset(Kept(**cover)) if cover else None


def when(instant: datetime, format: str = "medium") -> str:
    """An instant in the community's time zone (UTC elsewhere), as people of the present language write it."""
    community = g.get("community")
    zone = community.zone if community else ZoneInfo("UTC")
    return str(format_datetime(instant.astimezone(zone), format, rebase=False))


def when_in(instant: datetime, zone: tzinfo, format: str = "short") -> str:
    """An instant in a given time zone, for desks that speak of several communities."""
    return str(format_datetime(instant.astimezone(zone), format, rebase=False))


def day(instant: datetime, format: str = "medium") -> str:
    """The day of an instant in the community's time zone."""
    community = g.get("community")
    zone = community.zone if community else ZoneInfo("UTC")
    return str(format_date(instant.astimezone(zone).date(), format, rebase=False))


def month_of(instant: datetime) -> str:
    """The month of an instant in its own zone, in the order of the present language."""
    return format_skeleton("yMMM", instant, locale=get_locale())


def ago(instant: datetime) -> str:
    """How long ago, in words."""
    return str(format_timedelta(instant - now(), add_direction=True))


def absolute(address: str) -> str:
    """An address of ours with the host before it, for what leaves the page: chats, mails, search engines."""
    return urljoin(request.host_url, address)
