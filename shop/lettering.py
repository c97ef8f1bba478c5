"""Letters on pictures, Chinese ones too: the font comes with the shop, so a poster needs nothing of the machine."""

import unicodedata
from functools import lru_cache

from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFont

# The simplified Chinese face in Noto's collection.
FACE = 2

# What may not begin a line, and what may not end one (GB/T 15834 and good manners).
_NOT_FIRST = set("，。、；：？！）》」』】〉”’…—～·,.;:?!)]}%")
_NOT_LAST = set("（《「『【〈“‘([{¥￥$")


def write(
    picture: Image.Image,
    at: tuple[float, float],
    words: str,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    anchor: str = "ls",
) -> None:
    """Write one line; `at` is the start of its baseline unless the anchor says otherwise."""
    ImageDraw.Draw(picture).text(
        at,
        words,
        fill=colour,
        font=font(size),
        anchor=anchor,
        stroke_width=_weight(size, bold),
        stroke_fill=colour,
    )


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """How wide one line is in pixels."""
    return font(size).getlength(words) + 2 * _weight(size, bold)


def wrapped(words: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
    """The words in at most `most` lines, none of them wider than `width`; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    rest = shown(words)
    while rest and len(lines) < most:
        line, left = _line(rest, size, width, bold)
        if len(lines) == most - 1 and left:
            line, left = _with_ellipsis(rest, size, width, bold), ""
        lines.append(line)
        rest = left
    return lines


def balanced(words: str, size: float, width: float, most: int, *, bold: bool = False) -> list[str]:
    """As `wrapped`, with lines of about the same length, so that no single character stands on a line alone."""
    lines = wrapped(words, size, width, most, bold=bold)
    low, high = width / 2, width
    while len(lines) > 1 and high - low > 4:
        middle = (low + high) / 2
        tried = wrapped(words, size, middle, most, bold=bold)
        if "".join(tried).replace(" ", "") == "".join(lines).replace(" ", ""):
            high, lines = middle, tried
        else:
            low = middle
    return lines


def fitting_size(words: str, size: int, least: int, width: float, *, bold: bool = False) -> int:
    """The largest size down to `least` in which one line fits the width."""
    while size > least and width_of(words, size, bold=bold) > width:
        size -= 1
    return size


def shown(words: str) -> str:
    """The words on one line without what the font cannot draw: emoji, joiners and control characters."""
    kept = "".join(
        " " if c.isspace() else c for c in unicodedata.normalize("NFC", words) if c.isspace() or _drawable(c)
    )
    return " ".join(kept.split())


@lru_cache(maxsize=64)
def font(size: float) -> ImageFont.FreeTypeFont:
    """The shop's font in this size."""
    return ImageFont.truetype(str(FONT_PATH), size, index=FACE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _drawable(character: str) -> bool:
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"):
        return False
    return character == " " or _ink(character) != _ink("\U0010fffd")


def _ink(character: str) -> bytes:
    return bytes(font(24).getmask(character))


def _weight(size: float, bold: bool) -> float:
    """Noto comes in one weight here; a thin outline in the same colour makes it a bold one."""
    return size / 45 if bold else 0


def _line(words: str, size: float, width: float, bold: bool) -> tuple[str, str]:
    """The longest good beginning that fits, and what is left of the words."""
    fits = _fitting(words, size, width, bold)
    if fits >= len(words):
        return words, ""
    breaks = [i for i in range(fits, 0, -1) if _may_break(words, i)] or [fits]
    spaces = [i for i in breaks if " " in words[i - 1 : i + 1] and i > fits * 0.6]
    cut = (spaces or breaks)[0]
    return words[:cut].rstrip(), words[cut:].lstrip()


def _with_ellipsis(words: str, size: float, width: float, bold: bool) -> str:
    fits = _fitting(words, size, width - width_of("…", size, bold=bold), bold)
    kept = words[:fits].rstrip(" ，。、,.;:；：")
    return kept + (
        "…" if kept and _wide(kept[-1]) else "..."
    )  # the font's own hangs in the middle, as Chinese wants


def _fitting(words: str, size: float, width: float, bold: bool) -> int:
    """How many characters fit the width; at least one, so that a line always ends."""
    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(words[:middle], size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _may_break(words: str, i: int) -> bool:
    """Whether a line may end before the character at `i`."""
    before, after = words[i - 1], words[i]
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return before == " " or after == " " or before == "-" or _wide(before) or _wide(after)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
