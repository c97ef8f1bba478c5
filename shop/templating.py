"""What templates may use: money, instants, pictures, pieces of plugins, Markdown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import Flask, current_app, g, request
from flask_babel import format_date, format_datetime, format_timedelta, get_locale

from shop import money, once, pictures, text
from shop.access import may_open
from shop.advice import advice
from shop.clock import now
from shop.locale import language_tag
from shop.pieces import panel_html, slot


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a cover is kept, as far as its addresses tell."""

    key: str
    width: int


def install(app: Flask) -> None:
    """Give every template its filters and functions."""
    app.jinja_env.filters.update(
        money=money.show,
        when=when,
        day=day,
        when_in=when_in,
        month_of=month_of,
        shortday=shortday,
        ago=ago,
        markdown=text.markdown,
        imported=text.imported,
        plain=text.plain,
        sentences=sentences,
    )
    app.jinja_env.globals.update(cover_src=cover_src, cover_srcset=cover_srcset, Money=money.Money)
    app.jinja_env.globals.update(slot=slot, panel_html=panel_html, now=now, once_key=once.new_key)
    app.jinja_env.globals.update(may_open=may_open, advice=advice)
    app.jinja_env.filters.update(absolute=absolute, plain_amount=money.plain)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def cover_src(cover: Mapping[str, Any] | None, at_least: int = 480) -> str | None:
    """Where a product's cover is found, wide enough for its place; None without one."""
    return (
        _address(current_app.extensions["files"], cover["key"], cover["width"], at_least) if cover else None
    )


def cover_srcset(cover: Mapping[str, Any] | None) -> str | None:
    """Every width of a cover, for the browser to choose from."""
    return _srcset(current_app.extensions["files"], cover["key"], cover["width"]) if cover else None


@lru_cache(maxsize=8192)
def _address(_place: Any, key: str, width: int, at_least: int) -> str:
    return pictures.address(Kept(key, width), at_least)


@lru_cache(maxsize=8192)
def _srcset(_place: Any, key: str, width: int) -> str:
    return pictures.srcset(Kept(key, width))


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


def shortday(day: date) -> str:
    """A day without its year, in the order of the present language."""
    return format_skeleton("MMMd", day, locale=get_locale())


def ago(instant: datetime) -> str:
    """How long ago, in words."""
    return str(format_timedelta(instant - now(), add_direction=True))


def sentences(told: Iterable[Any]) -> str:
    """Those that say something, after each other; Chinese leaves no space between them."""
    return ("" if language_tag().startswith("zh") else " ").join(filter(None, map(str, told)))


def absolute(address: str) -> str:
    """An address of ours with the host before it, for what leaves the page: chats, mails, search engines."""
    return urljoin(request.host_url, address)
