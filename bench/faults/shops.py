"""What every experiment begins and ends with: a stall, a crowd of shoppers, a look at the books."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import time_machine
from flask import Flask
from sqlalchemy import func, select

from shop.checking import check
from shop.clock import now
from shop.db import db
from shop.jobs import run_until_idle
from shop.limits import Limit
from shop.orders.models import Order
from tests.support import apps
from tests.support.fakes import fakepay
from tests.support.sales import Stall

# The longest lease of the worker is five minutes; after so many seconds whatever a kill left behind is taken up.
LATER = 6 * 60


@contextmanager
def shop_at(url: str, folder: Path, provider: str = "") -> Iterator[Flask]:
    """The experimenter's own shop on the same database."""
    app = apps.make(url, folder)
    if provider:
        fakepay.accept(app, provider)
    with app.app_context():
        yield app
        db.session.remove()
    apps.put_away(app)


@dataclass(frozen=True)
class Place:
    """Where a stall's goods are ordered, as words that outlive its transaction."""

    checkout: str
    choice: str

    def line(self, n: int = 1) -> str:
        return f"{self.choice}-{n}"


def plain(stall: Stall) -> Place:
    """The stall in words; the experimenter holds no lock while others shop."""
    words = Place(stall.checkout, stall.line().rpartition("-")[0])
    db.session.rollback()
    return words


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """What all these come to when they are let go at the same moment."""
    start = Barrier(len(acts), timeout=120)

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def shoppers(url: str, n: int, patience: float = 180) -> list[httpx.Client]:
    """So many browsers, each with its own cookies, that wait so many seconds for an answer."""
    wire = httpx.HTTPTransport(limits=httpx.Limits(max_connections=None, max_keepalive_connections=0))
    return [httpx.Client(base_url=url, transport=wire, timeout=patience, trust_env=False) for _n in range(n)]


def settle_what_is_left(app: Flask) -> None:
    """Let the worker do everything that is due now and in a few minutes, when all leases are over."""
    db.session.rollback()
    for later in (0, LATER, 2 * LATER):
        with time_machine.travel(now().timestamp() + later, tick=True):
            run_until_idle(app)
    db.session.rollback()


def books(app: Flask) -> dict[str, Any]:
    """Orders by state, what is left of the stock, and what `shop check` finds."""
    db.session.rollback()
    counted = db.session.execute(select(Order.state, func.count()).group_by(Order.state))
    states = {row.state: row[1] for row in counted}
    left = db.session.scalars(select(Limit.left).where(Limit.kind == "stock").order_by(Limit.id)).all()
    db.session.rollback()
    return {"orders": states, "left": list(left), "wrong": check(app)}


def count(words: list[Any]) -> dict[str, int]:
    return dict(Counter(str(word) for word in words))
