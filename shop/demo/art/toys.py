"""What a new child plays with and looks at. Each is drawn around the point where it stands."""

from shop.demo.art.brush import COLOURS, Dyes, dark, light, shadow, shine, solid, stitches
from shop.demo.art.nursery import star
from shop.drawing import Board, arc, blob, box, curve, ellipse, mixed, moved, through, traced

INK, ROSE = COLOURS["ink"], COLOURS["rose"]


def rattle(board: Board, dyes: Dyes) -> None:
    shadow(board, 210, 22, 20)
    with board.at(-10, -40, turn=-38):
        solid(board, box(-20, -250, 20, 30, 20), COLOURS["straw"], 10)
        solid(board, ellipse(0, 50, 46), dyes.second, 14)
        board.line(ellipse(0, -300, 96, 100), dyes.main, 40)
        board.line(arc(0, -300, 110, 114, 150, 260), light(dyes.main, 0.5), 8, 0.8)
        for i, colour in enumerate((dyes.second, COLOURS["ochre"], COLOURS["celadon"])):
            solid(board, ellipse(-52 + i * 52, -300 + (i % 2) * 16, 30), colour, 9, grain=False)
        for y in (-196, -176):
            board.line([(-20, y), (20, y)], dark(COLOURS["straw"], 0.3), 5)


def blocks(board: Board, dyes: Dyes) -> None:
    shadow(board, 270, 26, 22)
    for x, y, colour, sign in (
        (-130, 0, dyes.main, "山"),
        (56, 0, dyes.second, "水"),
        (-44, -176, COLOURS["ochre"], "日"),
    ):
        with board.at(x, y):
            board.fill([(176, -176), (206, -200), (206, -22), (176, 0)], dark(colour, 0.32))
            board.fill([(0, -176), (30, -200), (206, -200), (176, -176)], light(colour, 0.4))
            solid(board, box(0, -176, 176, 0, 8), colour, 16)
            board.fill(box(22, -154, 154, -22, 10), COLOURS["rice"])
            board.letters(88, -90, sign, 104, dark(colour, 0.35), bold=True)
    with board.at(-196, 0):
        board.fill([(-46, 0), (52, 0), (4, -86)], COLOURS["persimmon"])
        board.fill([(52, 0), (70, -14), (4, -86)], dark(COLOURS["persimmon"], 0.3))


def rabbit(board: Board, dyes: Dyes) -> None:
    shadow(board, 190, 26, 16)
    for x, turn in ((-50, -10), (54, 16)):
        with board.at(x, -330, turn=turn):
            ear = blob("-34 20, -44 -60, -26 -140, 6 -152, 36 -110, 38 -40, 30 20")
            solid(board, ear, dyes.main, 14)
            board.fill(blob("-14 0, -20 -60, -8 -112, 8 -116, 20 -80, 16 0"), dyes.second, 0.9)
    for side in (-1, 1):
        with board.at(0, 0, mirrored=side < 0):
            solid(
                board,
                blob("80 -186, 140 -160, 168 -100, 150 -76, 120 -90, 84 -130"),
                dark(dyes.main, 0.05),
                12,
            )
    body = blob("-96 -200, -136 -110, -124 -24, -60 2, 60 2, 124 -24, 136 -110, 96 -200")
    solid(board, body, dyes.main, 30)
    board.fill(ellipse(0, -96, 66, 74), light(dyes.main, 0.5))
    for x in (-74, 74):
        solid(board, ellipse(x, -18, 62, 36), dyes.main, 14)
        board.fill(ellipse(x, -10, 30, 20), dyes.second, 0.85)
    solid(
        board,
        blob("-140 -270, -116 -346, -40 -372, 40 -372, 116 -346, 140 -270, 90 -200, 0 -186, -90 -200"),
        dyes.main,
        30,
    )
    for x in (-52, 52):
        board.fill(ellipse(x, -278, 11, 14), INK)
        board.fill(ellipse(x - 3, -283, 4), "#ffffff")
        board.fill(ellipse(x * 1.6, -246, 22, 13), ROSE, 0.9)
    board.fill(blob("-13 -252, 13 -252, 0 -238"), dark(dyes.second, 0.3))
    board.line(through("-18 -222, -8 -226, 0 -238, 8 -226, 18 -222"), INK, 5)
    with board.at(0, -184):
        for side in (-1, 1):
            with board.at(0, 0, mirrored=side < 0):
                solid(board, blob("0 0, 40 -30, 66 -22, 62 26, 36 26"), COLOURS["persimmon"], 8, grain=False)
        solid(board, ellipse(0, 0, 17), COLOURS["persimmon"], 6, grain=False)


