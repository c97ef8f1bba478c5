"""Which variant of the file is which of the merchant's: the same option values, else the same SKU."""

from collections.abc import Mapping, Sequence
from typing import Any

from shop.catalog.exchange.drafts import VariantDraft
from shop.catalog.exchange.known import Known

Pair = tuple[VariantDraft, Mapping[str, Any] | None]


def paired(variants: Sequence[VariantDraft], known: Known | None) -> list[Pair]:
    """Each variant of the file with the one that is there; those on sale are found before archived ones."""
    free = {v["id"]: v for v in sorted(known.variants if known else [], key=lambda v: bool(v["is_archived"]))}
    found: dict[int, Mapping[str, Any]] = {}
    for is_same in (_same_values, _same_sku):
        for place, variant in enumerate(variants):
            if place not in found:
                match = next((there for there in free.values() if is_same(variant, there)), None)
                if match is not None:
                    found[place] = free.pop(match["id"])
    return [(variant, found.get(place)) for place, variant in enumerate(variants)]


def _same_values(variant: VariantDraft, there: Mapping[str, Any]) -> bool:
    return bool(list(variant.values) == there["values"])


def _same_sku(variant: VariantDraft, there: Mapping[str, Any]) -> bool:
    return bool(variant.sku and variant.sku == there["sku"])
