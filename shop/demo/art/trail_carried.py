"""What runners carry over the hills. Each is drawn around the point where it stands, in units of a 960 picture."""

from shop.demo.art.brush import COLOURS, Dyes, dark, light, shadow, shine, solid, stitches
from shop.demo.art.trail_worn import RUBBER, STEEL
from shop.drawing import Board, Fade, arc, blob, box, curve, ellipse, mixed, moved, through, traced, turned


def vest(board: Board, dyes: Dyes) -> None:
    shadow(board, 210, 22, 20)
    body = blob(
        "-150 -10, -172 -120, -176 -260, -150 -380, -116 -446, -62 -462, -30 -420, -26 -340, "
        "26 -340, 30 -420, 62 -462, 116 -446, 150 -380, 176 -260, 172 -120, 150 -10, 0 6"
    )
    solid(board, body, dyes.main, 34)
    with board.inside(body):
        for x in range(-160, 170, 20):
            board.line([(x, -470), (x, 10)], dark(dyes.main, 0.18), 1.5, 0.8)
        opening = [
            *through("-40 -470, -22 -300, -12 -150, -14 20"),
            *through("14 20, 12 -150, 22 -300, 40 -470"),
        ]
        board.fill(opening, dark(dyes.main, 0.55))
        for side in (-1, 1):
            with board.at(0, 0, mirrored=side < 0):
                solid(board, box(48, -212, 150, -40, 22), dyes.second, 16)
                board.line([(52, -176), (146, -176)], dark(dyes.second, 0.35), 5)
                board.line([(138, -176), (138, -150)], COLOURS["persimmon"], 6)
    for side in (-1, 1):
        with board.at(0, 0, mirrored=side < 0):
            bottle = box(62, -372, 128, -216, 28)
            solid(board, bottle, mixed(COLOURS["sky"], COLOURS["rice"], 0.35), 16, grain=False)
            board.fill(box(58, -290, 132, -206, 16), dark(dyes.main, 0.24))
            board.line([(58, -288), (132, -288)], dyes.second, 6)
            board.fill(box(82, -404, 108, -368, 8), RUBBER)
            board.fill(ellipse(95, -406, 13, 11), COLOURS["persimmon"])
    for y in (-252, -128):
        board.line([(-44, y), (44, y)], RUBBER, 11)
        board.fill(box(-15, y - 12, 15, y + 12, 5), COLOURS["persimmon"])
        board.line([(0, y - 8), (0, y + 8)], dark(COLOURS["persimmon"], 0.4), 3)


def flask(board: Board, dyes: Dyes) -> None:
    shadow(board, 120)
    body = turned((66, 0), (92, -16), (96, -120), (84, -190), (94, -260), (76, -320), (44, -340), (0, -342))
    board.fill(body, mixed(dyes.main, COLOURS["rice"], 0.55), 0.95)
    with board.inside(body):
        board.fill(box(-110, -236, 110, 10), Fade(light(dyes.main, 0.15), dyes.main), 0.85)
        board.fill(ellipse(0, -236, 92, 14), light(dyes.main, 0.5))
        for i in range(6):
            board.line([(44, -60 - i * 36), (72 if i % 2 else 84, -60 - i * 36)], COLOURS["rice"], 5)
        board.letters(-18, -112, "500", 46, COLOURS["rice"], bold=True)
        board.fill(body, dark(dyes.main, 0.4), 0.3, minus=moved(body, -22, -6))
        shine(board, -66, -300, -40, 16, 0.5)
    solid(board, box(-54, -366, 54, -330, 10), dyes.second, 16)
    for x in range(-44, 50, 16):
        board.line([(x, -362), (x, -336)], dark(dyes.second, 0.28), 4)
    solid(board, turned((26, -364), (30, -380), (40, -398), (30, -424), (0, -430)), COLOURS["rice"], 10)
    board.line([(-14, -414), (14, -414)], dark(COLOURS["rice"], 0.4), 4)
    board.line(through("-50 -346, -104 -366, -122 -310, -92 -276"), dyes.second, 10)


