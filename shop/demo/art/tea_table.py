"""What goes into the cup, and what stands beside it. Each is drawn around the point where it stands."""

from shop.demo.art.brush import COLOURS, Dyes, dark, light, shadow, shine, solid
from shop.demo.art.tea_ware import BREW, leaf, mountains, sprig, steam
from shop.drawing import Board, Fade, arc, blob, box, curve, ellipse, through, turned


def tin(board: Board, dyes: Dyes) -> None:
    shadow(board, 190)
    body = [*arc(0, -306, 142, 30, 180, 360), *arc(0, -22, 142, 30, 0, 180)]
    solid(board, body, dyes.main, 46)
    with board.inside(body):
        board.fill(box(-150, -262, 150, -256), light(dyes.second), 0.9)
        board.fill(box(-150, -42, 150, -36), light(dyes.second), 0.9)
        for i, x in enumerate((-120, -64, 76, 128)):
            sprig(board, x, -90 - i % 2 * 110, 54, light(dyes.main, 0.3), -12 + i * 9)
    label = box(-64, -244, 58, -72, 12)
    solid(board, label, COLOURS["rice"], 10, grain=False)
    board.line([*box(-54, -234, 48, -82, 8), (46, -234)], dyes.second, 2.5)
    board.letters(-3, -178, "茶", 78, COLOURS["ink"], bold=True)
    board.fill(box(-16, -118, 10, -92, 5), COLOURS["persimmon"])
    lid = [*arc(0, -392, 136, 28, 180, 360), *arc(0, -312, 148, 32, 0, 180)]
    solid(board, lid, dark(dyes.main, 0.16), 40)
    board.fill(ellipse(0, -392, 136, 27), light(dyes.main, 0.22))
    board.fill(ellipse(0, -393, 118, 21), dyes.main)
    shine(board, -104, -268, -50, 14, 0.35)


def cake(board: Board, dyes: Dyes) -> None:
    shadow(board, 236, 24, 34)
    cream = COLOURS["cream"]
    with board.at(12, -206):
        solid(board, ellipse(16, 6, 208, 206), dark(cream, 0.16), 20)
        paper = ellipse(-4, 0, 204, 204)
        solid(board, paper, cream, 22)
        with board.inside(paper):
            for i in range(30):
                with board.at(-4, 0, turn=i * 12):
                    board.line(curve((150, 0), (180, 5), (206, -2)), dark(cream, 0.22), 3, 0.8)
        board.line(ellipse(-4, 0, 142), dyes.main, 9)
        board.line(ellipse(-4, 0, 126), dyes.main, 3)
        board.fill(ellipse(-4, 0, 112), light(dyes.main, 0.86))
        with board.inside(ellipse(-4, 0, 112)), board.at(-4, 92, 0.72):
            mountains(board, 0, dyes.main)
        board.letters(-4, -32, "普洱", 62, dark(dyes.main, 0.2), bold=True)
        board.fill(box(-18, 12, 10, 40, 5), COLOURS["persimmon"])
    for x, y, r, tone in (
        (-214, -22, 34, 0.1),
        (-172, -12, 20, 0.3),
        (-252, -8, 15, 0.2),
        (-128, -6, 10, 0.1),
    ):
        crumb = [(x - r, y + 8), (x - r * 0.6, y - r * 0.7), (x + r * 0.4, y - r * 0.8), (x + r, y - 2)]
        solid(board, curve(*crumb, (x + r * 0.3, y + r * 0.5), closed=True), dark(COLOURS["cocoa"], tone), 8)


def jar(board: Board, dyes: Dyes) -> None:
    shadow(board, 190)
    top = [*arc(-96, -230, 46, 46, 180, 270), *arc(96, -230, 46, 46, 270, 360)]
    glass = [*top, *arc(104, -40, 38, 38, 0, 90), *arc(-104, -40, 38, 38, 90, 180)]
    board.fill(glass, light(dyes.main, 0.5))
    with board.inside(glass):
        board.fill(box(-160, -238, 160, 0), Fade(dyes.main, dark(dyes.main, 0.24)))
        for i in range(26):
            x, y = (i * 67) % 250 - 125, -30 - (i * 41) % 190
            _blossom(board, x, y, 0.5 + i % 3 * 0.12, light(COLOURS["ochre"], 0.4))
        board.fill(box(92, -280, 160, 0), "#4a3220", 0.16)
        shine(board, -118, -214, -60, 16, 0.5)
    solid(board, box(-72, -176, 62, -70, 10), COLOURS["rice"], 8, grain=False)
    board.letters(-5, -134, "桂花", 50, COLOURS["ink"], bold=True)
    board.fill(box(-44, -98, 34, -94), dyes.second)
    skirt = blob(
        "-150 -250, -124 -292, 124 -292, 150 -250, 110 -264, 70 -246, 30 -264, -14 -246, -60 -266, -104 -246"
    )
    solid(board, skirt, dyes.second, 16)
    cloth = blob("-122 -288, -104 -330, 0 -344, 104 -330, 122 -288")
    solid(board, cloth, dyes.second, 18)
    board.line(curve((-124, -288), (0, -280), (124, -288)), COLOURS["straw"], 9)
    with board.inside(cloth):
        for x in range(-90, 100, 36):
            for y in (-326, -304):
                board.fill(ellipse(x + (y == -304) * 18, y, 6), light(dyes.second, 0.6))
    with board.at(-196, -4):
        board.line(curve((-40, 0), (0, -26), (70, -30)), COLOURS["cocoa"], 6)
        leaf(board, 30, -28, 70, -30, COLOURS["tea"])
        for x, y in ((-20, -24), (4, -40), (22, -22), (-2, -16)):
            _blossom(board, x, y, 1.0, COLOURS["ochre"])


