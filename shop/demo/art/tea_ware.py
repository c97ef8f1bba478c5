"""Pots, cups and bowls. Each is drawn around the point where it stands, in units of a 960 picture."""

from shop.demo.art.brush import COLOURS, Dyes, dark, flat, light, shadow, shine, solid
from shop.drawing import Board, Fade, arc, box, curve, ellipse, mixed, moved, through, traced, turned

AMBER, BREW = "#c9792b", "#a8521d"


def leaf(board: Board, x: float, y: float, length: float, turn: float, colour: str) -> None:
    """A tea leaf with its middle rib."""
    with board.at(x, y, length / 100, turn):
        blade = curve((0, 0), (18, -22), (55, -26), (100, 0), (55, 20), (18, 16), closed=True)
        solid(board, blade, colour, 8, grain=False)
        board.line(curve((4, 0), (45, -4), (92, -1)), dark(colour, 0.35), 2.5)


def sprig(board: Board, x: float, y: float, size: float, colour: str, turn: float = 0.0) -> None:
    """Two leaves and a bud."""
    with board.at(x, y, size / 100, turn):
        board.line(curve((0, 40), (4, 0), (0, -30)), dark(colour, 0.2), 6)
        leaf(board, 0, 10, 84, -28, colour)
        leaf(board, 0, 2, 78, -152, light(colour, 0.2))
        leaf(board, 0, -24, 58, -88, light(colour, 0.35))


def steam(board: Board, x: float, y: float, size: float = 1.0) -> None:
    """Two threads of steam."""
    with board.at(x, y, size):
        board.line(through("-18 0, -38 -34, -8 -70, -28 -112, -14 -140"), "#fffaf0", 8, 0.75)
        board.line(through("22 -8, 40 -44, 10 -84, 34 -124"), "#fffaf0", 6, 0.6)


def mountains(board: Board, base: float, colour: str) -> None:
    """A far range in thin glaze, as on blue and white ware."""
    with board.at(0, base):
        far = through("-210 0, -150 -44, -110 -22, -40 -86, 20 -30, 80 -66, 210 0")
        near = through("-210 0, -120 -14, -70 -42, 0 -12, 60 -34, 140 -8, 210 0")
        board.fill([*far, (210, 8), (-210, 8)], colour, 0.45)
        board.fill([*near, (210, 8), (-210, 8)], colour, 0.85)
        board.fill(ellipse(104, -108, 15), colour, 0.5)


def gaiwan(board: Board, dyes: Dyes) -> None:
    shadow(board, 220)
    rice = COLOURS["rice"]
    saucer = turned((86, 0), (150, -14), (214, -44), (206, -54), (120, -40), (0, -36))
    solid(board, saucer, rice, 18)
    board.line(arc(0, -48, 208, 12, 8, 172), dyes.main, 5)
    bowl = turned((60, -34), (76, -44), (126, -104), (160, -190), (178, -262), (0, -262))
    solid(board, bowl, rice, 34)
    with board.inside(bowl):
        board.fill(box(-200, -92, 200, -74), dyes.main)
        mountains(board, -98, dyes.main)
    board.fill(ellipse(0, -262, 178, 26), dark(rice, 0.14))
    lid = [*arc(0, -264, 150, 94, 180, 360), *arc(0, -264, 150, 18, 0, 180)]
    solid(board, lid, rice, 26)
    with board.inside(lid):
        board.line(arc(0, -266, 150, 18, 0, 180), dyes.main, 9, 0.9)
        sprig(board, 70, -306, 34, dyes.main, 30)
    knob = turned((30, -348), (34, -360), (46, -388), (36, -398), (0, -398))
    solid(board, knob, dyes.main, 10, grain=False)
    board.fill(ellipse(0, -394, 40, 9), light(dyes.main, 0.25))
    shine(board, -112, -232, -140, 14)


def cups(board: Board, dyes: Dyes) -> None:
    for x, y, scale, colour in ((118, -26, 0.82, dyes.second), (-92, 10, 1.0, dyes.main)):
        with board.at(x, y, scale):
            shadow(board, 138, 22)
            body = turned((62, 0), (70, -8), (112, -70), (134, -160), (138, -190), (0, -190))
            solid(board, body, colour, 30)
            with board.inside(body):
                drip = through("-150 -60, -90 -42, -50 -66, -10 -36, 40 -62, 80 -44, 150 -64")
                bare = [*drip, (150, 10), (-150, 10)]
                board.fill(bare, COLOURS["cream"])
                board.fill(bare, "#4a3220", 0.16, minus=moved(bare, -88, 0))
            _brew(board, -190, 138, colour)
            shine(board, -92, -162, -104, 13)
            steam(board, 0, -214, 0.9)


