"""The three communities' pictures: a tea valley, a ridge at sunrise, a yard with small clothes on the line."""

from collections.abc import Callable

from shop.demo.art.brush import COLOURS, Dyes, dark, dyes, light
from shop.demo.art.nursery import small_shirt, small_shoes, star
from shop.demo.art.tea_ware import cups
from shop.demo.art.toys import rabbit
from shop.drawing import Board, Fade, Path, box, curve, ellipse, mixed, moved, through


def tea_valley(board: Board) -> None:
    board.fill(box(0, 0, 1440, 960), Fade("#f6e9cf", "#dfe6cf"))
    board.fill(ellipse(1050, 250, 120), COLOURS["persimmon"], 0.85)
    for i, line in enumerate(
        (
            "0 420, 180 330, 360 400, 560 270, 760 380, 980 300, 1200 400, 1440 320",
            "0 500, 240 430, 480 500, 720 400, 960 490, 1220 420, 1440 490",
        )
    ):
        _slope(board, through(line), mixed("#c3d2bd", COLOURS["celadon"], i * 0.7))
    for y in (440, 520):
        board.glow(ellipse(500 + y, y, 420, 26), "#fffaf0", 16, 0.7)
    for i, line in enumerate(
        (
            "0 560, 260 500, 560 590, 900 510, 1200 580, 1440 530",
            "0 690, 320 610, 660 700, 1040 620, 1440 700",
        )
    ):
        ridge = through(line)
        colour = mixed(COLOURS["moss"], COLOURS["tea"], i * 0.6)
        _slope(board, ridge, colour)
        with board.inside([*ridge, (1440, 960), (0, 960)]):
            for step in range(9):
                row = moved(ridge, 0, 26 + step * 30)
                board.line(row, light(colour, 0.25), 13)
                board.line(moved(row, 0, 9), dark(colour, 0.25), 5, 0.7)
    _house(board, 880, 560)
    for x, y in ((300, 650), (350, 672), (1180, 650)):
        _picker(board, x, y)
    board.fill(
        [*curve((0, 850), (400, 810), (900, 830), (1440, 800)), (1440, 960), (0, 960)],
        Fade("#e9d3a8", "#dcbf8a"),
    )
    with board.at(330, 905, 0.86):
        cups(board, dyes("celadon", "persimmon", "straw"))


def _slope(board: Board, ridge: Path, colour: str) -> None:
    board.fill([*ridge, (1440, 960), (0, 960)], Fade(light(colour, 0.2), colour))


def _house(board: Board, x: float, y: float) -> None:
    with board.at(x, y):
        board.fill(box(-70, -70, 70, 0), COLOURS["rice"])
        board.fill(box(20, -70, 70, 0), dark(COLOURS["rice"], 0.12))
        board.fill(
            curve((-108, -64), (-60, -112), (0, -122), (60, -112), (108, -64), (0, -80), closed=True),
            COLOURS["ink"],
        )
        board.fill(box(-16, -44, 16, 0), COLOURS["cocoa"])
        for window in (-48, 36):
            board.fill(box(window - 4, -46, window + 16, -24), COLOURS["ochre"])


def _picker(board: Board, x: float, y: float) -> None:
    with board.at(x, y):
        board.fill(curve((-14, 0), (-12, -34), (0, -44), (12, -34), (14, 0), closed=True), COLOURS["indigo"])
        board.fill([(-24, -44), (0, -64), (24, -44)], COLOURS["straw"])
        board.fill(ellipse(20, -12, 12, 9), COLOURS["cocoa"])


