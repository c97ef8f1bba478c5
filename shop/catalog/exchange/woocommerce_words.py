"""WooCommerce's ways of saying things: line breaks, descriptions, sales with dates, variations for any value."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

from flask_babel import gettext as _
from markupsafe import escape
from slugify import slugify

from shop.catalog.exchange.drafts import VariantDraft

_BLOCK = re.compile(r"<(?:p|div|ul|ol|h[1-6]|table|blockquote|pre|section|figure)[\s>]", re.IGNORECASE)


def why_not(kind: str) -> str:
    """Why a product of this type is left out."""
    words: str = _("Products of the type “%(type)s” are left out.", type=kind[:40])
    if "gift" in kind:
        words = _("Gift cards are not products here.")
    elif kind == "grouped":
        words = _("A group of other products is left out; the products themselves are taken.")
    elif kind == "external":
        words = _("It is sold on another site, so it is left out.")
    return words


def with_newlines(text: str) -> str:
    """WooCommerce writes a line break as the two characters `\\n`, and those two characters as `\\\\n`."""
    return re.sub(r"(\\?)\\n", lambda found: "\\n" if found[1] else "\n", text)


def story(short: str, long: str) -> str:
    """Both descriptions as HTML, the short one first."""
    return "\n".join(_paragraphs(text) for text in (short, long) if text.strip())


def attributes(named: Mapping[str, Sequence[str]]) -> str:
    """What cannot be chosen but is worth reading: “Material: Cotton” as a list under the story."""
    lines = "".join(
        f"<li>{escape(name)}: {escape(', '.join(values))}</li>" for name, values in named.items() if values
    )
    return f"\n<ul>{lines}</ul>" if lines else ""


def is_on_sale(starts: str, ends: str, at: datetime) -> bool:
    """Whether the sale price holds at this instant; days are WooCommerce's, without a time zone."""
    first, last = _day(starts), _day(ends)
    return (first is None or first <= at) and (
        last is None or at < last.replace(hour=23, minute=59, second=59)
    )


def one_for_each(variant: VariantDraft, chosen: Sequence[Sequence[str]]) -> list[VariantDraft]:
    """A variant for every combination of values; a counted stock cannot be shared, so it stays with the first."""
    made: list[VariantDraft] = []
    for values in product(*(values or [""] for values in chosen)):
        one = replace(variant, values=tuple(values))
        if made:
            told = [value for value, among in zip(values, chosen, strict=True) if len(among) > 1]
            one.sku = f"{variant.sku}-{slugify('-'.join(told))}" if variant.sku else ""
            one.barcode = ""
            one.stock = None if variant.stock is None else 0
        made.append(one)
    return made


def _paragraphs(text: str) -> str:
    """WordPress shows blank lines as paragraphs unless the text brings its own blocks."""
    if _BLOCK.search(text):
        return text
    parts = (part.strip().replace("\n", "<br>\n") for part in re.split(r"\n\s*\n", text))
    return "\n".join(f"<p>{part}</p>" for part in parts if part)


def _day(text: str) -> datetime | None:
    try:
        day = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if day.tzinfo else day.replace(tzinfo=UTC)