def mobile(board: Board, dyes: Dyes) -> None:
    wood = COLOURS["straw"]
    board.line([(0, -640), (0, -474)], dark(wood, 0.4), 4)
    solid(board, box(-226, -478, 226, -454, 12), wood, 8)
    solid(board, box(-110, -500, 110, -478, 11), dark(wood, 0.1), 8)
    for x, drop in ((-200, 130), (-100, 216), (0, 120), (100, 230), (200, 150)):
        board.line([(x, -456), (x, -456 + drop)], dark(wood, 0.4), 3)
        with board.at(x, -456 + drop):
            if x == 0:
                moon = traced("M18-8C-42-2-62 70-14 110C-74 104-92 20-48-22C-28-38 0-32 18-8Z")
                solid(board, moved(moon, 22, 8), COLOURS["ochre"], 9)
            elif abs(x) == 100:
                for dx, dy, r in ((-34, 28, 26), (0, 14, 34), (34, 28, 26)):
                    board.fill(ellipse(dx, dy, r), dyes.second)
                board.fill(box(-58, 24, 58, 56, 16), dyes.second)
                for i, dx in enumerate((-30, 0, 30)):
                    board.line([(dx, 68), (dx - 5, 84 + i % 2 * 14)], dyes.main, 7)
            else:
                star(board, 0, 44, 52, dyes.main, x / 14)
                board.fill(ellipse(-10, 40, 4), INK)
                board.fill(ellipse(12, 40, 4), INK)
                board.line(arc(1, 46, 8, 7, 20, 160), INK, 3.5)


def rings(board: Board, dyes: Dyes) -> None:
    shadow(board, 220, 28, 18)
    solid(board, [*arc(0, -34, 186, 24, 180, 360), *arc(0, -12, 186, 24, 0, 180)], COLOURS["straw"], 26)
    colours = (dyes.main, COLOURS["ochre"], dyes.second, COLOURS["rose"], COLOURS["celadon"])
    for i, colour in enumerate(colours):
        reach = 168 - i * 25
        solid(board, box(-reach, -106 - i * 62, reach, -36 - i * 62, 34), colour, 20)
        board.line([(-reach + 34, -92 - i * 62), (-reach + 96, -92 - i * 62)], light(colour, 0.6), 7, 0.8)
    with board.at(0, -376):
        solid(board, ellipse(0, 0, 56), COLOURS["rice"], 14)
        for x in (-18, 18):
            board.fill(ellipse(x, -4, 6, 7), INK)
            board.fill(ellipse(x * 1.7, 12, 9, 6), ROSE)
        board.line(arc(0, 6, 11, 10, 20, 160), INK, 4)
        board.line(through("-4 -54, -2 -76, 14 -82"), COLOURS["tea"], 8)


def picture_book(board: Board, dyes: Dyes) -> None:
    shadow(board, 280, 26, 14)
    for side in (-1, 1):
        with board.at(0, 0, mirrored=side < 0):
            board.fill([*through("0 -22, 120 -46, 290 -20"), (290, 6), (0, 6)], dark(dyes.main, 0.25))
            for i in range(3):
                page = [*through("0 -30, 110 -62, 272 -34"), *through("272 -310, 110 -338, 0 -306")]
                board.fill(
                    moved(page, 8 - i * 4, 12 - i * 6),
                    mixed(COLOURS["rice"], COLOURS["cream"], 0.8 - i * 0.3),
                )
    left = [*through("-272 -46, -110 -74, 0 -42"), *through("0 -318, -110 -350, -272 -322")]
    right = [(-x, y) for x, y in left]
    board.fill(left, mixed(dyes.second, COLOURS["rice"], 0.45))
    with board.inside(left):
        board.fill(ellipse(-70, -262, 34), COLOURS["ochre"])
        board.fill([*through("-300 -130, -200 -190, -110 -140, 20 -190"), (20, 0), (-300, 0)], dyes.main)
        board.fill(
            [*through("-300 -90, -180 -120, -60 -80, 20 -110"), (20, 0), (-300, 0)], light(dyes.main, 0.3)
        )
        with board.at(-168, -120, 0.6):
            solid(board, blob("-60 0, -66 -60, -20 -96, 40 -84, 66 -30, 50 4"), COLOURS["rice"], 12)
            solid(board, ellipse(58, -76, 34), COLOURS["rice"], 8)
            board.fill(ellipse(70, -82, 5), INK)
            board.fill(blob("26 -96, 30 -128, 46 -100"), ROSE)
            for x in (-34, 26):
                board.line([(x, -4), (x, 26)], INK, 9)
    board.fill(right, COLOURS["rice"])
    with board.inside(right):
        for i, reach in enumerate((190, 150, 178, 120)):
            board.line([(48, -262 + i * 40), (48 + reach, -276 + i * 40)], dark(COLOURS["cream"], 0.3), 9)
        star(board, 206, -102, 30, dyes.second)
        board.fill(box(0, -360, 22, 0), "#4a3220", 0.12)
    board.line([(0, -318), (0, -24)], dark(COLOURS["cream"], 0.4), 3)