def _blossom(board: Board, x: float, y: float, size: float, colour: str) -> None:
    """An osmanthus flower: four round petals."""
    for dx, dy in ((-6, 0), (6, 0), (0, -6), (0, 6)):
        board.fill(ellipse(x + dx * size, y + dy * size, 6.5 * size), colour)
    board.fill(ellipse(x, y, 3 * size), dark(colour, 0.35))


def pet(board: Board, dyes: Dyes) -> None:
    shadow(board, 290, 30, 14)
    straw = COLOURS["straw"]
    tray = turned((270, 0), (300, -14), (306, -58), (292, -66), (0, -66))
    solid(board, tray, straw, 26)
    with board.inside(tray):
        for x in range(-290, 300, 46):
            board.fill(box(x, -46, x + 26, -36, 5), dark(straw, 0.45))
    board.fill(ellipse(0, -66, 292, 34), light(straw, 0.25))
    for y in (-82, -70, -58, -48):
        reach = 240 - abs(y + 66) * 3
        board.line([(-reach, y), (reach, y)], dark(straw, 0.25), 3)
    with board.at(-50, -62):
        _piglet(board, dyes.main)
    with board.at(170, -58, 0.62):
        solid(board, turned((50, 0), (98, -60), (116, -124), (0, -124)), dyes.second, 24)
        board.fill(ellipse(0, -124, 116, 26), light(dyes.second, 0.45))
        board.fill(ellipse(0, -120, 102, 20), BREW)
        steam(board, 0, -150)


def _piglet(board: Board, colour: str) -> None:
    board.fill(ellipse(20, 0, 140, 16), "#4a3220", 0.22)
    body = blob("-130 -20, -140 -100, -80 -170, 20 -180, 110 -140, 136 -60, 110 -4, 0 6")
    solid(board, body, colour, 34)
    board.line(through("126 -104, 156 -126, 160 -96, 138 -88, 142 -112"), dark(colour, 0.1), 10)
    for x in (-84, 66):
        solid(board, box(x - 24, -26, x + 24, 8, 12), colour, 8, grain=False)
    for x, turn in ((-116, -24), (-42, 18)):
        with board.at(x, -166, turn=turn):
            solid(
                board, curve((-22, 14), (-12, -34), (26, 8), closed=True), dark(colour, 0.12), 8, grain=False
            )
    solid(board, ellipse(-104, -92, 36, 28), light(colour, 0.2), 8, grain=False)
    for x in (-116, -94):
        board.fill(ellipse(x, -90, 5, 8), dark(colour, 0.55))
    for x in (-122, -62):
        board.line(arc(x, -128, 11, 9, 190, 350), dark(colour, 0.65), 5)
    shine(board, -20, -160, -150, 46, 0.4)


def tools(board: Board, dyes: Dyes) -> None:
    shadow(board, 150)
    cocoa, straw = COLOURS["cocoa"], COLOURS["straw"]
    for x, turn in ((-40, -16), (-8, -4), (22, 7), (44, 20)):
        with board.at(x, -190, turn=turn):
            solid(board, box(-9, -210, 9, 40, 8), cocoa, 6, grain=False)
            if turn == -16:  # the scoop
                solid(board, blob("-30 -190, -36 -280, 0 -306, 36 -280, 30 -190, 0 -176"), straw, 12)
            elif turn == -4:  # the needle
                board.line([(0, -206), (0, -292)], straw, 9)
                solid(board, ellipse(0, -206, 15), cocoa, 5, grain=False)
            elif turn == 7:  # the tweezers
                board.line(curve((0, -190), (-22, -250), (-8, -300)), straw, 11)
                board.line(curve((0, -190), (22, -250), (8, -300)), dark(straw, 0.12), 11)
            else:  # the brush
                solid(board, blob("-18 -206, -34 -262, 0 -330, 34 -262, 18 -206"), COLOURS["cream"], 10)
                board.fill(blob("-20 -284, 0 -330, 20 -284, 0 -274"), COLOURS["ink"])
    tube = [*arc(0, -236, 96, 22, 180, 360), *arc(0, -16, 96, 22, 0, 180)]
    solid(board, tube, dyes.main, 32)
    with board.inside(tube):
        for x in (-40, 6, 44):
            board.line([(x, -60), (x - 6, -190)], light(dyes.main, 0.4), 7)
            leaf(board, x - 4, -120, 62, -38, light(dyes.main, 0.4))
            leaf(board, x - 2, -86, 54, -146, light(dyes.main, 0.3))
        board.fill(box(-120, -262, 120, -226), dyes.second)


