"""The kinds of offers that can be switched on in a community."""

from collections.abc import Sequence
from typing import Any

from shop.hooks import door
from shop.manifest import Manifest, OfferKind
from shop.plugins import resolve


def kinds_in(community_id: int) -> Sequence[tuple[Manifest, OfferKind]]:
    """Each kind of each mode that the community has enabled, in the order of the titles."""
    asked = door().asked_in(community_id)
    found = [
        (loaded.manifest, kind)
        for loaded in door().working()
        if loaded.manifest and loaded.name in asked
        for kind in loaded.manifest.offer_kinds
    ]
    return sorted(found, key=lambda pair: (pair[0].priority, pair[0].name))


def kind_of(plugin: str, code: str) -> tuple[Manifest, OfferKind] | None:
    """A kind of a plugin that works, or None."""
    for loaded in door().working():
        if loaded.name == plugin and loaded.manifest:
            return next(((loaded.manifest, k) for k in loaded.manifest.offer_kinds if k.code == code), None)
    return None


def form_of(kind: OfferKind) -> Any:
    """The form class of a kind's settings."""
    return resolve(kind.form)
