"""What a new child eats from, sleeps under and wears. Each is drawn around the point where it stands."""

from shop.demo.art.brush import COLOURS, Dyes, dark, light, shadow, shine, solid, stitches
from shop.drawing import Board, Fade, arc, blob, box, curve, ellipse, mixed, moved, through, turned


def star(board: Board, x: float, y: float, size: float, colour: str, turn: float = 0.0) -> None:
    """A soft star with five points."""
    with board.at(x, y, size / 100, turn):
        points = []
        for i in range(5):
            points += [arc(0, 0, 100, 100, i * 72 - 90, 0)[0], arc(0, 0, 50, 50, i * 72 - 54, 0)[0]]
        board.fill(curve(*points, closed=True), colour)


def bottle(board: Board, dyes: Dyes) -> None:
    shadow(board, 130)
    body = turned((78, 0), (98, -14), (102, -90), (92, -160), (102, -230), (94, -296), (76, -312), (0, -312))
    board.fill(body, mixed(dyes.ground, "#ffffff", 0.7), 0.95)
    with board.inside(body):
        board.fill(box(-120, -216, 120, 10), Fade("#fffaf0", "#f3e2c6"))
        board.fill(ellipse(0, -216, 97, 13), "#fffdf8")
        for i in range(7):
            board.line([(50, -36 - i * 28), (84 if i % 2 else 74, -36 - i * 28)], dyes.main, 5)
        for x, y, size in ((-46, -64, 26), (-18, -136, 18), (-56, -178, 15)):
            star(board, x, y, size, dyes.main, x)
        board.fill(body, "#4a3220", 0.14, minus=moved(body, -24, -4))
        shine(board, -78, -286, -44, 16, 0.8)
    solid(board, box(-88, -356, 88, -300, 14), dyes.main, 22)
    for x in range(-74, 80, 18):
        board.line([(x, -350), (x, -308)], dark(dyes.main, 0.25), 4)
    teat = turned((62, -352), (58, -370), (30, -396), (26, -430), (22, -450), (0, -456))
    solid(board, teat, COLOURS["straw"], 12)


def blanket(board: Board, dyes: Dyes) -> None:
    shadow(board, 270, 28, 14)
    for i, colour in enumerate((dyes.main, dyes.second, dyes.main)):
        fold = box(-240 + i * 8, -96 - i * 76, 232 - i * 10, -i * 76, 40)
        solid(board, fold, mixed(colour, COLOURS["rice"], 0.06 * i), 24)
        with board.inside(fold):
            for row in range(5):
                for column in range(-8, 9):
                    x, y = column * 34 + row % 2 * 17, -12 - i * 76 - row * 18
                    board.line(curve((x - 11, y), (x, y - 7), (x + 11, y)), light(colour, 0.35), 3)
    drape = through("-90 -248, 60 -254, 150 -244")
    corner = [*drape, (150, -80), (110, -54), (30, -86), (-90, -130)]
    solid(board, corner, light(dyes.main, 0.15), 16)
    with board.inside(corner):
        star(board, 70, -150, 34, light(dyes.main, 0.7), 8)
        star(board, -30, -196, 18, light(dyes.main, 0.7), -14)
    for i in range(11):
        x = -84 + i * 20
        y = -130 + i * 7 if i < 6 else -82 + (i - 6) * 7
        board.line([(x, y - 2), (x - 2, y + 24)], dyes.second, 5)


def onesie(board: Board, dyes: Dyes) -> None:
    shadow(board, 170, 18, 18)
    small_shirt(board, dyes)


def small_shirt(board: Board, dyes: Dyes) -> None:
    """The same without the table under it, for a clothes line."""
    body = blob(
        "-84 -400, -150 -376, -230 -300, -236 -276, -178 -222, -146 -240, -140 -130, -128 -70, -60 -18, "
        "-46 4, 0 10, 46 4, 60 -18, 128 -70, 140 -130, 146 -240, 178 -222, 236 -276, 230 -300, "
        "150 -376, 84 -400, 0 -372"
    )
    solid(board, body, dyes.main, 30)
    with board.inside(body):
        for x in (-222, 222):
            board.line(
                [(x - 40 if x > 0 else x - 30, -312), (x + 30 if x > 0 else x + 40, -212)], dyes.main, 0.1
            )
        for side in (-1, 1):
            with board.at(0, 0, mirrored=side < 0):
                board.line(through("238 -268, 200 -246, 170 -214"), dyes.second, 26)
                board.line(through("132 -70, 84 -64, 52 -8"), dyes.second, 18)
        board.line(through("-90 -402, -50 -352, 0 -340, 50 -352, 90 -402"), dyes.second, 22)
    for x in (-26, 0, 26):
        board.fill(ellipse(x, -14, 8), COLOURS["rice"])
    with board.at(0, -206):
        board.fill(ellipse(0, 0, 66), light(dyes.main, 0.55))
        _dumpling_face(board, dyes.second)


