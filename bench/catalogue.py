"""A catalogue of any size, and what a page of it costs the database: `python -m bench.catalogue --products 100000`.

Half of the names are Chinese. The first community has every product on its shelf; the others have a few each.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from typing import Any

from flask import Flask, g
from sqlalchemy import event, insert, select, text

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
from shop.switches import switch

ENGLISH = [
    *("tea", "cup", "pot", "bowl", "oolong", "green", "black", "white", "silver"),
    *("spring", "rock", "mountain", "river", "cotton", "linen", "paper", "ink"),
]
CHINESE = "武夷山岩茶乌龙井绿红白毫银针普洱陶瓷杯壶碗棉麻纸墨竹木铜春秋雨前明大小新老"
TOGETHER = 5000
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
        for name, ms, statements, cpu in measure(app, told.products):
            print(f"{name:28} {ms:9.2f} ms in the database, {statements} statements, {cpu:7.2f} ms of CPU")


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
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
    db.session.commit()


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
    limits = db.session.scalars(
        insert(Limit).returning(Limit.id, sort_by_parameter_order=True),
        [{"kind": "stock", "size": 1000, "left": 1000} for _n in some],
    ).all()
    products = db.session.scalars(
        insert(Product).returning(Product.id, sort_by_parameter_order=True),
        [
            {
                "merchant_id": of, "handle": f"p-{n}", "name": name, "state": "live", "currency": "CNY",
                "price_from": 1000 + n, "price_to": 1000 + n, "search_text": cut(name),
            }
            for n, name in zip(some, names, strict=True)
        ],
    ).all()  # fmt: skip
    db.session.execute(
        insert(Variant),
        [
            {"product_id": p, "price": 1000 + n, "stock_id": s}
            for n, p, s in zip(some, products, limits, strict=True)
        ],
    )
    shown = [(here, n, p) for n, p in zip(some, products, strict=True)]
    shown += [
        (c, n, p)
        for n, p in zip(some, products, strict=True)
        for c in others[n % max(1, len(others)) :: max(1, len(others))]
        if n <= len(others) * LISTINGS_ELSEWHERE
    ]
    listings = db.session.scalars(
        insert(Listing).returning(Listing.id, sort_by_parameter_order=True),
        [
            {
                "community_id": c, "product_id": p, "state": "accepted", "position": n, "proposed_by_id": by,
                "decided_by_id": by, "decided_at": now(), "community_share": 500, "sharer_share": 300,
            }
            for c, n, p in shown
        ],
    ).all()  # fmt: skip
    db.session.execute(
        insert(Offer),
        [
            {"listing_id": i, "community_id": c, "plugin": "mall", "kind": "buy", "made_by_id": by}
            for i, (c, _n, _p) in zip(listings, shown, strict=True)
        ],
    )


def _name(hand: random.Random, n: int) -> str:
    if n % 2:
        return f"{' '.join(hand.sample(ENGLISH, 3))} {n}"
    return f"{''.join(hand.sample(CHINESE, 4))} {n}"


def measure(app: Flask, products: int) -> Iterator[tuple[str, float, int, float]]:
    """The median of eleven times: milliseconds in the database, statements, milliseconds of CPU."""
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
    for word in ("oolong", "oolong 77", f"{products - 1}", "茶", "岩茶", "乌龙", "notthere"):
        yield f"search {word}", *_times(app, lambda word=word: client.get("/c/all", query_string={"q": word}))


def _times(app: Flask, act: Callable[[], Any]) -> tuple[float, int, float]:
    spent: list[float] = []
    began: list[float] = []
    with app.app_context():
        engine = db.engine

    def before(*_details: Any) -> None:
        began.append(time.perf_counter())

    def after(*_details: Any) -> None:
        spent.append(time.perf_counter() - began.pop())

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        rounds = []
        for _time in range(11):
            spent.clear()
            cpu = time.process_time()
            assert act().status_code == 200
            rounds.append((sum(spent) * 1000, len(spent), (time.process_time() - cpu) * 1000))
        return median(r[0] for r in rounds), rounds[-1][1], median(r[2] for r in rounds)
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


if __name__ == "__main__":
    main()