def _brew(board: Board, y: float, reach: float, colour: str) -> None:
    """A cup from above: its lip, its inside, and the tea in it."""
    board.fill(ellipse(0, y, reach, reach * 0.23), light(colour, 0.3))
    inside = ellipse(0, y + 3, reach * 0.9, reach * 0.185)
    board.fill(inside, dark(colour, 0.3))
    with board.inside(inside):
        board.fill(ellipse(0, y + 13, reach * 0.86, reach * 0.16), Fade(AMBER, BREW))
        board.fill(ellipse(-reach / 3, y + 6, reach * 0.22, 5), "#fff1d6", 0.7)


def teapot(board: Board, dyes: Dyes) -> None:
    shadow(board, 250)
    handle = through("120 -236, 212 -270, 262 -200, 228 -112, 130 -74")
    board.line(handle, dark(dyes.main, 0.12), 34)
    board.line(moved(handle, -5, -6), light(dyes.main, 0.18), 8, 0.7)
    spout = traced("M-130-110C-190-120-206-190-262-238L-226-258C-180-232-160-200-120-190Z")
    solid(board, spout, dyes.main, 12)
    body = turned((92, 0), (118, -14), (174, -80), (182, -140), (150, -214), (92, -252), (0, -258))
    solid(board, body, dyes.main, 40)
    with board.inside(body):
        board.line(arc(0, -206, 176, 34, 20, 160), dark(dyes.main, 0.25), 4)
        sprig(board, -46, -112, 62, dark(dyes.main, 0.28), -14)
    board.fill(box(-94, -10, 94, 4, 6), dark(dyes.main, 0.35))
    lid = turned((104, -244), (98, -262), (54, -290), (0, -298))
    solid(board, lid, dyes.main, 18)
    board.line(arc(0, -246, 104, 14, 0, 180), dark(dyes.main, 0.4), 4)
    solid(board, ellipse(0, -312, 27, 24), dyes.main, 8, grain=False)
    shine(board, -128, -190, -112, 15, 0.4)
    steam(board, -250, -272, 0.7)


def pitcher(board: Board, dyes: Dyes) -> None:
    shadow(board, 190)
    handle = through("122 -262, 216 -274, 226 -176, 132 -118")
    board.line(handle, light(dyes.ground, 0.55), 24, 0.95)
    board.line(moved(handle, 5, 4), dark(dyes.ground, 0.2), 4, 0.5)
    glass = [
        *through("-112 -4, -138 -60, -140 -130, -118 -220, -132 -300, -168 -326"),
        *through("110 -314, 112 -240, 140 -130, 138 -60, 112 -4"),
    ]
    board.fill(glass, light(dyes.ground, 0.6), 0.85)
    with board.inside(glass):
        board.fill(box(-200, -206, 200, 0), Fade(dyes.main, dark(dyes.main, 0.3)))
        board.fill(ellipse(0, -206, 130, 22), light(dyes.main, 0.35))
        board.fill(ellipse(-10, -206, 116, 16), light(dyes.main, 0.15))
        board.fill(box(80, -330, 150, 0), "#4a3220", 0.12)
        board.fill(box(-200, -16, 200, 0), "#fffaf0", 0.4)
        shine(board, -104, -178, -40, 18, 0.5)
        shine(board, -76, -178, -130, 9, 0.4)
    board.line(curve((-168, -326), (-132, -300), (-118, -220)), "#fffaf0", 6, 0.9)
    board.fill(ellipse(-20, -318, 134, 17), light(dyes.ground, 0.75))
    board.fill(ellipse(-16, -317, 116, 11), light(dyes.ground, 0.35))
    with board.at(220, -2, 0.62):
        shadow(board, 108, 20)
        solid(board, turned((46, 0), (96, -60), (112, -112), (0, -112)), dyes.second, 22)
        board.fill(ellipse(0, -112, 112, 24), light(dyes.second, 0.4))
        board.fill(ellipse(0, -108, 98, 18), dark(dyes.main, 0.1))


def kettle(board: Board, dyes: Dyes) -> None:
    shadow(board, 240)
    stove = turned((150, 0), (172, -12), (176, -96), (162, -112), (0, -112))
    solid(board, stove, dyes.second, 34)
    flat(board, box(-78, -84, 62, -30, 24), COLOURS["ink"], lambda: _embers(board))
    spout = traced("M-140-190C-200-200-214-262-262-292L-232-318C-184-296-170-262-126-262Z")
    solid(board, spout, dyes.main, 12)
    body = turned((112, -112), (168, -150), (194, -216), (168, -286), (98, -318), (0, -322))
    solid(board, body, dyes.main, 44)
    with board.inside(body):
        for row in range(5):
            for column in range(-9, 10):
                x = column * (22 + row) + row % 2 * 12
                board.fill(ellipse(x, -176 - row * 26, 5), light(dyes.main, 0.22))
    arch = through("-136 -298, -152 -400, -70 -478, 70 -478, 152 -400, 136 -298")
    board.line(arch, dark(dyes.main, 0.2), 20)
    board.line(arch[18:62], COLOURS["straw"], 26)
    for i in range(18, 62, 4):
        board.line([arch[i], (arch[i][0] + 5, arch[i][1] + 12)], dark(COLOURS["straw"], 0.35), 3)
    solid(board, turned((92, -314), (84, -330), (0, -344)), dark(dyes.main, 0.1), 14)
    solid(board, ellipse(0, -356, 20, 18), COLOURS["straw"], 6, grain=False)
    steam(board, -256, -326, 0.9)