def _dumpling_face(board: Board, colour: str) -> None:
    board.fill(blob("-44 6, -36 -30, -6 -46, 34 -32, 46 8, 30 36, -30 36"), colour)
    board.line(curve((2, -46), (6, -28), (-8, -14)), light(colour, 0.6), 5)
    for x in (-16, 16):
        board.fill(ellipse(x, 4, 5, 6), COLOURS["ink"])
        board.fill(ellipse(x * 1.7, 16, 8, 5), COLOURS["rose"])
    board.line(arc(0, 10, 9, 8, 20, 160), COLOURS["ink"], 4)


def apron(board: Board, dyes: Dyes) -> None:
    """A bib for a child that has begun to eat."""
    shadow(board, 170, 18, 18)
    neck = [*arc(0, -330, 130, 116, 118, 422)]
    board.line(neck, dyes.second, 40)
    board.line(arc(0, -330, 130, 116, 128, 412), light(dyes.second, 0.35), 6, 0.7)
    body = blob(
        "-130 -300, -180 -180, -170 -60, -90 -4, 0 4, 90 -4, 170 -60, 180 -180, 130 -300, "
        "70 -252, 0 -238, -70 -252"
    )
    solid(board, body, dyes.main, 32)
    with board.inside(body):
        pocket = blob("-190 -96, -60 -66, 60 -66, 190 -96, 190 20, -190 20")
        solid(board, pocket, dyes.second, 14)
        board.line(through("-190 -92, -60 -62, 60 -62, 190 -92"), light(dyes.second, 0.5), 7)
        for x, y, turn in ((-86, -150, -20), (0, -172, 6), (84, -150, 24)):
            _carrot(board, x, y, turn)
    board.fill(ellipse(0, -442, 13), COLOURS["rice"])


def _carrot(board: Board, x: float, y: float, turn: float) -> None:
    with board.at(x, y, 0.62, turn):
        for dx in (-14, 0, 14):
            board.line(curve((0, -28), (dx, -50), (dx * 1.5, -66)), COLOURS["tea"], 8)
        solid(
            board, blob("-26 -26, 0 -34, 26 -26, 14 20, 0 62, -14 20"), COLOURS["persimmon"], 8, grain=False
        )
        for dy in (-10, 10):
            board.line([(-8, dy), (6, dy + 2)], dark(COLOURS["persimmon"], 0.25), 4)


def booties(board: Board, dyes: Dyes) -> None:
    shadow(board, 270, 26, 10)
    small_shoes(board, dyes)


def small_shoes(board: Board, dyes: Dyes) -> None:
    """The same without the table under them, for a clothes line."""
    for x, y, scale in ((124, -20, 0.9), (-104, 0, 1.0)):
        with board.at(x, y, scale):
            foot = blob("-130 -10, -138 -80, -120 -150, 10 -150, 40 -110, 110 -96, 158 -54, 140 -8, 0 0")
            solid(board, foot, dyes.main, 26)
            with board.inside(foot):
                for i in range(7):
                    board.line(
                        curve((-160, -20 - i * 18), (0, -14 - i * 18), (180, -20 - i * 18)),
                        dark(dyes.main, 0.12),
                        3,
                    )
                board.fill(blob("-150 10, -140 -20, 0 -14, 170 -22, 170 20"), dyes.second)
            cuff = box(-142, -206, 30, -140, 30)
            solid(board, cuff, dyes.second, 16)
            for rib in range(-126, 22, 16):
                board.line([(rib, -198), (rib, -148)], dark(dyes.second, 0.16), 4)
            board.line(through("24 -128, -4 -104, 26 -92, 52 -118, 26 -128"), COLOURS["rice"], 7)
            board.line(through("26 -126, 40 -96, 66 -82"), COLOURS["rice"], 7)
            board.fill(ellipse(68, -76, 13), COLOURS["rice"])


def hat(board: Board, dyes: Dyes) -> None:
    shadow(board, 210, 24, 12)
    for x, turn in ((-118, -20), (118, 20)):
        with board.at(x, -270, turn=turn):
            solid(board, ellipse(0, 0, 62), dyes.main, 12)
            board.fill(ellipse(0, 4, 34), dyes.second)
    crown = [*arc(0, -70, 182, 226, 180, 360), *arc(0, -70, 182, 30, 0, 180)]
    solid(board, crown, dyes.main, 36)
    with board.inside(crown):
        for row in range(12):
            for column in range(-8, 9):
                x, y = column * 28 + row % 2 * 14, -290 + row * 20
                board.line([(x - 7, y), (x, y + 9), (x + 7, y)], light(dyes.main, 0.3), 3)
    brim = box(-204, -92, 204, 0, 44)
    solid(board, brim, dyes.second, 24)
    for x in range(-180, 190, 20):
        board.line([(x, -80), (x, -12)], dark(dyes.second, 0.16), 5)
    for x in (-58, 58):
        board.fill(ellipse(x, -150, 12, 15), COLOURS["ink"])
        board.fill(ellipse(x * 1.5, -118, 18, 11), COLOURS["rose"])
    board.fill(ellipse(0, -128, 16, 12), COLOURS["ink"])


