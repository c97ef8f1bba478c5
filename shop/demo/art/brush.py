"""How the demo's things are painted: flat gouache with one light from the upper left, on coloured paper."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.drawing import Board, Path, box, ellipse, mixed, moved

# Earth, leaf and dye colours that sit well on rice paper, and next to each other.
COLOURS = {
    "rice": "#f8efdd",
    "cream": "#f0dfc0",
    "straw": "#e3c58f",
    "ochre": "#d99f3f",
    "persimmon": "#d8602f",
    "brick": "#b04a30",
    "clay": "#9c5b41",
    "cocoa": "#6a4836",
    "ink": "#332b26",
    "plum": "#7d4256",
    "rose": "#e0a199",
    "blush": "#f2d2c1",
    "lilac": "#b4a3c2",
    "indigo": "#36506f",
    "sky": "#8db3c9",
    "mist": "#c3d3d4",
    "teal": "#3f7b78",
    "celadon": "#a9c4ae",
    "moss": "#88985a",
    "tea": "#58793f",
    "pine": "#35513f",
}


@dataclass(frozen=True, slots=True)
class Dyes:
    """The colours of one picture: the thing itself, its second colour, and the paper behind it."""

    main: str
    second: str
    ground: str


Motif = Callable[[Board, Dyes], None]


def dyes(main: str, second: str, ground: str) -> Dyes:
    """Dyes by the names of COLOURS."""
    return Dyes(COLOURS[main], COLOURS[second], COLOURS[ground])


def dark(colour: str, share: float = 0.22) -> str:
    """The colour in its own shadow: towards a warm brown, never to grey."""
    return mixed(colour, "#3a2418", share)


def light(colour: str, share: float = 0.35) -> str:
    """The colour where the window shines on it."""
    return mixed(colour, "#fff6e4", share)


def solid(board: Board, path: Path, colour: str, depth: float = 22.0, *, grain: bool = True) -> None:
    """A thing with a body: lit on its upper left, darker and rougher on its lower right."""
    board.fill(path, colour)
    with board.inside(path):
        shade = dark(colour, 0.3)
        if grain:
            board.grain(moved(path, depth * 1.5, depth * 0.4), shade, 0.16)
        board.fill(path, shade, 0.45, minus=moved(path, -depth, -depth * 0.35))
        board.fill(path, light(colour, 0.55), 0.5, minus=moved(path, depth * 0.42, depth * 0.25))


def flat(board: Board, path: Path, colour: str, pattern: Callable[[], None]) -> None:
    """A plain shape with something painted on it, cut off at its edge."""
    board.fill(path, colour)
    with board.inside(path):
        pattern()


def shadow(board: Board, reach: float, thick: float = 26.0, shift: float = 26.0) -> None:
    """Where the thing stands: a flat shadow on the table, away from the light."""
    board.fill(ellipse(shift, 0, reach, thick), "#4a3220", 0.2)
    board.fill(ellipse(shift * 0.4, 0, reach * 0.86, thick * 0.6), "#4a3220", 0.22)


def shine(
    board: Board, x: float, top: float, bottom: float, width: float = 12.0, alpha: float = 0.55
) -> None:
    """A streak of window light on glaze or glass."""
    board.fill(box(x - width / 2, top, x + width / 2, bottom, width / 2), "#fffaf0", alpha)


def stitches(board: Board, path: Path, colour: str, width: float = 3.0, every: int = 2) -> None:
    """A seam: short strokes along a line."""
    for i in range(0, len(path) - every, every * 2):
        board.line(path[i : i + every + 1], colour, width)