def ridge_at_sunrise(board: Board) -> None:
    board.fill(box(0, 0, 1440, 960), Fade("#f4c9a0", "#f7e7c6"))
    board.glow(ellipse(980, 400, 250), "#fff3cf", 60, 0.9)
    board.fill(ellipse(980, 400, 130), "#fff0bd")
    lines = (
        (
            "0 470, 140 380, 260 430, 430 300, 560 400, 720 330, 900 440, 1080 340, 1260 430, 1440 360",
            "#d9a58f",
        ),
        ("0 560, 180 470, 340 540, 520 420, 700 540, 900 450, 1120 560, 1300 470, 1440 540", "#a9788a"),
        ("0 660, 200 590, 420 660, 620 560, 840 650, 1040 570, 1260 660, 1440 600", "#6f5a80"),
    )
    for line, colour in lines:
        ridge = through(line)
        board.fill([*ridge, (1440, 960), (0, 960)], Fade(colour, light(colour, 0.25)))
    board.glow(ellipse(700, 640, 620, 22), "#f9e3cf", 18, 0.5)
    near = through("0 860, 200 800, 420 770, 640 700, 860 640, 1060 600, 1240 640, 1440 620")
    board.fill([*near, (1440, 960), (0, 960)], Fade("#34405e", "#232b40"))
    with board.inside([*near, (1440, 960), (0, 960)]):
        trail = through("120 960, 260 880, 420 830, 640 752, 850 690, 1050 640, 1180 628, 1260 640")
        for i in range(len(trail) - 1):  # narrower, the farther it has climbed
            board.line(trail[i : i + 2], "#e8c79a", 20 - 16 * i / len(trail))
        board.grain([*near, (1440, 960), (0, 960)], "#53638a", 0.05)
    for i in range(34):
        x = (i * 211) % 1440
        y = 830 + (i * 71) % 130
        board.line([(x, y), (x - 6, y - 16)], "#53638a", 3)
        board.line([(x, y), (x + 7, y - 13)], "#53638a", 3)
    for x, y, size, shirt in (
        (610, 756, 1.0, "persimmon"),
        (760, 712, 0.92, "ochre"),
        (905, 668, 0.84, "celadon"),
    ):
        _runner(board, x, y, size, COLOURS[shirt])
    for x, y in ((250, 230), (310, 200), (360, 244), (1240, 180)):
        board.line(curve((x - 20, y - 8), (x - 8, y - 12), (x, y)), "#7d5a6a", 4)
        board.line(curve((x, y), (x + 10, y - 13), (x + 22, y - 8)), "#7d5a6a", 4)


def _runner(board: Board, x: float, y: float, size: float, shirt: str) -> None:
    skin, legs = "#e2b08c", "#1d2334"
    with board.at(x, y, size, -12):
        board.line(through("-6 -58, -34 -44, -58 -62"), legs, 13)
        board.line([(-58, -62), (-68, -50)], COLOURS["rice"], 11)
        board.line(through("0 -58, 30 -40, 24 -4"), legs, 14)
        board.line([(24, -2), (40, -2)], COLOURS["rice"], 11)
        board.line(through("4 -118, 34 -100, 54 -116"), skin, 10)
        board.line(curve((0, -60), (4, -90), (12, -124)), shirt, 30)
        board.fill(box(-20, -124, 0, -78, 9), dark(shirt, 0.35))
        board.line(through("4 -116, -18 -92, -4 -74"), skin, 10)
        board.fill(ellipse(20, -152, 19), skin)
        board.fill(
            curve((2, -152), (8, -172), (28, -174), (42, -160), (56, -156), (20, -154), closed=True), legs
        )


