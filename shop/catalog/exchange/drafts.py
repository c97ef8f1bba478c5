"""What a product file says about one product, before anything is compared or written."""

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["wrong", "skipped", "noted"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a merchant should know about a cell; a wrong one stops the whole import."""

    row: int
    column: str
    words: str
    verdict: Verdict = "noted"

    def told(self) -> dict[str, Any]:
        """The remark as plain values."""
        return {"row": self.row, "column": self.column, "words": self.words, "verdict": self.verdict}


@dataclass(slots=True)
class VariantDraft:
    """One form of the product; a price of None means that the file does not say it."""

    row: int
    values: tuple[str, ...] = ()
    sku: str = ""
    barcode: str = ""
    price: int | None = None
    compare_at: int | None = None
    grams: int = 0
    stock: int | None = None
    needs_shipping: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return " / ".join(self.values)


@dataclass(slots=True)
class PictureDraft:
    """A picture by its address in the world."""

    row: int
    source: str
    alt: str = ""


@dataclass(slots=True)
class ProductDraft:
    """A product as a file tells it; `given` names the fields that the file has columns for."""

    row: int
    handle: str
    given: frozenset[str]
    name: str = ""
    story: str = ""
    story_format: str = "html"
    vendor: str = ""
    kind: str = ""
    tags: list[str] = field(default_factory=list)
    state: str = "live"
    options: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    variants: list[VariantDraft] = field(default_factory=list)
    pictures: list[PictureDraft] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    rows: int = 1
    # WooCommerce knows its products by SKU; a name, and the handle made of it, may change.
    is_known_by_sku: bool = False

    def remark(self, row: int, column: str, words: str, verdict: Verdict = "noted") -> None:
        """Tell the merchant something about a cell of this product."""
        self.remarks.append(Remark(row, column, words, verdict))

    @property
    def is_wrong(self) -> bool:
        return any(r.verdict == "wrong" for r in self.remarks)

    @property
    def is_skipped(self) -> bool:
        return any(r.verdict == "skipped" for r in self.remarks)
