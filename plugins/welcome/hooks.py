"""Doorbells of welcome."""

from collections.abc import Sequence
from typing import Any

from plugins.welcome import greeting
from shop.hookspecs import Piece, hookimpl


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any], community: Any) -> list[Piece]:
    answers = {
        "shelf.top": lambda: greeting.banner_of(community),
        "shelf.found": lambda: greeting.answers_to(subjects[0], community),
        "shelf.tile": lambda: greeting.new_ones(subjects),
        "shelf.below": lambda: [Piece("welcome/ways.html")],
        "listing.below": lambda: greeting.since(subjects),
        "community.about": lambda: greeting.words_of(community),
    }
    return answers[slot]() if slot in answers else []