def _embers(board: Board) -> None:
    board.fill(ellipse(-8, -26, 80, 34), COLOURS["brick"])
    board.fill(ellipse(-16, -26, 46, 22), COLOURS["persimmon"])
    board.fill(ellipse(-20, -28, 20, 12), COLOURS["ochre"])


def whisk(board: Board, dyes: Dyes) -> None:
    shadow(board, 250)
    with board.at(-64, 0):
        bowl = turned((72, 0), (84, -10), (150, -70), (176, -160), (180, -196), (0, -196))
        solid(board, bowl, dyes.second, 40)
        with board.inside(bowl):
            board.grain(bowl, dark(dyes.second, 0.5), 0.06, 7)
            drip = through("-190 -120, -120 -96, -70 -132, -10 -88, 50 -128, 110 -104, 190 -136")
            board.fill([*drip, (190, -210), (-190, -210)], light(dyes.second, 0.4), 0.8)
        board.fill(ellipse(0, -196, 180, 38), light(dyes.second, 0.5))
        board.fill(ellipse(0, -192, 164, 30), dark(dyes.second, 0.3))
        with board.inside(ellipse(0, -192, 164, 30)):
            board.fill(ellipse(0, -180, 158, 27), dyes.main)
            for x, y, r in ((-70, -184, 9), (-40, -176, 6), (36, -186, 7), (64, -178, 10), (-102, -178, 5)):
                board.fill(ellipse(x, y, r, r * 0.4), light(dyes.main, 0.5))
        steam(board, -40, -224, 0.8)
    with board.at(196, 0):
        shadow(board, 84, 18, 16)
        straw = COLOURS["straw"]
        for i in range(-9, 10):
            board.line(curve((i * 4.4, -150), (i * 8.2, -70), (i * 6.4, -2)), straw, 5)
            board.line(
                curve((i * 4.4 + 2, -150), (i * 8.2 + 2, -70), (i * 6.4 + 1, -2)), dark(straw, 0.3), 1.6
            )
        solid(board, box(-42, -286, 42, -140, 14), straw, 16)
        board.fill(box(-43, -176, 43, -158), dyes.main)
        board.fill(ellipse(0, -284, 40, 10), light(straw, 0.4))


def thermos(board: Board, dyes: Dyes) -> None:
    shadow(board, 120)
    body = box(-88, -330, 88, 0, 34)
    solid(board, body, dyes.main, 34)
    with board.inside(body):
        board.fill(box(-100, -96, 100, -40), dyes.second)
        with board.at(0, -96, 0.62):
            mountains(board, -6, dyes.second)
    board.fill(box(-72, -352, 72, -322, 8), "#cfc8bd")
    board.fill(box(30, -352, 72, -322, 8), "#9b9489")
    solid(board, box(-80, -450, 80, -346, 26), dyes.second, 28)
    for x in (-46, -16, 14, 44):
        board.line([(x, -430), (x, -366)], dark(dyes.second, 0.25), 5)
    board.line(through("74 -420, 124 -400, 126 -330, 100 -296"), COLOURS["cocoa"], 12)
    shine(board, -58, -300, -120, 14, 0.45)
    with board.at(172, 0, 0.7):
        shadow(board, 96, 20, 18)
        solid(board, turned((60, 0), (74, -6), (86, -116), (0, -116)), dyes.second, 22)
        board.fill(ellipse(0, -116, 86, 20), light(dyes.second, 0.4))
        board.fill(ellipse(0, -113, 74, 15), AMBER)
        steam(board, 0, -140)


def towel(board: Board, dyes: Dyes) -> None:
    shadow(board, 270, 26, 18)
    for i in range(3):
        fold = box(-250 + i * 6, -44 - i * 40, 250 - i * 8, -i * 40, 20)
        solid(board, fold, mixed(dyes.main, COLOURS["rice"], 0.08 * i), 16)
        with board.inside(fold):
            for x in (-150, -128, 130, 152):
                board.fill(box(x, -140, x + 9, 10), dyes.second)
    with board.at(6, -124, 0.9):
        board.fill(ellipse(16, 0, 100, 14), "#4a3220", 0.2)
        body = turned((60, 0), (70, -8), (112, -70), (132, -150), (0, -150))
        solid(board, body, COLOURS["rice"], 28)
        with board.inside(body):
            mountains(board, -34, dyes.second)
            board.fill(box(-140, -36, 140, -26), dyes.second)
        _brew(board, -150, 132, COLOURS["rice"])
        shine(board, -88, -124, -76, 12)
        steam(board, 0, -178)
