"""A catalogue of any size, and what a page of it costs the database: `python -m bench.catalogue --products 100000`.

Half of the names are Chinese. The first community has every product on its shelf; the others have a few each.
"""

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from typing import Any

import psycopg
from flask import Flask, g
from sqlalchemy import Dialect, event, insert, inspect, select, text

from bench.shop import KEY
from shop.app import create_app
from shop.catalog.models import Product, Variant, cut
from shop.clock import now
from shop.communities.models import Community
from shop.db import db, writing
from shop.limits import Limit
from shop.listings.models import Listing, Offer
from shop.listings.views import SHELF_SIZE
from shop.merchants.models import Merchant
from shop.migrating import upgrade_all
from shop.paging import page_of
from shop.people.models import Person
from shop.pouring import pour
from shop.switches import switch

ENGLISH = [
    *("tea", "cup", "pot", "bowl", "oolong", "green", "black", "white", "silver"),
    *("spring", "rock", "mountain", "river", "cotton", "linen", "paper", "ink"),
]
CHINESE = "武夷山岩茶乌龙井绿红白毫银针普洱陶瓷杯壶碗棉麻纸墨竹木铜春秋雨前明大小新老"
SEARCHES = ("oolong", "茶", "岩茶", "乌龙", "notthere", "green tea", "oolong 77", "green 茶")
TOGETHER = 5000
WARM, ROUNDS = 6, 15
LISTINGS_ELSEWHERE = 3


def main() -> None:
    """Make the catalogue, then ask for its first page, a page in its midst, and some searches."""
    options = argparse.ArgumentParser(prog="bench.catalogue")
    options.add_argument("--products", type=int, default=1000)
    options.add_argument("--communities", type=int, default=10)
    options.add_argument("--database", help="a database address instead of a new SQLite file")
    told = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "ENV": "test",
            "SECRET_KEY": KEY,
            "INSTANCE": folder,
            "KEPT_PAGES": 0,
            "HOOK_BUDGET_MS": 10_000,
        }
        app = create_app(settings | ({"DATABASE_URL": told.database} if told.database else {}))
        upgrade_all(app)
        began = time.process_time()
        with app.app_context(), writing():
            fill(told.products, told.communities)
        print(
            f"{told.products} products, {told.communities} communities: {time.process_time() - began:.1f} s of CPU"
        )
        for name, ms, best, statements, cpu in measure(app, told.products):
            print(
                f"{name:20} {ms:8.2f} ms in the database ({best:.2f} at its quickest), "
                f"{statements} statements, {cpu:7.2f} ms of CPU"
            )


def fill(products: int, communities: int) -> None:
    """So many products of one merchant, all in the first community and some of them in every other."""
    owner = Person(name="Lena", email="lena@example.com")
    db.session.add(owner)
    db.session.flush()
    merchant = Merchant.open("catalogue", "Catalogue", "CNY", owner)
    first = Community.open("all", "All", "Everything is here.", owner)
    switch(first.id, "mall", True, owner.id)
    db.session.flush()
    by, of, here = owner.id, merchant.id, first.id
    others = _communities(communities - 1)
    hand, numbers = random.Random(1), iter(range(1, products + 1))
    while some := list(islice(numbers, TOGETHER)):
        _write(some, hand, by, of, here, others)
        db.session.commit()
        db.session.expunge_all()
    if db.engine.dialect.name == "postgresql":  # as PostgreSQL does by itself within a minute
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _communities(n: int) -> list[int]:
    made = []
    numbers = iter(range(n))
    while some := list(islice(numbers, TOGETHER)):
        seats = db.session.scalars(
            insert(Limit).returning(Limit.id), [{"kind": "seats", "size": 150, "left": 150} for _i in some]
        ).all()
        rows = [
            {
                "slug": f"group-{i}", "name": f"Group {i}", "promise": "A group.", "kind": "interest",
                "entry": "open", "seats_id": limit,
            }
            for i, limit in zip(some, seats, strict=True)
        ]  # fmt: skip
        made += db.session.scalars(insert(Community).returning(Community.id), rows).all()
    return made


