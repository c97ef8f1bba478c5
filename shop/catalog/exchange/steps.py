"""What becomes of each product of a file: made, changed, left as it is, skipped, or wrong."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from flask_babel import gettext as _

from shop.catalog.exchange import words
from shop.catalog.exchange.changes import Changes
from shop.catalog.exchange.drafts import ProductDraft
from shop.catalog.exchange.known import Known, known_to
from shop.catalog.exchange.pairing import Pair, paired
from shop.catalog.exchange.shapes import Step, following, new_picture, new_variant

# Drafts that are compared together; each batch costs a handful of queries.
TOGETHER = 250


def steps_for(merchant_id: int, currency: str, drafts: Iterable[ProductDraft]) -> Iterator[list[Step]]:
    """The steps of a file, some hundred at a time; only reads."""
    drafts = iter(drafts)
    while some := list(islice(drafts, TOGETHER)):
        known = known_to(merchant_id, some)
        yield [step_for(draft, there, currency) for draft, there in zip(some, known, strict=True)]


def step_for(draft: ProductDraft, known: Known | None, currency: str) -> Step:
    """What becomes of this draft, given what the merchant has."""
    step = Step(draft.row, draft.handle, draft.name, rows=draft.rows)
    pairs = paired(draft.variants, known)
    if not draft.is_skipped and not draft.is_wrong:
        _ask_for_prices(draft, pairs, known)
    if draft.is_wrong:
        step.verdict = "wrong"
    elif draft.is_skipped:
        step.verdict = "skipped"
    elif known is None:
        _make(step, draft, currency)
    else:
        Changes(step, draft, known, currency).find(pairs)
    step.remarks = [remark.told() for remark in draft.remarks]
    return step


def _ask_for_prices(draft: ProductDraft, pairs: Sequence[Pair], known: Known | None) -> None:
    """What is new needs a price; what is known keeps its own where the file is silent."""
    missing = [variant.row for variant, there in pairs if there is None and variant.price is None]
    if known is None and not draft.variants:
        missing = [draft.row]
    for row in missing:
        draft.remark(row, _("Price"), _("The price is missing: write it like 12.50."), "wrong")


def _make(step: Step, draft: ProductDraft, currency: str) -> None:
    names = ("handle", "name", "story", "story_format", "vendor", "kind", "tags", "options", "extra", "state")
    columns = {name: getattr(draft, name) for name in names}
    step.new_variants = [new_variant(v, position) for position, v in enumerate(draft.variants, 1)]
    step.new_pictures = [new_picture(p, position) for position, p in enumerate(draft.pictures, 1)]
    follows = following(columns, step.new_variants, step.new_pictures)
    step.product = columns | follows | {"currency": currency}
    step.verdict = "made"
    step.words = words.made(len(step.new_variants), len(step.new_pictures), draft.state)