def bowl(board: Board, dyes: Dyes) -> None:
    shadow(board, 250, 26, 14)
    suction = turned((140, 0), (150, -10), (96, -34), (0, -34))
    solid(board, suction, dyes.second, 14)
    body = turned((90, -28), (150, -54), (206, -130), (224, -206), (0, -206))
    solid(board, body, dyes.main, 42)
    with board.inside(body):
        for x in (-34, 34):
            board.fill(ellipse(x, -112, 8, 11), COLOURS["ink"])
            board.fill(ellipse(x * 2, -92, 15, 9), COLOURS["rose"])
        board.line(arc(0, -104, 16, 14, 20, 160), COLOURS["ink"], 6)
    for x in (-150, 150):
        solid(board, ellipse(x, -232, 44, 48), dyes.main, 10)
        board.fill(ellipse(x, -230, 22, 26), dyes.second)
    board.fill(ellipse(0, -206, 224, 44), light(dyes.main, 0.4))
    board.fill(ellipse(0, -202, 204, 35), dark(dyes.main, 0.22))
    with board.inside(ellipse(0, -202, 204, 35)):
        board.fill(ellipse(0, -186, 200, 33), "#f1dcae")
        for i in range(16):
            board.fill(
                ellipse(-160 + i * 22, -200 + (i * 13) % 22, 7, 4),
                COLOURS[("persimmon", "moss", "rice")[i % 3]],
            )
    with board.at(96, -214, turn=30):
        solid(board, box(-13, -230, 13, 0, 13), dyes.second, 8, grain=False)
        solid(board, ellipse(0, -236, 34, 50), dyes.second, 10, grain=False)


def balm(board: Board, dyes: Dyes) -> None:
    """A balm in its tin, with the herb that is in it."""
    shadow(board, 210, 26, 16)
    base = [*arc(0, -110, 180, 44, 180, 360), *arc(0, -24, 180, 44, 0, 180)]
    solid(board, base, dyes.second, 36)
    board.fill(ellipse(0, -110, 180, 44), light(dyes.second, 0.4))
    board.fill(ellipse(0, -108, 160, 36), "#fbf3dd")
    with board.inside(ellipse(0, -108, 160, 36)):
        board.line(through("-70 -100, -20 -128, 50 -120, 60 -98, -10 -94"), "#e9d9b4", 13)
    with board.at(120, -118, 0.94, 24):
        solid(board, ellipse(14, -130, 170, 170), dark(dyes.main, 0.2), 12)
        solid(board, ellipse(0, -130, 166, 168), dyes.main, 26)
        board.line(ellipse(0, -130, 140), light(dyes.main, 0.5), 4)
    board.letters(168, -260, "紫草", 76, COLOURS["rice"], bold=True)
    board.letters(168, -188, "20 g", 34, COLOURS["rice"])
    with board.at(-186, 6, turn=-18):
        board.line(through("0 0, -6 -70, 10 -150, 4 -214"), COLOURS["tea"], 7)
        for y, side in ((-50, 1), (-84, -1), (-118, 1), (-150, -1)):
            board.fill(
                curve((2, y), (side * 40, y - 34), (side * 74, y - 30), (side * 40, y - 6), closed=True),
                COLOURS["moss"],
            )
        for x, y in ((4, -214), (-16, -196), (22, -196), (-4, -238), (18, -230)):
            board.fill(ellipse(x, y, 15), COLOURS["lilac"])
            board.fill(ellipse(x, y, 5), COLOURS["ochre"])


def satchel(board: Board, dyes: Dyes) -> None:
    """A bag for everything that a walk with a child needs."""
    shadow(board, 230, 26, 18)
    for offset, colour in ((10, dark(dyes.second, 0.3)), (0, dyes.second)):
        board.line(
            moved(through("-120 -286, -110 -420, 0 -466, 110 -420, 120 -286"), offset, -offset), colour, 22
        )
    body = blob("-190 -300, -214 -160, -216 -40, -180 -4, 0 4, 180 -4, 216 -40, 214 -160, 190 -300, 0 -312")
    solid(board, body, dyes.main, 36)
    with board.inside(body):
        solid(board, box(-150, -168, 90, -26, 26), mixed(dyes.main, COLOURS["rice"], 0.18), 16)
        board.line([(-146, -130), (86, -130)], dark(dyes.main, 0.25), 5)
        board.fill(box(-220, -312, 220, -276), dyes.second)
        stitches(board, through("-190 -268, -60 -266, 60 -266, 190 -268"), light(dyes.second, 0.5), 4)
        star(board, -30, -78, 34, dyes.second, 10)
    with board.at(150, -150):
        solid(board, box(-40, -40, 40, 130, 18), dyes.second, 12)
        board.fill(box(-30, -112, 30, -40, 10), mixed(dyes.ground, "#ffffff", 0.75))
        board.fill(box(-30, -74, 30, -40), "#fdf3df")
        board.fill(box(-33, -132, 33, -106, 8), COLOURS["persimmon"])
        board.fill(turned((20, -130), (8, -148), (7, -166), (0, -168)), COLOURS["straw"])