def yard(board: Board) -> None:
    board.fill(box(0, 0, 1440, 960), Fade("#bcd9e2", "#f3ead2"))
    board.fill(ellipse(1180, 190, 92), "#ffe9ae")
    for x, y, size in ((250, 170, 1.3), (760, 110, 1.0), (1330, 330, 0.8)):
        with board.at(x, y, size):
            for dx, dy, r in ((-70, 10, 44), (-18, -22, 62), (52, -4, 52), (96, 18, 34)):
                board.fill(ellipse(dx, dy, r), "#fffaf0")
            board.fill(box(-112, 8, 128, 54, 24), "#fffaf0")
    roofs = (
        (40, 560, 210, "brick"),
        (270, 520, 180, "straw"),
        (960, 540, 220, "rose"),
        (1200, 510, 190, "celadon"),
    )
    for left, top, width, colour in roofs:
        _home(board, left, top, width, COLOURS[colour])
    board.fill(
        [*curve((0, 740), (360, 700), (860, 730), (1440, 700)), (1440, 960), (0, 960)],
        Fade("#b9c78a", "#98ad69"),
    )
    for i in range(60):
        x, y = (i * 379) % 1440, 760 + (i * 97) % 190
        board.line([(x, y), (x + 3, y - 15)], "#7f9658", 3)
        if i % 5 == 0:
            board.fill(ellipse(x + 14, y - 10, 7), "#fff4dc")
            board.fill(ellipse(x + 14, y - 10, 3), COLOURS["ochre"])
    for x in (150, 1290):
        board.fill(box(x - 12, 270, x + 12, 820, 8), COLOURS["cocoa"])
        board.fill(box(x - 60, 290, x + 60, 308, 8), COLOURS["cocoa"])
    rope = through("150 300, 480 348, 720 356, 960 348, 1290 300")
    board.line(rope, COLOURS["cocoa"], 5)
    for x, scale, worn in (
        (330, 0.62, dyes("sky", "ochre", "cream")),
        (1110, 0.62, dyes("rose", "cream", "cream")),
    ):
        _hung(board, x, scale, worn)
    _cloth(board, 530, "celadon", "rice")
    _cloth(board, 700, "ochre", "rice")
    with board.at(912, 462, 0.36):
        small_shoes(board, dyes("persimmon", "cream", "cream"))
    for x in (872, 950):
        board.line([(x, 352), (x, 410)], COLOURS["cocoa"], 4)
        _peg(board, x, 350)
    with board.at(470, 905, 0.74):
        rabbit(board, dyes("cream", "rose", "lilac"))
    board.fill(
        curve((620, 880), (700, 850), (900, 850), (980, 884), (900, 920), (700, 920), closed=True),
        COLOURS["indigo"],
    )
    board.fill(ellipse(800, 862, 176, 34), light(COLOURS["indigo"], 0.3))
    for x, colour in ((720, "rice"), (790, "rose"), (870, "celadon")):
        board.fill(ellipse(x, 852, 52, 30), COLOURS[colour])
    star(board, 800, 896, 20, COLOURS["rice"])


def _home(board: Board, left: float, top: float, width: float, colour: str) -> None:
    board.fill(box(left, top, left + width, 800), light(colour, 0.6))
    board.fill([(left - 20, top), (left + width / 2, top - 90), (left + width + 20, top)], colour)
    for x in (left + width * 0.2, left + width * 0.58):
        board.fill(box(x, top + 40, x + width * 0.22, top + 100, 8), "#fff3cf")
        board.line([(x + width * 0.11, top + 40), (x + width * 0.11, top + 100)], colour, 4)


def _hung(board: Board, x: float, scale: float, worn: Dyes) -> None:
    with board.at(x, 340 + 400 * scale, scale):
        small_shirt(board, worn)
    for dx in (-34, 34):
        _peg(board, x + dx, 344)


def _cloth(board: Board, x: float, colour: str, dots: str) -> None:
    sheet = [
        *curve((x, 350), (x + 70, 356), (x + 140, 352)),
        *curve((x + 144, 560), (x + 70, 576), (x - 6, 560)),
    ]
    board.fill(sheet, COLOURS[colour])
    with board.inside(sheet):
        for row in range(6):
            for column in range(5):
                board.fill(ellipse(x + column * 36 + row % 2 * 18, 372 + row * 38, 7), COLOURS[dots], 0.8)
        board.fill(sheet, "#4a3220", 0.12, minus=moved(sheet, -16, -4))
    for dx in (10, 130):
        _peg(board, x + dx, 352)


def _peg(board: Board, x: float, y: float) -> None:
    board.fill(box(x - 6, y - 18, x + 6, y + 22, 5), COLOURS["straw"])
    board.line([(x, y), (x, y + 20)], dark(COLOURS["straw"], 0.4), 2)


COVERS: dict[str, Callable[[Board], None]] = {
    "tea_valley": tea_valley,
    "ridge_at_sunrise": ridge_at_sunrise,
    "yard": yard,
}
