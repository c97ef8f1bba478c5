"""Quiet: a plugin reaches no other machine while a page or a price is made, nor ever when it did not ask for it.

Python itself tells of every connection before it is made (an audit hook), whichever library makes it.
"""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import g, has_request_context

from shop.db import hook_running

# The plugin whose code runs by the clock or after a commit and which did not ask for the network.
_silent: ContextVar[str | None] = ContextVar("silent", default=None)
_installed: list[bool] = []


class NotAsked(Exception):
    """A plugin tried to reach another machine where it must not."""


def install() -> None:
    """Listen, once in a process."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_heard)


@contextmanager
def silent(plugin: str | None) -> Iterator[None]:
    """Inside, this plugin (if any) reaches nobody."""
    token = _silent.set(plugin)
    try:
        yield
    finally:
        _silent.reset(token)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    if arguments[0].family not in (socket.AF_INET, socket.AF_INET6):
        return
    showing = hook_running.get()
    if showing is not None:
        raise NotAsked(f"{showing} may not reach {arguments[1]}: a page or a price waits for it")
    plugin = _silent.get() or (g.get("silent_plugin") if has_request_context() else None)
    if plugin is not None:
        raise NotAsked(f"{plugin} may not reach {arguments[1]}: its manifest does not ask for the network")