def sachets(board: Board, dyes: Dyes) -> None:
    shadow(board, 250)
    inks = (dyes.main, COLOURS["ochre"], dyes.second, COLOURS["rose"], COLOURS["tea"])
    for i, (ink, word) in enumerate(zip(inks, ("龙井", "岩茶", "白毫", "滇红", "熟普"), strict=True)):
        paper, lift = COLOURS["rice" if i % 2 else "cream"], abs(i - 2) * 16
        with board.at(-168 + i * 84, -66, turn=-9 + i * 4.5):
            sheet = box(-58, -330 + lift, 58, 30, 8)
            solid(board, sheet, paper, 14, grain=False)
            with board.inside(sheet):
                board.fill(box(-60, -340, 60, -238 + lift), ink)
                board.fill(ellipse(0, -238 + lift, 34), paper)
            board.letters(0, -240 + lift, word[0], 38, dark(ink, 0.3), bold=True)
            board.letters(0, -180 + lift, word[1], 38, dark(ink, 0.3), bold=True)
    solid(board, box(-236, -150, 236, 0, 14), dyes.main, 34)
    board.fill(box(-60, -150, 60, 0), light(dyes.main, 0.8))
    board.letters(0, -90, "五味", 46, COLOURS["ink"], bold=True)
    board.fill(box(-12, -48, 12, -24, 4), COLOURS["persimmon"])


def mooncakes(board: Board, dyes: Dyes) -> None:
    shadow(board, 290, 30, 18)
    plate = turned((140, 0), (230, -16), (292, -44), (286, -54), (0, -50))
    solid(board, plate, dyes.second, 22)
    board.fill(ellipse(0, -50, 286, 36), light(dyes.second, 0.35))
    board.fill(ellipse(0, -48, 232, 24), dark(dyes.second, 0.06))
    for x, y in ((-118, -62), (112, -62), (-6, -116)):
        with board.at(x, y, 0.98):
            _mooncake(board, dyes.main)


def _mooncake(board: Board, colour: str) -> None:
    side = [*arc(0, -66, 112, 40, 180, 360), *arc(0, -6, 112, 40, 0, 180)]
    solid(board, side, colour, 26)
    for x in range(-96, 100, 24):
        bulge = (1 - (x / 112) ** 2) ** 0.5
        board.line([(x, -60 + bulge * 38), (x, -8 + bulge * 36)], dark(colour, 0.24), 4)
    board.fill(ellipse(0, -66, 112, 40), light(colour, 0.3))
    board.line(ellipse(0, -66, 96, 32), dark(colour, 0.14), 4)
    for i in range(8):
        with board.at(0, -66):
            petal = curve((0, 0), *arc(0, 0, 62, 21, i * 45 - 18, i * 45 + 18)[::16], closed=True)
            board.fill(petal, colour, 0.8)
            board.line([*petal, petal[0]], dark(colour, 0.2), 2.5)
    board.fill(ellipse(0, -66, 16, 6), dark(colour, 0.12))
    board.fill(ellipse(-54, -84, 26, 5), "#fff6e0", 0.5)


def tea_book(board: Board, dyes: Dyes) -> None:
    """A thread-bound book standing, with a cup before it."""
    shadow(board, 210, 24, 26)
    board.fill([(150, -380), (182, -366), (182, -6), (150, 0)], COLOURS["cream"])
    for x in (158, 166, 174):
        board.line([(x, -374), (x, -4)], dark(COLOURS["cream"], 0.25), 2)
    cover = box(-160, -390, 150, 0, 6)
    solid(board, cover, dyes.main, 20)
    with board.inside(cover):
        board.line([(-122, -400), (-122, 10)], COLOURS["rice"], 4)
        for y in range(-370, 0, 70):
            board.line([(-170, y), (-122, y)], COLOURS["rice"], 4)
        with board.at(60, -40, 0.9):
            mountains(board, 0, light(dyes.main, 0.35))
        sprig(board, 84, -200, 84, light(dyes.main, 0.5), 12)
    solid(board, box(-92, -350, -8, -120, 4), COLOURS["rice"], 8, grain=False)
    for i, letter in enumerate("茶山记"):
        board.letters(-50, -300 + i * 66, letter, 54, COLOURS["ink"], bold=True)
    with board.at(170, 14, 0.6):
        shadow(board, 120, 20)
        solid(board, turned((56, 0), (104, -60), (126, -136), (0, -136)), dyes.second, 26)
        board.fill(ellipse(0, -136, 126, 28), light(dyes.second, 0.4))
        board.fill(ellipse(0, -132, 112, 22), BREW)
        steam(board, 0, -160)
