"""What must hold for every product draft, whoever wrote the file."""

from urllib.parse import urlsplit

from flask_babel import gettext as _

from shop.catalog.exchange.cells import is_shortened, shown
from shop.catalog.exchange.drafts import PictureDraft, ProductDraft, VariantDraft
from shop.catalog.exchange.words import LABELS

# As long as the columns of the catalogue are.
LONGEST = {"handle": 255, "name": 255, "vendor": 255, "kind": 255}
LONGEST_STORY = 400_000
LONGEST_CODE = {"sku": 255, "barcode": 64}
LONGEST_ADDRESS = 2_048
LONGEST_ALT = 512
MOST_PICTURES = 250


def checked(draft: ProductDraft) -> ProductDraft:
    """The draft with remarks on what does not fit; pictures that nobody could fetch are left out with a note."""
    for field, most in LONGEST.items():
        _check_length(draft, draft.row, field, getattr(draft, field), most)
    _check_length(draft, draft.row, "story", draft.story, LONGEST_STORY)
    _check_variants(draft)
    _keep_good_pictures(draft)
    return draft


def _check_length(draft: ProductDraft, row: int, field: str, text: str, most: int) -> None:
    if len(text) > most:
        words = _("“%(text)s” is longer than %(most)s characters.", text=shown(text), most=most)
        draft.remark(row, str(LABELS[field]), words, "wrong")


def _check_variants(draft: ProductDraft) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for variant in draft.variants:
        _check_variant(draft, variant)
        first = seen.setdefault(variant.values, variant.row)
        if first != variant.row:
            draft.remark(
                variant.row,
                "",
                _(
                    "This is the same variant as in row %(row)s (%(values)s).",
                    row=first,
                    values=" / ".join(variant.values) or _("no options"),
                ),
                "wrong",
            )


def _check_variant(draft: ProductDraft, variant: VariantDraft) -> None:
    for field, most in LONGEST_CODE.items():
        _check_length(draft, variant.row, field, getattr(variant, field), most)
    for value in variant.values:
        _check_length(draft, variant.row, "values", value, LONGEST["name"])
    if is_shortened(variant.barcode):
        draft.remark(
            variant.row,
            str(LABELS["barcode"]),
            _(
                "A spreadsheet has shortened the barcode to “%(text)s”. Format the column as text and enter it again.",
                text=variant.barcode,
            ),
            "wrong",
        )
    missing = [name for name, value in zip(draft.options, variant.values, strict=False) if not value]
    if missing:
        draft.remark(
            variant.row,
            "",
            _("This variant does not say its %(option)s.", option=missing[0]),
            "wrong",
        )


def _keep_good_pictures(draft: ProductDraft) -> None:
    good: dict[str, PictureDraft] = {}
    for picture in draft.pictures:
        if not _is_address(picture.source):
            draft.remark(
                picture.row,
                "",
                _("“%(text)s” is not a web address: this picture is left out.", text=shown(picture.source)),
            )
        elif len(good) < MOST_PICTURES:
            picture.alt = picture.alt[:LONGEST_ALT]
            good.setdefault(picture.source, picture)
    draft.pictures = list(good.values())


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= LONGEST_ADDRESS
    except ValueError:
        return False