def headlamp(board: Board, dyes: Dyes) -> None:
    shadow(board, 230, 24, 18)
    board.line(arc(0, -150, 208, 78, 190, 350), dark(dyes.second, 0.42), 58)
    front = [*arc(0, -150, 232, 96, -8, 188), *reversed(arc(0, -92, 232, 96, -8, 188))]
    solid(board, front, dyes.second, 26)
    with board.inside(front):
        board.line(arc(0, -121, 232, 96, -8, 188), light(dyes.second, 0.55), 12)
        stitches(board, arc(0, -142, 232, 96, 0, 180), dark(dyes.second, 0.3), 3)
    solid(board, box(-104, -170, 96, -2, 44), dyes.main, 26)
    board.fill(ellipse(-4, -86, 70), RUBBER)
    board.fill(ellipse(-4, -86, 58), STEEL)
    board.fill(ellipse(-4, -86, 49), "#ffedb0")
    board.glow(ellipse(-4, -86, 34), "#ffffff", 12)
    for i in range(12):
        with board.at(-4, -86, turn=i * 30):
            board.line([(36, 0), (46, 0)], "#e3bd55", 3)
    board.fill(box(-28, -184, 24, -166, 7), COLOURS["persimmon"])
    for x in (-92, 78):
        board.fill(box(x - 5, -108, x + 5, -62, 5), dark(dyes.main, 0.35))


def poles(board: Board, dyes: Dyes) -> None:
    shadow(board, 170, 16, 40)
    for x, turn, colour in ((-128, 24, dyes.second), (128, -24, dyes.main)):
        with board.at(x, -10, turn=turn):
            board.line([(0, 0), (0, -330)], STEEL, 13)
            board.line([(3, 0), (3, -330)], "#8b867c", 4)
            board.line([(0, -70), (0, -290)], colour, 18)
            board.line([(-4, -70), (-4, -290)], light(colour, 0.5), 4)
            board.fill([(-5, -4), (5, -4), (0, 24)], "#8b867c")
            solid(
                board, curve((-40, -40), (0, -56), (40, -40), (0, -26), closed=True), RUBBER, 8, grain=False
            )
            board.fill(box(-15, -304, 15, -276, 5), RUBBER)
            board.fill(box(12, -302, 30, -280, 5), COLOURS["persimmon"])
            board.line(through("4 -490, 70 -462, 82 -390, 48 -330, 26 -370, 10 -470"), colour, 11)
            grip = blob("-20 -330, -23 -390, -15 -430, -26 -478, 0 -504, 30 -486, 18 -434, 24 -380, 20 -330")
            solid(board, grip, COLOURS["cocoa"], 12)
            for y in range(-418, -336, 16):
                board.line([(-17, y), (17, y + 4)], dark(COLOURS["cocoa"], 0.5), 3)


def gels(board: Board, dyes: Dyes) -> None:
    shadow(board, 220, 24, 18)
    between = mixed(dyes.main, dyes.second, 0.5)
    for x, turn, colour, fruit in (
        (-132, -7, dyes.main, "plum"),
        (2, 3, dyes.second, "ochre"),
        (132, 10, between, "tea"),
    ):
        with board.at(x, -6, turn=turn):
            pack = blob("-58 0, -66 -120, -62 -250, -24 -286, 24 -286, 62 -250, 66 -120, 58 0")
            solid(board, pack, colour, 20)
            with board.inside(pack):
                board.fill(box(-70, -26, 70, 6), light(colour, 0.35))
                for i in range(-60, 64, 10):
                    board.line([(i, -24), (i, 4)], dark(colour, 0.2), 2)
                hill = through("-80 -92, -30 -130, 0 -104, 34 -142, 80 -96")
                board.fill([*hill, (80, -60), (-80, -60)], COLOURS["rice"])
                board.fill(ellipse(0, -206, 34), COLOURS["rice"])
            solid(board, ellipse(0, -204, 22), COLOURS[fruit], 8, grain=False)
            board.line(curve((0, -224), (4, -236), (14, -240)), COLOURS["pine"], 4)
            board.fill(box(-22, -312, 22, -278, 7), STEEL)
            board.line([(-22, -296), (22, -296)], "#8b867c", 3)


