"""What a plugin asks for: told to the operator before it is activated, held to when it is loaded and when it runs."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.manifest import Manifest

ASKS: dict[str, Any] = {
    "money": _l("Sets prices, adds to them or takes off, or moves money"),
    "people": _l("Keeps data of persons"),
    "network": _l("Speaks to other machines"),
    "callbacks": _l("Has addresses that other machines call"),
    "jobs": _l("Works by the clock"),
}
MONEY = frozenset({"line_pricing", "quote_adjusting", "payment_methods", "order_sharing"})


def used_by(manifest: Manifest, doorbells: Iterable[str], tables: Iterable[Any] = ()) -> set[str]:
    """What a plugin can be seen to use, whether or not it asks for it; the network is only seen when it is used."""
    bells = set(doorbells)
    used = set()
    if bells & MONEY:
        used.add("money")
    keeps = any(key.target_fullname == "person.id" for table in tables for key in table.foreign_keys)
    if keeps or "person_data" in bells:
        used.add("people")
    if manifest.jobs:
        used.add("jobs")
    if any(pages.scope in ("webhook", "provider") for pages in manifest.pages):
        used.add("callbacks")
    return used


def may_speak(manifest: Manifest | None) -> bool:
    """Whether it may reach other machines, in jobs, after commits and on its own pages."""
    return manifest is None or manifest.asks is None or "network" in manifest.asks