def moonlamp(board: Board, dyes: Dyes) -> None:
    board.glow(ellipse(0, -250, 270), "#fff3cf", 60, 0.75)
    shadow(board, 170, 24, 18)
    base = blob("-120 -60, -150 -24, -130 0, 130 0, 150 -24, 120 -60, 0 -76")
    solid(board, base, COLOURS["straw"], 20)
    solid(board, ellipse(0, -240, 188), dyes.main, 34)
    with board.inside(ellipse(0, -240, 188)):
        for x, y, r in (
            (-70, -310, 40),
            (60, -340, 22),
            (90, -200, 52),
            (-30, -160, 26),
            (-110, -210, 20),
            (10, -250, 15),
        ):
            board.fill(ellipse(x, y, r, r * 0.9), dark(dyes.main, 0.1))
            board.fill(
                ellipse(x + r * 0.16, y + r * 0.14, r * 0.84, r * 0.76), mixed(dyes.main, "#fff6dc", 0.35)
            )
    for x in (-46, 30):
        board.line(arc(x, -262, 17, 14, 20, 160), INK, 6)
        board.fill(ellipse(x * 1.7, -232, 20, 12), ROSE, 0.9)
    board.line(arc(-8, -232, 14, 12, 20, 160), INK, 5)
    for x, y, size in ((-250, -420, 26), (236, -470, 20), (274, -340, 14), (-220, -250, 12)):
        star(board, x, y, size, "#fff3cf", x)


def train(board: Board, dyes: Dyes) -> None:
    shadow(board, 300, 26, 12)
    wood = COLOURS["straw"]
    solid(board, box(-90, -186, 110, -46, 40), dyes.main, 26)
    solid(board, box(60, -290, 196, -46, 14), dyes.second, 24)
    board.fill(box(92, -252, 166, -170, 14), mixed(COLOURS["sky"], COLOURS["rice"], 0.4))
    board.fill([(92, -200), (140, -252), (160, -252), (92, -180)], "#ffffff", 0.5)
    solid(board, box(40, -318, 214, -284, 14), dyes.main, 12)
    solid(board, box(-62, -260, -14, -176, 8), dyes.second, 12)
    solid(board, box(-78, -278, 2, -250, 10), dark(dyes.second, 0.15), 8)
    for x, y, r in ((-30, -326, 26), (-62, -372, 34), (-20, -420, 24)):
        board.fill(ellipse(x, y, r), "#fffaf0", 0.85)
    board.fill(ellipse(-94, -116, 20), COLOURS["ochre"])
    solid(board, box(-106, -64, 206, -36, 12), wood, 10)
    for x, r in ((-60, 44), (34, 44), (144, 58)):
        solid(board, ellipse(x, -r + 4, r), dark(dyes.main, 0.3), 12)
        board.fill(ellipse(x, -r + 4, r * 0.58), wood)
        board.fill(ellipse(x, -r + 4, r * 0.2), dark(wood, 0.4))
    board.line([(-108, -48), (-150, -48)], dark(wood, 0.4), 8)
    with board.at(-210, 0):
        solid(board, box(-62, -128, 62, -40, 10), COLOURS["celadon"], 14)
        for x, colour in ((-30, "persimmon"), (4, "ochre"), (34, "rose")):
            solid(board, ellipse(x, -136, 25), COLOURS[colour], 8, grain=False)
        board.fill(box(-62, -112, 62, -40, 10), COLOURS["celadon"])
        for x in (-34, 34):
            solid(board, ellipse(x, -30, 34), dark(dyes.main, 0.3), 10)
            board.fill(ellipse(x, -30, 19), wood)


