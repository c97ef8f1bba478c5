"""Proof 5: one half buys A and B, the other B and A; nobody waits for somebody who waits for them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench.faults.shops import books, count, shop_at
from shop import once
from shop.db import db
from shop.listings.models import Offer
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from tests.support import goods
from tests.support.broken import take_away
from tests.support.races import race
from tests.support.sales import DELIVERY, open_stall

KNOWN = {"40P01": "deadlock", "SQLITE_BUSY": "busy", "SQLITE_BUSY_SNAPSHOT": "busy"}


def cross(
    url: str, folder: Path, *, threads: int = 16, rounds: int = 5, without: Sequence[str] = ()
) -> dict[str, Any]:
    """Four processes of so many shoppers, each with so many carts of the same two things."""
    carts = 4 * threads * rounds
    with shop_at(url, folder) as app:
        stall = open_stall(stock=carts)
        other = goods.product(stall.merchant, "Jasmine", 5000, stock=carts)
        goods.offer(goods.listing(other, stall.community, stall.owner), stall.owner)
        db.session.commit()
        outcomes = race(
            buy_both,
            url,
            processes=4,
            threads=threads,
            ROUNDS=rounds,
            WITHOUT=tuple(without),
        )
        return {
            "carts": carts,
            "answers": count([word for outcome in outcomes for word in outcome.value or []]),
            "errors": [outcome.error for outcome in outcomes if outcome.error],
            **books(app),
        }


def buy_both(app: Flask, runner: int) -> list[str]:
    """The same two things in this runner's order, without any second try."""
    take_away(app)
    answers = []
    for _round in range(app.config["ROUNDS"]):
        with app.test_request_context():
            offers = db.session.scalars(select(Offer).order_by(Offer.id)).all()
            if runner % 2:
                offers = offers[::-1]
            try:
                wishes = [Wish(offer, 1, offer.listing.product.variants[0]) for offer in offers]
                quote = make_quote(offers[0].listing.community, wishes, buyer=None)
                place(quote, Placing({"name": str(runner)}, DELIVERY), key=once.new_key())
                db.session.commit()
                answers.append("ordered")
            except Exception as failure:
                db.session.rollback()
                answers.append(KNOWN.get(_code(failure)) or f"{type(failure).__name__}: {failure}"[:200])
    return answers


def _code(failure: Exception) -> str:
    """What the database calls it."""
    said = getattr(failure, "orig", None)
    return str(getattr(said, "sqlstate", None) or getattr(said, "sqlite_errorname", ""))
