"""Writes the steps of a file into the catalogue, many rows a statement; the caller commits, so it is all or nothing."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update

from shop.catalog.exchange.shapes import Step
from shop.catalog.models import Picture, Product, Variant
from shop.clock import now
from shop.db import Base, db
from shop.limits import Limit

Rows = list[dict[str, Any]]


def write(merchant_id: int, steps: Iterable[Step]) -> None:
    """Make and change what these steps say."""
    steps = list(steps)
    new = [step for step in steps if step.verdict == "made"]
    known = [step for step in steps if step.verdict == "changed"]
    ids = _new_products([step.product | {"merchant_id": merchant_id} for step in new])
    for step in new:
        step.product["id"] = ids[step.product["handle"]]
    _insert_variants([*new, *known])
    instant = now()
    at_once = {"due_at": instant}  # the worker fetches it
    pictures = [p | at_once | {"product_id": s.product["id"]} for s in (*new, *known) for p in s.new_pictures]
    _insert(Picture, pictures)
    _update(Product, [step.product | {"changed_at": instant} for step in known])
    _update(Variant, [variant for step in known for variant in step.variants])
    _update(Picture, [picture for step in known for picture in step.pictures])
    _count_stock([stock for step in known for stock in step.stock])


def _insert_variants(steps: Iterable[Step]) -> None:
    variants = [v | {"product_id": step.product["id"]} for step in steps for v in step.new_variants]
    counted = [v for v in variants if v["left"] is not None]
    stocks = _new_stocks(counted)
    for variant in counted:
        variant["stock_id"] = stocks[variant["left"]].pop()
    for variant in variants:
        variant.setdefault("stock_id", None)
        del variant["left"]
    _insert(Variant, variants)


def _count_stock(changes: Rows) -> None:
    """What `Variant.count_stock` does, for many at once: recount, begin to count, or stop counting."""
    counts = [
        {"b_id": c["stock_id"], "b_left": c["left"]}
        for c in changes
        if None not in (c["stock_id"], c["left"])
    ]
    if counts:
        left: Any = bindparam("b_left")
        recount = (
            update(Limit)
            .where(Limit.id == bindparam("b_id"))
            .values(size=Limit.size - Limit.left + left, left=left)
        )
        # In one order for everybody, so that two who change the same stocks never wait for each other.
        db.session.connection().execute(recount, sorted(counts, key=lambda count: count["b_id"]))
    begun = [c for c in changes if c["stock_id"] is None]
    stocks = _new_stocks(begun)
    _update(Variant, [{"id": c["id"], "stock_id": stocks[c["left"]].pop()} for c in begun])
    _update(Variant, [{"id": c["id"], "stock_id": None} for c in changes if c["left"] is None])


def _new_products(rows: Rows) -> dict[str, int]:
    """The ids of new products by their handles. (Asking for ids in the order of the rows costs a statement each.)"""
    if not rows:
        return {}
    table = _table(Product)
    numbered = insert(table).returning(table.c.handle, table.c.id)
    return dict(db.session.connection().execute(numbered, rows).all())


def _new_stocks(counted: Rows) -> dict[int, list[int]]:
    """The ids of new limits by how many are left: those that hold as many may stand for each other."""
    ids: dict[int, list[int]] = defaultdict(list)
    if counted:
        table = _table(Limit)
        numbered = insert(table).returning(table.c.remaining, table.c.id)
        rows = [{"kind": "stock", "size": c["left"], "remaining": c["left"]} for c in counted]
        for left, stock_id in db.session.connection().execute(numbered, rows):
            ids[left].append(stock_id)
    return ids


def _insert(model: type[Variant] | type[Picture], rows: Rows) -> None:
    if rows:
        db.session.connection().execute(insert(_table(model)), rows)


def _table(model: type[Base]) -> Table:
    """The table itself: the mapper's way of inserting takes a third longer, while all who write must wait."""
    return cast(Table, model.__table__)


def _update(model: type[Product] | type[Variant] | type[Picture], rows: Rows) -> None:
    if rows:
        db.session.execute(update(model), rows)
