"""The shape of what becomes of a product, and of the rows that it would write."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self, cast

from shop.catalog.exchange.drafts import PictureDraft, VariantDraft
from shop.catalog.models import Picture, Product

VERDICTS = ("made", "changed", "same", "skipped", "wrong")


@dataclass(slots=True)
class Step:
    """What becomes of one product: plain values only, so that it can wait on the disk.

    `product` are columns to write, with an `id` where it is known; `variants` and `pictures` change by `id`.
    """

    row: int
    handle: str
    name: str
    verdict: str = "same"
    words: str = ""
    rows: int = 1
    remarks: list[dict[str, Any]] = field(default_factory=list)
    product: dict[str, Any] = field(default_factory=dict)
    new_variants: list[dict[str, Any]] = field(default_factory=list)
    variants: list[dict[str, Any]] = field(default_factory=list)
    stock: list[dict[str, Any]] = field(default_factory=list)
    new_pictures: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)

    def written(self) -> str:
        """The step as one line of text."""
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)}, ensure_ascii=False)

    @classmethod
    def read(cls, line: str) -> Self:
        """The step that was written so."""
        return cls(**json.loads(line))


def new_variant(draft: VariantDraft, position: int) -> dict[str, Any]:
    """The columns of a variant, and `left`: how many there are, None without end."""
    return {
        "position": position,
        "values": list(draft.values),
        "sku": draft.sku,
        "barcode": draft.barcode,
        "price": draft.price or 0,
        "compare_at": draft.compare_at,
        "grams": draft.grams,
        "needs_shipping": draft.needs_shipping,
        "extra": draft.extra,
        "left": draft.stock,
    }


def new_picture(draft: PictureDraft, position: int) -> dict[str, Any]:
    """The columns of a picture that waits to be fetched."""
    return {"source": draft.source, "alt": draft.alt, "position": position, "state": "waiting"}


def following(
    told: Mapping[str, Any], variants: Iterable[Mapping[str, Any]], pictures: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What the product's own rule makes of its words, variants and pictures: price range, cover, search text."""
    sketch = _Sketch(told, variants, pictures)
    Product.settle(cast(Product, sketch))
    return {
        name: value for name, value in sketch.settled.items() if name != "changed_at"
    }  # stamped when written


class _Sketch:
    """A product just real enough to be settled; a row of the database would cost ten times as much."""

    def __init__(
        self,
        told: Mapping[str, Any],
        variants: Iterable[Mapping[str, Any]],
        pictures: Iterable[Mapping[str, Any]],
    ) -> None:
        seen = vars(self)
        seen |= {name: told[name] for name in ("name", "vendor", "kind", "tags")}
        seen["variants"] = [
            Prices(v["price"], v["compare_at"], v.get("is_archived", False)) for v in variants
        ]
        seen["live_variants"] = [v for v in seen["variants"] if not v.is_archived]
        seen["pictures"] = [Picture(**p) for p in pictures if p["state"] == "stored"]
        seen["settled"] = {}
        self.settled: dict[str, Any]

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)[name] = self.settled[name] = value


class Prices(NamedTuple):
    """The prices of a variant, whether it is there already or comes with the file."""

    price: int
    compare_at: int | None
    is_archived: bool
