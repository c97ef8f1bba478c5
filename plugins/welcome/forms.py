"""What a community's managers decide."""

from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Here:
    """Settings in a community."""

    banner: str = field(
        default="",
        metadata={
            "label": _l("One line above the shelf"),
            "help": _l("What everybody should know now. Empty: nothing is shown."),
            "most": 160,
        },
    )
    words: str = field(
        default="",
        metadata={
            "label": _l("A word to whoever comes in"),
            "help": _l("How you do things here; Markdown may be used. Empty: nothing is shown."),
            "long": True,
            "most": 2000,
        },
    )
    answers: str = field(
        default="",
        metadata={
            "label": _l("Answers to what people ask the search"),
            "help": _l("One a line: words with commas, a colon, the answer. “brew, water: 85 °C, lid off.”"),
            "long": True,
            "most": 4000,
        },
    )
