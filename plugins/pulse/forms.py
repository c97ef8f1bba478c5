"""What a community's managers set: the formula of the reward pool, in whole numbers and within fixed bounds."""

from dataclasses import dataclass, field
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from plugins.pulse.metrics import BY_CODE

MOST_WEIGHT = 20


def _weight(default: int, label: Any) -> Any:
    return field(default=default, metadata={"label": label, "least": 0, "most": MOST_WEIGHT})


@dataclass(frozen=True)
class Here:
    """The formula: what earns the group its pool, and how members would share it.

    Nothing is given for sharing a link, for bringing people or for buying: chats forbid the first two, and the third
    would be a discount.
    """

    pool: int = field(
        default=200, metadata={"label": _l("The whole pool of a month"), "least": 0, "most": 1_000_000}
    )
    currency: Literal["CNY", "EUR", "USD", "JPY"] = field(default="CNY", metadata={"label": _l("Currency")})
    goal: int = field(
        default=100,
        metadata={
            "label": _l("Points of the group for the whole pool"), "least": 1, "most": 1_000_000,
            "help": _l("With half the points the pool is half."),
        },
    )  # fmt: skip
    group_speakers: int = _weight(1, BY_CODE["speakers"].title)
    group_heard: int = _weight(2, BY_CODE["heard"].title)
    group_posts: int = _weight(3, BY_CODE["posts"].title)
    group_voices: int = _weight(1, BY_CODE["voices"].title)
    group_answered: int = _weight(1, BY_CODE["answered"].title)
    group_visitors: int = _weight(0, BY_CODE["visitors"].title)
    group_managing: int = _weight(0, BY_CODE["managing"].title)
    each_posts: int = _weight(3, _l("A review, report, feedback or article"))
    each_voices: int = _weight(2, _l("An answer to one's words"))
    each_ballots: int = _weight(1, _l("A vote in a naming round"))
    each_days: int = _weight(1, _l("A day on which one wrote or voted"))
    most_share: int = field(
        default=30,
        metadata={"label": _l("Most for one member, in percent of the pool"), "least": 5, "most": 100},
    )
    with_managers: bool = field(default=False, metadata={"label": _l("Managers share in it, too")})


GROUP = tuple(name for name in Here.__dataclass_fields__ if name.startswith("group_"))
EACH = tuple(name for name in Here.__dataclass_fields__ if name.startswith("each_"))
