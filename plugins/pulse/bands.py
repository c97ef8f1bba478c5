"""Size bands: how many one is, and what that asks of who runs the group."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Band:
    """Up to so many members; `managers` is how many should share the work (our own rule of thumb)."""

    most: int
    managers: int
    title: Any
    asks: Any


BANDS: tuple[Band, ...] = (
    Band(20, 1, _l("A circle of friends"), _l(
        "As many as one person can be close to. Write to each of them yourself."
    )),
    Band(30, 1, _l("One long table"), _l("Find the few who would carry it with you, before strangers come.")),
    Band(50, 1, _l("It still runs by itself"), _l("Agree who answers when you are away.")),
    Band(80, 2, _l("Rules and habits"), _l(
        "From 50 on it needs rules in writing, and something that comes back every week."
    )),
    Band(100, 2, _l("Still flat"), _l("Everybody can still hear everybody. Two managers share the days.")),
    Band(150, 3, _l("Circles inside"), _l(
        "From 100 on not everybody hears everybody: make circles by interest, and plan a second group"
        " before 150."
    )),
    Band(500, 5, _l("A company"), _l(
        "More than people can know. It needs a person each for content, activities and care, or "
        "several groups."
    )),
)  # fmt: skip


def band_of(members: int) -> Band:
    """The band that so many members are in; beyond the last it is the last."""
    return next((band for band in BANDS if members <= band.most), BANDS[-1])