def _write(some: list[int], hand: random.Random, by: int, of: int, here: int, others: list[int]) -> None:
    names = [_name(hand, n) for n in some]
    limits = _put(Limit, [{"kind": "stock", "size": 1000, "left": 1000} for _n in some])
    products = _put(
        Product,
        [
            {
                "merchant_id": of, "handle": f"p-{n}", "name": name, "state": "live", "currency": "CNY",
                "price_from": 1000 + n, "price_to": 1000 + n, "search_text": cut(name),
            }
            for n, name in zip(some, names, strict=True)
        ],
    )  # fmt: skip
    sold = zip(some, products, limits, strict=True)
    _put(Variant, [{"product_id": p, "price": 1000 + n, "stock_id": s} for n, p, s in sold])
    shown = [(here, n, p) for n, p in zip(some, products, strict=True)]
    shown += [
        (c, n, p)
        for n, p in zip(some, products, strict=True)
        for c in others[n % max(1, len(others)) :: max(1, len(others))]
        if n <= len(others) * LISTINGS_ELSEWHERE
    ]
    listings = _put(
        Listing,
        [
            {
                "community_id": c, "product_id": p, "state": "accepted", "position": n, "proposed_by_id": by,
                "decided_by_id": by, "decided_at": now(), "community_share": 500, "sharer_share": 300,
            }
            for c, n, p in shown
        ],
    )  # fmt: skip
    made = zip(listings, shown, strict=True)
    _put(
        Offer,
        [
            {"listing_id": i, "community_id": c, "plugin": "mall", "kind": "buy", "made_by_id": by}
            for i, (c, _n, _p) in made
        ],
    )


def _put(model: type[Any], rows: list[dict[str, Any]]) -> list[int]:
    """Write rows of a table; returns their ids."""
    if db.engine.dialect.name != "postgresql":
        return list(db.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))
    numbers = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    told = {"table": model.__tablename__, "count": len(rows)}
    ids = list(db.session.scalars(numbers, told))
    called = {name: attribute.columns[0].key for name, attribute in inspect(model).column_attrs.items()}
    pour(
        model.__table__,
        [{called[name]: row[name] for name in row} | {"id": i} for i, row in zip(ids, rows, strict=True)],
    )
    return ids


def _name(hand: random.Random, n: int) -> str:
    if n % 2:
        return f"{' '.join(hand.sample(ENGLISH, 3))} {n}"
    return f"{''.join(hand.sample(CHINESE, 4))} {n}"


def measure(app: Flask, products: int) -> Iterator[tuple[str, float, float, int, float]]:
    """Milliseconds in the database (median, quickest), statements, milliseconds of CPU (median)."""
    with app.app_context(), writing(False):
        middle = db.session.scalar(
            select(Listing.position).where(Listing.community_id == 1).offset(products // 2)
        )
    client = app.test_client()
    client.get("/c/all")
    yield "shelf, first page", *_times(app, lambda: client.get("/c/all"))
    with app.test_request_context("/c/all"):
        last = page_of(
            Listing.shelf(db.session.get_one(Community, 1)).where(Listing.position >= (middle or 0)),
            [Listing.position, Listing.id],
            size=SHELF_SIZE,
        ).after
        g.pop("community", None)
    yield "shelf, in its midst", *_times(app, lambda: client.get(f"/c/all?after={last}"))
    for word in (*SEARCHES, f"{products - 1}", f"oolong {products - 1}"):
        yield f"search {word}", *_times(app, lambda word=word: client.get("/c/all", query_string={"q": word}))


def _times(app: Flask, act: Callable[[], Any]) -> tuple[float, float, int, float]:
    """Asked a few times before it counts, as in a shop that has been open for a minute."""
    spent: list[float] = []
    statements: list[str] = []
    with app.app_context():
        engine = db.engine
    engine.dispose()  # new connections count

    def connect(dialect: Dialect, _record: Any, _arguments: Any, named: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            cursor = _counted(sqlite3.Cursor, spent)
            members = {"cursor": lambda connection: sqlite3.Connection.cursor(connection, cursor)}
            named["factory"] = type("Counted", (sqlite3.Connection,), members)
        else:
            named["cursor_factory"] = _counted(psycopg.Cursor, spent)

    def before(_connection: Any, _cursor: Any, statement: str, *_details: Any) -> None:
        statements.append(statement)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "before_cursor_execute", before)
    try:
        rounds = []
        for _time in range(WARM + ROUNDS):
            spent.clear()
            statements.clear()
            cpu = time.process_time()
            assert act().status_code == 200
            rounds.append((sum(spent) * 1000, len(statements), (time.process_time() - cpu) * 1000))
        counted = rounds[WARM:]
        spents = [r[0] for r in counted]
        return median(spents), min(spents), rounds[-1][1], median(r[2] for r in counted)
    finally:
        event.remove(engine, "do_connect", connect)
        event.remove(engine, "before_cursor_execute", before)
        engine.dispose()


def _counted(cursor: type[Any], spent: list[float]) -> type[Any]:
    """A cursor that tells how long each statement and each look for its rows took (SQLite works while it is read)."""

    def timed(act: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return act(*arguments, **named)
            finally:
                spent.append(time.perf_counter() - began)

        return call

    asked = ("execute", "fetchone", "fetchmany", "fetchall")
    return type("Counted", (cursor,), {name: timed(getattr(cursor, name)) for name in asked})


if __name__ == "__main__":
    main()
