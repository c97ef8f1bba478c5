"""What the merchant has already, read for some hundred products at a time and as plain values, so memory stays flat."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from shop.catalog.exchange.drafts import ProductDraft
from shop.catalog.models import Picture, Product, Variant
from shop.db import db
from shop.files import files
from shop.limits import Limit

PRODUCT = (
    "id", "handle", "name", "story", "story_format", "vendor", "kind", "tags", "options", "extra", "state",
)  # fmt: skip
VARIANT = (
    "id", "product_id", "position", "values", "sku", "barcode", "price", "compare_at", "grams", "needs_shipping",
    "is_archived", "extra", "stock_id",
)  # fmt: skip
PICTURE = ("id", "product_id", "position", "state", "key", "width", "height", "colour", "alt", "source")


@dataclass(slots=True)
class Known:
    """A product as it stands: its columns, and those of its variants (with `left`, what is in stock) and pictures."""

    product: dict[str, Any]
    variants: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)


def known_to(merchant_id: int, drafts: Sequence[ProductDraft]) -> list[Known | None]:
    """For each draft the merchant's product that it speaks about, if there is one."""
    by_sku = _ids_by_sku(merchant_id, [draft for draft in drafts if draft.is_known_by_sku])
    handles = {draft.handle for draft in drafts}
    ids = dict(
        db.session.execute(
            select(Product.handle, Product.id).where(
                Product.merchant_id == merchant_id, Product.handle.in_(handles)
            )
        ).all()
    )
    found = [by_sku.get(draft.handle, ids.get(draft.handle)) for draft in drafts]
    known = load({i for i in found if i is not None})
    return [None if i is None else known[i] for i in found]


def load(ids: Iterable[int]) -> dict[int, Known]:
    """The products with these ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    known = {row["id"]: Known(row) for row in _rows(Product, PRODUCT, Product.id.in_(wanted))}
    left = Limit.left.label("left")
    variants = (
        select(*(getattr(Variant, name) for name in VARIANT), left)
        .outerjoin(Limit, Limit.id == Variant.stock_id)
        .where(Variant.product_id.in_(wanted))
        .order_by(Variant.position, Variant.id)
    )
    for row in db.session.execute(variants).mappings():
        known[row["product_id"]].variants.append(dict(row))
    for picture in _rows(Picture, PICTURE, Picture.product_id.in_(wanted)):
        known[picture["product_id"]].pictures.append(picture)
    return known


def source_of(picture: Mapping[str, Any]) -> str:
    """Where in the world the picture is found: where it came from, or, for an upload, with us."""
    if picture["source"] or not picture["key"]:
        return picture["source"] or ""
    return _own_address(f"{picture['key']}-{picture['width']}.webp")


def own_key(source: str) -> str | None:
    """The key of a picture of ours whose address this is."""
    found = re.fullmatch(re.escape(_own_address("")) + r"(pictures/[0-9a-f/]+)-\d+\.webp", source)
    return found[1] if found else None


def _own_address(file: str) -> str:
    return str(current_app.config["BASE_URL"]).rstrip("/") + files.url(file)


def version_of(merchant_id: int) -> tuple[int, str]:
    """Changes when a product of the merchant is made or changed."""
    count, last = db.session.execute(
        select(func.count(), func.max(Product.changed_at)).where(Product.merchant_id == merchant_id)
    ).one()
    return count, str(last)


def _ids_by_sku(merchant_id: int, drafts: Sequence[ProductDraft]) -> dict[str, int]:
    """The handle of each draft with the product that has one of its SKUs."""
    handle_of = {v.sku: draft.handle for draft in drafts for v in draft.variants if v.sku}
    if not handle_of:
        return {}
    rows = db.session.execute(
        select(Variant.sku, Variant.product_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.sku.in_(list(handle_of)), Product.merchant_id == merchant_id)
        .order_by(Variant.id.desc())
    )
    return {handle_of[sku]: product_id for sku, product_id in rows}


def _rows(model: type[Product] | type[Picture], names: Sequence[str], which: Any) -> list[dict[str, Any]]:
    query = select(*(getattr(model, name) for name in names)).where(which)
    if model is Picture:
        query = query.order_by(Picture.position, Picture.id)
    return [dict(row) for row in db.session.execute(query).mappings()]
