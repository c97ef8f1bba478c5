"""Lays a draft beside the product that is there and writes down what the file changes; silence changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from shop.catalog.exchange import words
from shop.catalog.exchange.drafts import ProductDraft, VariantDraft
from shop.catalog.exchange.known import Known, source_of
from shop.catalog.exchange.pairing import Pair
from shop.catalog.exchange.shapes import Step, following, new_picture, new_variant
from shop.catalog.exchange.shopify_columns import (
    KEPT_ON_PRODUCT,
    KEPT_ON_VARIANT,
    KEPT_WITHOUT_END,
    STOCK_COLUMNS,
)

PRODUCT = ("name", "vendor", "kind", "tags", "state")
VARIANT = ("sku", "barcode", "price", "compare_at", "grams", "needs_shipping")


class Changes:
    """The changes of one product, gathered into its step."""

    def __init__(self, step: Step, draft: ProductDraft, known: Known, currency: str) -> None:
        self.step = step
        self.draft = draft
        self.known = known
        self.currency = currency
        self.said: list[str] = []

    def find(self, pairs: Sequence[Pair]) -> None:
        """Compare everything; the step says `changed` when something differs."""
        self._product()
        after = {there["id"]: dict(there) for there in self.known.variants}
        position = max((there["position"] for there in self.known.variants), default=0)
        for variant, there in pairs:
            if there is None:
                position += 1
                self.step.new_variants.append(new_variant(variant, position))
                self.said.append(words.new_variant(variant.title))
            else:
                after[there["id"]] |= self._variant(variant, there)
        self._archive_what_fits_no_more(pairs, after)
        self._pictures()
        if self.said:
            self._settle(list(after.values()))

    def _product(self) -> None:
        draft, was = self.draft, self.known.product
        now = {name: getattr(draft, name) for name in PRODUCT if name in draft.given}
        if "story" in draft.given:
            now |= {"story": draft.story, "story_format": draft.story_format}
        if draft.variants:
            now["options"] = draft.options
        now["extra"] = merged(was["extra"], draft.extra, set(KEPT_ON_PRODUCT) & draft.given)
        self.step.product = {name: value for name, value in now.items() if value != was[name]}
        self.said += words.changed(self.step.product, was, self.currency)

    def _variant(self, variant: VariantDraft, there: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a known variant that change."""
        given = self.draft.given
        now = {name: getattr(variant, name) for name in VARIANT if name in given}
        if variant.price is None:
            now.pop("price", None)
        kept = set(KEPT_ON_VARIANT) & given | (set(STOCK_COLUMNS) if "stock" in given else set())
        was = dict(there) | {"extra": _without_stale(there)}
        now |= {
            "values": list(variant.values),
            "is_archived": False,
            "extra": merged(was["extra"], variant.extra, kept),
        }
        changed = {name: value for name, value in now.items() if value != was[name]}
        if changed:
            self.step.variants.append({"id": there["id"], **changed})
        said = dict(changed)
        if "stock" in given and variant.stock != there["left"]:
            self.step.stock.append({"id": there["id"], "stock_id": there["stock_id"], "left": variant.stock})
            said["left"] = variant.stock
        self.said += words.changed(said, was, self.currency, variant.title)
        return changed

    def _archive_what_fits_no_more(self, pairs: Sequence[Pair], after: dict[int, dict[str, Any]]) -> None:
        """Where a product gets more or fewer options, variants that the file no longer has cannot be chosen."""
        if len(self.step.product.get("options", self.known.product["options"])) == len(
            self.known.product["options"]
        ):
            return
        paired_ids = {there["id"] for _variant, there in pairs if there is not None}
        for there in self.known.variants:
            if there["id"] not in paired_ids and not there["is_archived"]:
                self.step.variants.append({"id": there["id"], "is_archived": True})
                after[there["id"]]["is_archived"] = True
                self.said.append(words.archived_variant(" / ".join(there["values"])))

    def _pictures(self) -> None:
        """Pictures are told apart by their addresses; the file adds pictures and never takes one away."""
        there = {source_of(picture): picture for picture in self.known.pictures}
        position = max((picture["position"] for picture in self.known.pictures), default=0)
        for picture in self.draft.pictures:
            if picture.source not in there:
                position += 1
                self.step.new_pictures.append(new_picture(picture, position))
            elif "alt" in self.draft.given and picture.alt != there[picture.source]["alt"]:
                self.step.pictures.append({"id": there[picture.source]["id"], "alt": picture.alt})
        if self.step.new_pictures:
            self.said.append(words.new_pictures(len(self.step.new_pictures)))
        if self.step.pictures:
            self.said.append(words.new_alts(len(self.step.pictures)))

    def _settle(self, variants: list[dict[str, Any]]) -> None:
        alts = {picture["id"]: picture["alt"] for picture in self.step.pictures}
        pictures = [p | {"alt": alts.get(p["id"], p["alt"])} for p in self.known.pictures]
        told = self.known.product | self.step.product
        follows = following(told, [*variants, *self.step.new_variants], pictures)
        self.step.product |= follows | {"id": self.known.product["id"]}
        self.step.verdict = "changed"
        self.step.words = words.sentence(self.said)


def merged(was: Mapping[str, Any], said: Mapping[str, Any], given: set[str]) -> dict[str, Any]:
    """What is only kept: the file's word on the columns that it has, and what was there for all others."""
    return {name: value for name, value in was.items() if name not in given} | dict(said)


def _without_stale(there: Mapping[str, Any]) -> dict[str, Any]:
    """What was said about a stock without end means nothing any more once somebody counts it."""
    if there["left"] is None:
        return dict(there["extra"])
    return {name: value for name, value in there["extra"].items() if name not in KEPT_WITHOUT_END}
