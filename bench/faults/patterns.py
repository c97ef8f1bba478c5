"""Which pattern survives a crowd, and how long a whole checkout takes: tables 2.1 and 2.2 of docs/reliability.md."""

import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from bench.faults.shops import books, count, shop_at
from shop import once
from shop.catalog.models import Product
from shop.db import db, is_retryable, is_writing
from shop.errors import SoldOut
from shop.limits import Limit
from shop.listings.models import Offer
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from shop.web import TRIES
from tests.support import goods
from tests.support.broken import take_away
from tests.support.races import meet, race
from tests.support.sales import DELIVERY, open_stall

THINKING = 0.005


def take(url: str, folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """64 buyers in four processes want one of ten; with the guard of Limit, or without."""
    with shop_at(url, folder) as app:
        db.session.add(Limit.of(10, "stock"))
        db.session.commit()
        outcomes = race(take_one, url, processes=4, threads=16, WITHOUT=without)
        seconds = [outcome.value[1] for outcome in outcomes if outcome.value]
        return {
            "answers": count([outcome.value[0] for outcome in outcomes if outcome.value]),
            "errors": sum(outcome.error is not None for outcome in outcomes),
            "left": books(app)["left"],
            "slowest": round(max(seconds), 3),
        }


def take_one(app: Flask, _runner: int) -> tuple[str, float]:
    take_away(app)
    began = time.perf_counter()
    limit = db.session.scalars(select(Limit)).one()
    try:
        limit.take(1)
        time.sleep(THINKING)
        db.session.commit()
        word = "sold"
    except SoldOut:
        db.session.rollback()
        word = "sold out"
    return word, time.perf_counter() - began


def check_out(url: str, folder: Path, *, checkouts: int = 960) -> dict[str, Any]:
    """64 writers place whole orders of three lines: quote, order, lines, shares, holds, event, all plugins asked."""
    with shop_at(url, folder) as app:
        stall = open_stall(stock=checkouts)
        for name in ("Jasmine", "Black"):
            other = goods.product(stall.merchant, name, 5000, stock=checkouts)
            goods.offer(goods.listing(other, stall.community, stall.owner), stall.owner)
        db.session.commit()
        began = time.perf_counter()
        outcomes = race(place_some, url, processes=4, threads=16, EACH=checkouts // 64)
        whole = time.perf_counter() - began
        told = [one for outcome in outcomes for one in outcome.value or []]
        waits = sorted(seconds for _word, seconds, _held in told)
        held = sorted(held for word, _seconds, held in told if word == "ordered")
        return {
            "answers": count([word for word, _seconds, _held in told]),
            "per_second": round(len(told) / whole, 1),
            "p99": round(waits[len(waits) * 99 // 100], 2),
            "slowest": round(waits[-1], 2),
            "lock_held_ms": [round(held[len(held) // 2] * 1000, 1), round(held[-1] * 1000, 1)]
            if held
            else [],
            "errors": [outcome.error for outcome in outcomes if outcome.error],
            "wrong": books(app)["wrong"],
        }


def place_some(app: Flask, runner: int) -> list[tuple[str, float, float]]:
    """So many orders one after the other: what it came to, how long it took, how long the transaction was open."""
    with _listening:
        if not event.contains(db.engine, "begin", _note):
            event.listen(db.engine, "begin", _note)
    meet()  # who listens while others begin breaks their transactions
    told = []
    for _n in range(app.config["EACH"]):
        began = _opened.at = time.perf_counter()
        with app.test_request_context():
            word = _place(runner)
        end = time.perf_counter()
        told.append((word, end - began, end - _opened.at))
    return told


_opened = threading.local()
_listening = threading.Lock()


def _note(_connection: Any) -> None:
    if is_writing():
        _opened.at = time.perf_counter()


def _place(runner: int) -> str:
    """An order of one of each, tried as often as a request would be."""
    failure: Exception | None = None
    for _try in range(TRIES):
        try:
            offers = db.session.scalars(select(Offer).order_by(Offer.id)).all()
            wishes = [
                Wish(o, 1, db.session.get_one(Product, o.listing.product_id).variants[0]) for o in offers
            ]
            quote = make_quote(offers[0].listing.community, wishes, buyer=None)
            place(quote, Placing({"name": str(runner)}, DELIVERY), key=once.new_key())
            db.session.commit()
            return "ordered"
        except Exception as trouble:
            db.session.rollback()
            failure = trouble
            if not is_retryable(trouble):
                break
    return type(failure).__name__
