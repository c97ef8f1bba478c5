"""Every pair of colours that meet on a page can be read (WCAG 2.2 AA), in the light and in the dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "static" / "css" / "tokens.css"

WORDS = 4.5
SHAPES = 3.0

PAIRS = [
    *[(words, ground, WORDS) for words in ("ink", "soft") for ground in ("paper", "raised", "sunk")],
    *[(words, "paper", WORDS) for words in ("persimmon", "tea", "beet", "turmeric")],
    *[(words, "raised", WORDS) for words in ("persimmon", "tea", "beet", "turmeric")],
    ("on-persimmon", "persimmon", WORDS),
    ("on-persimmon", "persimmon-deep", WORDS),
    ("ink", "blush", WORDS),
    ("tea", "tea-wash", WORDS),
    ("beet", "beet-wash", WORDS),
    ("turmeric", "turmeric-wash", WORDS),
    ("paper", "ink", WORDS),
    ("edge", "paper", SHAPES),
    ("edge", "raised", SHAPES),
    ("edge", "sunk", SHAPES),
    ("tea", "sunk", SHAPES),
    ("ink", "tea-wash", SHAPES),
]


def themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r"color-scheme: (\w+);(.*?)\}", TOKENS.read_text("utf-8"), re.DOTALL)
    named = [(scheme, dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body))) for scheme, body in blocks]
    (light, day), (dark, night), (chosen, again) = named
    assert (light, dark, chosen) == ("light", "dark", "dark")
    assert night == again, "the dark theme is written twice and must say the same"
    return {"light": day, "dark": night}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_front_can_be_read_on_its_ground(theme: str, front: str, ground: str, least: float) -> None:
    colours = themes()[theme]

    found = contrast(colours[front], colours[ground])

    assert found >= least, f"{front} on {ground} is {found:.2f}, less than {least}"