def bars(board: Board, dyes: Dyes) -> None:
    shadow(board, 270, 24, 18)
    for x, y, turn, colour in ((24, -128, -16, dyes.second), (-10, -40, 4, dyes.main)):
        with board.at(x, y, turn=turn):
            board.fill(box(-236, -30, 250, 56, 14), "#4a3220", 0.18)
            wrap = box(-230, -62, 230, 44, 10)
            solid(board, wrap, colour, 22)
            with board.inside(wrap):
                board.fill(box(-110, -80, 110, 60), light(colour, 0.75))
                for end in (-230, 196):
                    for i in range(0, 38, 8):
                        board.line([(end + i, -62), (end + i, 44)], dark(colour, 0.25), 3)
                for i in range(12):
                    board.fill(ellipse(-180 + i * 33, -44 + (i * 29) % 70, 6), dark(colour, 0.3))
            board.line([(-70, 8), (-22, -30), (4, -4), (30, -36), (72, 10)], colour, 11)
            board.line([(-96, 28), (96, 28)], colour, 4)
    with board.at(230, -20):
        for x, y, r in ((0, 0, 22), (38, 8, 15), (-34, 14, 13)):
            solid(board, ellipse(x, y, r, r * 0.72), COLOURS["clay"], 7, grain=False)


def chart(board: Board, dyes: Dyes) -> None:
    """A folded map with a route on it, and a compass."""
    shadow(board, 290, 28, 16)
    rice = COLOURS["rice"]
    for i, (left, right, slant) in enumerate(
        ((-270, -140, 18), (-140, -10, -12), (-10, 120, 18), (120, 250, -12))
    ):
        panel = [(left, -330 + slant), (right, -330 - slant), (right, -10 - slant), (left, -10 + slant)]
        board.fill(panel, rice if i % 2 else mixed(rice, COLOURS["cream"], 0.8))
        with board.inside(panel):
            for k in range(5):
                r = 50 + k * 48
                ring = [
                    (-60 - r, -150),
                    (-80, -170 - r * 0.7),
                    (40 + r * 0.6, -190 - r * 0.5),
                    (60 + r, -120),
                ]
                height = curve(*ring, (0, -110 + r * 0.6), closed=True)
                board.line([*height, height[0]], mixed(dyes.main, rice, 0.35), 3.5)
            board.line(through("-290 -60, -180 -96, -90 -40, 40 -64, 140 -30, 280 -80"), COLOURS["sky"], 11)
            route = through("-236 -40, -190 -130, -110 -160, -50 -240, 30 -226, 90 -280, 170 -240, 222 -150")
            stitches(board, route, COLOURS["persimmon"], 8, 3)
            if i % 2:
                board.fill(panel, "#4a3220", 0.06)
    board.fill(ellipse(-236, -40, 14), dyes.second)
    pin = traced(
        "M222-150C196-184 192-206 192-222C192-244 206-256 222-256C238-256 252-244 252-222C252-206 248-184 222-150Z"
    )
    solid(board, pin, COLOURS["persimmon"], 8, grain=False)
    board.fill(ellipse(222, -222, 12), rice)
    with board.at(-148, 6, 0.8):
        _compass(board, dyes)


def _compass(board: Board, dyes: Dyes) -> None:
    board.fill(ellipse(12, -4, 92, 92), "#4a3220", 0.2)
    solid(board, ellipse(0, -20, 88), dyes.second, 14)
    board.fill(ellipse(0, -20, 70), COLOURS["rice"])
    for i in range(12):
        with board.at(0, -20, turn=i * 30):
            board.line([(54, 0), (64, 0)], RUBBER, 3 if i % 3 else 6)
    with board.at(0, -20, turn=32):
        board.fill([(-13, 0), (13, 0), (0, -52)], COLOURS["persimmon"])
        board.fill([(-13, 0), (13, 0), (0, 52)], dark(STEEL, 0.2))
    board.fill(ellipse(0, -20, 8), RUBBER)


def pouch(board: Board, dyes: Dyes) -> None:
    """A first-aid pouch with plasters and a bandage."""
    shadow(board, 230, 26, 18)
    body = box(-210, -276, 210, 0, 54)
    solid(board, body, dyes.main, 34)
    with board.inside(body):
        board.fill(box(-220, -214, 220, -206), dark(dyes.main, 0.4))
        for x in range(-200, 210, 14):
            board.line([(x, -216), (x, -204)], COLOURS["rice"], 3, 0.7)
    board.fill(ellipse(0, -104, 66), COLOURS["rice"])
    board.fill(box(-42, -120, 42, -88, 6), COLOURS["tea"])
    board.fill(box(-16, -146, 16, -62, 6), COLOURS["tea"])
    board.line([(170, -210), (188, -170)], RUBBER, 7)
    board.fill(box(178, -176, 200, -138, 6), COLOURS["persimmon"])
    board.line(through("-60 -272, -40 -326, 40 -326, 60 -272"), dyes.second, 16)
    for x, turn in ((-196, -10), (-150, 16)):
        with board.at(x, -2, turn=turn):
            solid(board, box(-52, -26, 52, 8, 16), "#e9c7a0", 6, grain=False)
            board.fill(box(-18, -25, 18, 7), light("#e9c7a0", 0.6))
    with board.at(214, 0):
        solid(board, [*arc(0, -70, 44, 14, 180, 360), *arc(0, -8, 44, 14, 0, 180)], COLOURS["rice"], 12)
        board.fill(ellipse(0, -70, 44, 14), light(COLOURS["rice"], 0.4))
        board.fill(ellipse(0, -70, 15, 5), dark(COLOURS["cream"], 0.3))


