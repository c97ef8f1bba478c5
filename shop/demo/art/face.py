"""Faces for people, who are all dumplings of some kind, and seals for merchants."""

from zlib import crc32

from PIL import Image

from shop.demo.art.brush import COLOURS, dark, light, solid
from shop.drawing import Board, Fade, Path, arc, box, curve, ellipse, moved, through, traced

INK, ROSE = COLOURS["ink"], COLOURS["rose"]
GROUNDS = ("celadon", "straw", "blush", "mist", "lilac", "sky", "rose", "cream", "moss", "ochre")
WEAR = ("pine", "persimmon", "indigo", "teal", "plum", "ochre", "brick", "tea")
SKINS = ("#fdf3e1", "#f9e6cb", "#f3d9b6", "#eccfa6")

# The shop's own mark, seen as somebody.
BODY = traced(
    "M37 5.5C50 8.5 58 20.5 58 35.5 58 49.5 47.5 56 32 56S6 49.5 6 35.5C6 20 16.5 9.5 28 8.5c3.5-.3 5.5-3.8 9-3z"
)
PLEAT = traced("M37.5 4C38 18 31 30.5 15.5 35 27 28 32.5 18.5 32.5 6.5z")


def face(name: str, size: int = 480) -> Image.Image:
    """Somebody's picture: the same name always has the same face."""
    seed = crc32(name.encode())
    ground = COLOURS[GROUNDS[seed % len(GROUNDS)]]
    wear = COLOURS[WEAR[seed // 16 % len(WEAR)]]
    if wear == ground:
        wear = COLOURS["indigo"]
    skin = SKINS[seed // 128 % len(SKINS)]
    board = Board(size, size, Fade(light(ground, 0.3), ground), units=480)
    with board.at(240, 490):
        board.fill(
            curve((-210, 10), (-170, -90), (-70, -130), (70, -130), (170, -90), (210, 10), closed=True), wear
        )
        board.line(arc(0, -128, 80, 30, 10, 170), dark(wear, 0.25), 8)
    with board.at(240, 232, 5.6):
        body = moved(BODY, -32, -32)
        solid(board, body, skin, 4)
        board.fill(moved(PLEAT, -32, -32), dark(skin, 0.12))
    with board.at(240, 262):
        _eyes(board, seed // 512 % 4)
        for x in (-84, 84):
            board.fill(ellipse(x, 34, 26, 15), ROSE, 0.8)
        if seed // 2048 % 2:
            board.line(arc(0, 32, 20, 17, 20, 160), INK, 7)
        else:
            board.fill([*arc(0, 34, 22, 20, 0, 180)], dark(COLOURS["brick"], 0.2))
        _worn(board, seed // 4096 % 8, wear)
    return board.image


def seal(letter: str, colour: str, size: int = 480) -> Image.Image:
    """A merchant's seal: one character, cut in a stone of this colour."""
    board = Board(size, size, Fade(COLOURS["rice"], COLOURS["cream"]), units=480)
    stone = _worn_edge(box(64, 64, 416, 416, 74))
    solid(board, stone, COLOURS[colour], 16)
    inner = box(92, 92, 388, 388, 52)
    board.line([*inner, inner[0]], light(COLOURS[colour], 0.75), 7)
    board.letters(240, 242, letter, 208, COLOURS["rice"], bold=True)
    return board.image


def _worn_edge(path: Path) -> Path:
    """A stone that has been used: its edge is not quite straight."""
    return [(x + (i * 7 % 5 - 2) * 0.9, y + (i * 11 % 5 - 2) * 0.9) for i, (x, y) in enumerate(path)]


def _eyes(board: Board, kind: int) -> None:
    for x in (-52, 52):
        if kind == 0:
            board.fill(ellipse(x, -4, 13, 17), INK)
            board.fill(ellipse(x - 4, -10, 5), "#ffffff")
        elif kind == 1:
            board.line(arc(x, 4, 19, 17, 200, 340), INK, 8)
        elif kind == 2:
            board.line(arc(x, -12, 18, 14, 20, 160), INK, 8)
        else:
            board.fill(ellipse(x, -4, 10, 12), INK)
            board.line(through(f"{x - 18} -34, {x} -42, {x + 18} -34"), INK, 6)


def _worn(board: Board, kind: int, wear: str) -> None:
    if kind == 0:  # glasses
        for x in (-52, 52):
            board.fill(ellipse(x, -4, 40), "#ffffff", 0.25)
            board.line(ellipse(x, -4, 40), INK, 7)
        board.line(arc(0, -4, 13, 10, 190, 350), INK, 7)
    elif kind == 1:  # a leaf
        board.line(through("20 -168, 26 -196, 40 -214"), COLOURS["tea"], 9)
        solid(board, curve((36, -206), (66, -244), (118, -240), (96, -202), closed=True), COLOURS["tea"], 8)
    elif kind == 2:  # a headband
        band = [*arc(0, -18, 150, 110, 204, 336), *reversed(arc(0, 16, 150, 110, 204, 336))]
        solid(board, band, wear, 8)
    elif kind == 3:  # a knitted hat
        crown = [*arc(0, -88, 140, 118, 180, 360), (140, -70), (-140, -70)]
        solid(board, crown, wear, 20)
        solid(board, box(-152, -108, 152, -62, 23), light(wear, 0.25), 12)
        solid(board, ellipse(0, -206, 32), light(wear, 0.25), 10)
    elif kind == 4:  # a bow
        for side in (-1, 1):
            with board.at(62, -150, 1.1, 18, mirrored=side < 0):
                solid(board, curve((0, 0), (40, -34), (66, -22), (62, 26), (34, 24), closed=True), wear, 8)
        solid(board, ellipse(62, -150, 18), wear, 6)
    elif kind == 5:  # a cap
        crown = [*arc(-6, -92, 138, 104, 180, 360), (132, -84), (-144, -84)]
        solid(board, crown, wear, 20)
        solid(
            board,
            curve((20, -96), (150, -100), (206, -76), (150, -70), (20, -72), closed=True),
            dark(wear, 0.2),
            8,
        )
    elif kind == 6:  # hair
        hair = curve(
            (-150, -20),
            (-150, -110),
            (-60, -176),
            (60, -176),
            (150, -110),
            (150, -20),
            (110, -80),
            (20, -104),
            (-90, -86),
            closed=True,
        )
        solid(board, hair, dark(COLOURS["cocoa"], 0.4), 18)
        solid(board, ellipse(0, -182, 44), dark(COLOURS["cocoa"], 0.4), 12)
