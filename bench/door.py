"""What the door costs: the shelf with eight plugins that answer, against the same shelf with none of them.

`python -m bench.door` prints statements per page, and the share of the page's CPU that dispatching takes.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from shop import hooks
from shop.db import db, set_writing
from shop.hooks import Loaded, door
from shop.hookspecs import NavItem, Piece, hookimpl
from shop.manifest import Manifest
from shop.migrating import upgrade_all
from shop.testing import apps, goods
from shop.testing.sql import count_sql

LISTINGS = 24
PLUGINS = 8
TIMES = 60


def measure() -> dict[str, float]:
    """Statements and milliseconds of CPU with none and with eight; dispatching alone, as a part of the page."""
    with tempfile.TemporaryDirectory() as folder:
        app = apps.make(f"sqlite:///{folder}/shop.db", Path(folder), KEPT_PAGES=0)
        upgrade_all(app)
        with app.app_context():
            _fill()
        found = {"statements_with_none": _statements(app), "ms_with_none": _milliseconds(app)}
        add(app, PLUGINS)
        found |= {"statements_with_eight": _statements(app), "ms_with_eight": _milliseconds(app)}
        found["dispatch_ms"] = _dispatching(app)
        found["dispatch_percent"] = 100 * found["dispatch_ms"] / found["ms_with_eight"]
        apps.put_away(app)
    return found


def _fill() -> None:
    owner = goods.person("Owner")
    merchant, tea = goods.merchant(owner), goods.community(owner)
    for i in range(LISTINGS):
        goods.offer(goods.listing(goods.product(merchant, f"Tea {i}", stock=5), tea, owner), owner)
    db.session.commit()


def add(app: Flask, n: int) -> None:
    """Plugins that answer what the shelf asks with a word for every tile, and do no work of their own."""
    words = DictLoader({f"bench{i}/word.html": "<small>{{ word }}</small>" for i in range(n)})
    app.jinja_env.loader = ChoiceLoader([words, app.jinja_env.loader])
    made = door(app)
    known: dict[Any, list[Piece]] = {}
    for i in range(n):
        name = f"bench{i}"

        def page_pieces(slot: str, subjects: Any, name: str = name) -> list[Piece]:
            key = (name, slot, len(subjects))
            if key not in known:  # so that what is measured is the door, not the plugins' own work
                tiles = subjects if slot == "shelf.tile" else ()
                known[key] = [Piece(f"{name}/word.html", {"word": name}, subject_id=one.id) for one in tiles]
            return known[key]

        def nav_items(area: str) -> list[NavItem]:
            return [NavItem("Bench", "/")]

        made.plugins[name] = Loaded(name, "bundled", Manifest(name, name, name, "1", level="site"))
        bells = SimpleNamespace(name=name, page_pieces=hookimpl(page_pieces), nav_items=hookimpl(nav_items))
        made.manager.register(bells, name=name)
    made.settle()


def _statements(app: Flask) -> int:
    client = app.test_client()
    client.get("/c/tea")
    with count_sql(app) as sql:
        assert client.get("/c/tea").status_code == 200
    return len(sql)


def _milliseconds(app: Flask) -> float:
    client = app.test_client()
    return _median(lambda: client.get("/c/tea"))


def _dispatching(app: Flask) -> float:
    """The CPU of everything between a question and the plugin's own function, for the questions of one shelf."""
    asked: list[tuple[str, dict[str, Any]]] = []
    made, really = door(app), hooks.Door.ask_all

    def heard(self: hooks.Door, hook: str, among: Any, /, **arguments: Any) -> Any:
        asked.append((hook, arguments))
        return really(self, hook, among, **arguments)

    hooks.Door.ask_all = heard  # type: ignore[method-assign]
    try:
        app.test_client().get("/c/tea")
    finally:
        hooks.Door.ask_all = really  # type: ignore[method-assign]
    with app.test_request_context("/c/tea"), app.app_context():
        names = frozenset(name for name in made.plugins if name.startswith("bench"))
        set_writing(False)
        return _median(lambda: [made.ask_all(hook, names, **arguments) for hook, arguments in asked])


def _median(act: Callable[[], Any]) -> float:
    for _warm in range(5):
        act()
    taken = []
    for _time in range(TIMES):
        began = time.thread_time()
        act()
        taken.append((time.thread_time() - began) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{what:24} {value:8.3f}")
