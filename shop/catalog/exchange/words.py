"""The report of an import in words a merchant understands."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from shop.money import show

LABELS = {
    "handle": _l("handle"),
    "name": _l("name"),
    "story": _l("story"),
    "story_format": _l("story"),
    "vendor": _l("vendor"),
    "kind": _l("kind"),
    "tags": _l("tags"),
    "state": _l("state"),
    "options": _l("options"),
    "extra": _l("columns that are only kept"),
    "sku": _l("SKU"),
    "barcode": _l("barcode"),
    "price": _l("price"),
    "compare_at": _l("price before"),
    "grams": _l("weight in grams"),
    "needs_shipping": _l("shipping"),
    "values": _l("option values"),
    "is_archived": _l("on sale again"),
    "left": _l("stock"),
}
STATES = {"live": _l("live"), "draft": _l("draft"), "archived": _l("archived")}
SHORT = ("name", "vendor", "kind", "state", "sku", "barcode", "price", "compare_at", "grams", "left")
LONGEST = 2_000


def made(variants: int, pictures: int, state: str) -> str:
    """What a new product consists of."""
    parts = [ngettext("%(num)d variant", "%(num)d variants", variants)]
    if pictures:
        parts.append(ngettext("%(num)d picture", "%(num)d pictures", pictures))
    if state != "live":
        parts.append(str(STATES[state]))
    return sentence(parts)


def changed(now: Mapping[str, Any], was: Mapping[str, Any], currency: str, of: str = "") -> list[str]:
    """Each changed field, with what it was and becomes where that is short."""
    said: dict[str, None] = {}
    for name, value in now.items():
        label = str(LABELS[name])
        field = _("%(field)s of %(variant)s", field=label, variant=of) if of else label
        if name in SHORT:
            both = (_shown(name, was[name], currency), _shown(name, value, currency))
            field = _("%(field)s: %(was)s → %(now)s", field=field, was=both[0], now=both[1])
        said[field] = None
    return list(said)


def new_variant(title: str) -> str:
    """A variant that the product gets."""
    return str(_("new variant %(variant)s", variant=title))


def archived_variant(title: str) -> str:
    """A variant that can no longer be chosen."""
    return str(_("variant %(variant)s is archived", variant=title or _("without options")))


def new_pictures(count: int) -> str:
    """Pictures that the product gets."""
    return str(ngettext("%(num)d new picture", "%(num)d new pictures", count))


def new_alts(count: int) -> str:
    """Pictures whose description changes."""
    return str(ngettext("description of %(num)d picture", "descriptions of %(num)d pictures", count))


def sentence(parts: Sequence[str]) -> str:
    """The parts in one line, not endlessly long."""
    text = ", ".join(parts)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _shown(name: str, value: Any, currency: str) -> str:
    if name == "state":
        return str(STATES[value])
    if name == "left":
        return str(_("without end")) if value is None else str(value)
    if name in ("price", "compare_at"):
        return str(_("none")) if value is None else show(value, currency)
    text = str(value)
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"