def duck(board: Board, dyes: Dyes) -> None:
    shadow(board, 220, 24, 12)
    solid(board, box(-170, -66, 170, -36, 14), COLOURS["straw"], 10)
    for x in (-110, 110):
        solid(board, ellipse(x, -40, 44), dyes.second, 12)
        board.fill(ellipse(x, -40, 22), COLOURS["rice"])
        board.fill(ellipse(x, -40, 8), dark(dyes.second, 0.3))
    body = blob(
        "-200 -196, -150 -210, -60 -196, 20 -220, 110 -210, 150 -130, 110 -72, 0 -58, -110 -70, -176 -120"
    )
    solid(board, body, dyes.main, 34)
    solid(board, blob("-110 -160, -20 -186, 50 -150, 20 -104, -60 -96"), dark(dyes.main, 0.1), 16)
    for i in range(3):
        board.line(
            curve((-72 + i * 34, -128), (-58 + i * 34, -112), (-40 + i * 34, -126)), dark(dyes.main, 0.3), 5
        )
    solid(board, ellipse(92, -280, 92, 88), dyes.main, 24)
    solid(
        board, blob("166 -296, 214 -286, 232 -268, 206 -254, 168 -254"), COLOURS["persimmon"], 10, grain=False
    )
    board.line(through("172 -272, 200 -270, 226 -268"), dark(COLOURS["persimmon"], 0.35), 4)
    board.fill(ellipse(116, -302, 12, 15), INK)
    board.fill(ellipse(112, -308, 5), "#ffffff")
    board.fill(ellipse(96, -256, 20, 12), ROSE, 0.9)
    board.line(through("80 -366, 66 -392, 88 -400"), dark(dyes.main, 0.1), 9)
    scarf = blob("6 -214, 60 -190, 140 -196, 168 -222, 160 -198, 130 -174, 56 -168, 4 -192")
    solid(board, scarf, dyes.second, 8)
    board.line(through("170 -52, 220 -30, 260 -60, 300 -26"), dark(COLOURS["straw"], 0.4), 5)
    solid(board, ellipse(304, -18, 17), dyes.second, 6, grain=False)


def gym(board: Board, dyes: Dyes) -> None:
    """A wooden arch under which a child reaches for things."""
    shadow(board, 270, 24, 10)
    wood = COLOURS["straw"]
    for side in (-1, 1):
        with board.at(0, 0, mirrored=side < 0):
            board.line([(150, -390), (250, -4)], wood, 26)
            board.line([(150, -390), (70, -4)], dark(wood, 0.14), 26)
    solid(board, box(-206, -414, 206, -378, 18), wood, 12)
    for x, drop in ((-96, 120), (0, 160), (96, 110)):
        board.line([(x, -380), (x, -380 + drop)], dark(wood, 0.4), 4)
    board.line(ellipse(-96, -222, 38), dyes.main, 17)
    for i, colour in enumerate((dyes.second, COLOURS["ochre"], dyes.main)):
        solid(board, ellipse(0, -242 + i * 46, 30 - i * 3), colour, 9, grain=False)
    with board.at(96, -210):
        board.fill(ellipse(0, -6, 54), dyes.second)
        board.fill(ellipse(-40, -46, 20), dyes.second)
        board.fill(ellipse(40, -46, 20), dyes.second)
        for x in (-18, 18):
            board.fill(ellipse(x, -12, 6, 7), INK)
        board.fill(ellipse(0, 6, 15, 11), light(dyes.second, 0.6))
        board.fill(ellipse(0, 2, 6, 4), INK)


def drum(board: Board, dyes: Dyes) -> None:
    """A rattle drum, the kind that pedlars turned."""
    shadow(board, 150, 22, 20)
    solid(board, box(-13, -220, 13, 0, 12), COLOURS["straw"], 8)
    for y in (-30, -54):
        board.line([(-13, y), (13, y)], COLOURS["persimmon"], 8)
    for side in (-1, 1):
        board.line(through(f"{side * 120} -330, {side * 190} -310, {side * 214} -260"), COLOURS["cocoa"], 5)
        solid(board, ellipse(side * 218, -244, 19), COLOURS["ochre"], 7, grain=False)
    solid(board, ellipse(18, -336, 142), dark(dyes.main, 0.2), 16)
    solid(board, ellipse(0, -340, 140), dyes.main, 22)
    board.fill(ellipse(-4, -342, 112), COLOURS["rice"])
    for i in range(20):
        with board.at(-2, -341, turn=i * 18):
            board.fill(ellipse(126, 0, 6), COLOURS["ochre"])
    board.letters(-4, -344, "福", 116, dyes.second, bold=True)
    shine(board, -92, -420, -370, 12, 0.5)
    stitches(board, arc(-4, -342, 100, 100, 20, 80), light(dyes.main, 0.7), 3)
