"""Doorbells of gifts; the work is in wrapping.py."""

from collections.abc import Sequence
from typing import Any

from plugins.gifts import wrapping
from shop.hookspecs import Change, Piece, Problem, Section, hookimpl


@hookimpl
def checkout_sections(quote: Any) -> list[Section]:
    return wrapping.sections_for(quote)


@hookimpl
def quote_adjusting(quote: Any) -> list[Change]:
    return wrapping.fee_of(quote)


@hookimpl
def action_checking(action: str, subject: Any) -> list[Problem]:
    return wrapping.problems_of(subject) if action == "order.place" else []


@hookimpl
def page_pieces(slot: str, subjects: Sequence[Any]) -> list[Piece]:
    if slot in ("order.below", "desk.order"):
        return wrapping.pieces_of(subjects)
    return wrapping.hints_of(slot, subjects) if slot in ("listing.after_price", "desk.listing") else []