def mug(board: Board, dyes: Dyes) -> None:
    shadow(board, 200, 26, 24)
    handle = through("128 -226, 214 -232, 214 -88, 128 -76")
    board.line(handle, dark(dyes.main, 0.2), 22)
    board.line(moved(handle, -4, -4), light(dyes.main, 0.2), 6)
    body = [*arc(0, -262, 140, 28, 180, 360), *arc(0, -20, 132, 26, 0, 180)]
    solid(board, body, dyes.main, 34)
    with board.inside(body):
        for i in range(70):
            x, y = (i * 83) % 290 - 145, -(i * 47) % 270 - 270
            board.fill(ellipse(x, y, 2.5 + i % 3), light(dyes.main, 0.65), 0.9)
        peaks = [(-150, -70), (-96, -140), (-70, -112), (-20, -178), (28, -116), (60, -146), (150, -70)]
        board.fill([*peaks, (150, 10), (-150, 10)], dyes.second)
        board.fill([(-20, -178), (-42, -150), (-22, -142), (-8, -152), (4, -146)], COLOURS["rice"])
    board.fill(ellipse(0, -262, 142, 29), dark(dyes.second, 0.2))
    board.fill(ellipse(0, -260, 128, 23), dark(dyes.main, 0.5))
    with board.inside(ellipse(0, -260, 128, 23)):
        board.fill(ellipse(0, -246, 122, 20), "#4a2d1c")
        board.fill(ellipse(-40, -254, 34, 5), "#a77c52", 0.8)
    shine(board, -106, -234, -60, 14, 0.4)
    for x in (-18, 22):
        board.line(curve((x, -290), (x - 20, -330), (x + 8, -366), (x - 12, -404)), "#fffaf0", 8, 0.7)


def bib(board: Board, dyes: Dyes) -> None:
    """A race number with the medal of last time."""
    shadow(board, 250, 20, 20)
    sheet = [(-230, -330), (226, -344), (236, -8), (-222, 0)]
    board.fill(moved(sheet, 10, 8), "#4a3220", 0.2)
    board.fill(sheet, COLOURS["rice"])
    with board.inside(sheet):
        board.fill([(-240, -340), (240, -350), (240, -262), (-240, -250)], dyes.main)
        ridge = through("-240 -60, -140 -104, -70 -70, 30 -124, 120 -80, 240 -116")
        board.fill([*ridge, (240, 10), (-240, 10)], dyes.second)
        board.fill(sheet, "#4a3220", 0.1, minus=moved(sheet, -18, -6))
    board.letters(0, -300, "RIDGE 50K", 44, COLOURS["rice"], bold=True)
    board.letters(2, -184, "0927", 128, COLOURS["ink"], bold=True)
    for x, y in ((-204, -306), (202, -318), (-198, -26), (210, -32)):
        board.fill(ellipse(x, y, 10), STEEL)
        board.line([(x - 24, y + 10), (x + 24, y - 8)], "#8b867c", 4)
    with board.at(170, 6):
        board.fill([(-30, -190), (-4, -190), (20, -60), (-6, -60)], dyes.main)
        board.fill([(36, -190), (62, -190), (26, -60), (2, -60)], dark(dyes.main, 0.2))
        board.fill(ellipse(16, -8, 66), "#4a3220", 0.22)
        solid(board, ellipse(8, -20, 64), COLOURS["ochre"], 12)
        board.line(ellipse(8, -20, 50), dark(COLOURS["ochre"], 0.3), 4)
        board.fill([(-26, 2), (-4, -38), (8, -22), (20, -44), (42, 2)], dark(COLOURS["ochre"], 0.35))
