"""What runners wear over the hills. Each is drawn around the point where it stands, in units of a 960 picture."""

from shop.demo.art.brush import COLOURS, Dyes, dark, flat, light, shadow, solid, stitches
from shop.drawing import Board, arc, blob, box, curve, ellipse, moved, through

RUBBER, STEEL = "#3a322c", "#b9b4aa"


def shoe(board: Board, dyes: Dyes) -> None:
    shadow(board, 290, 24, 6)
    rice = COLOURS["rice"]
    solid(board, blob("-128 -210, -116 -270, -74 -288, -50 -250, -24 -200"), dark(dyes.second, 0.1), 12)
    board.line(blob("-206 -236, -226 -262, -214 -270, -190 -250, -178 -222"), dark(dyes.main, 0.3), 8)
    upper = blob(
        "-238 -60, -250 -130, -238 -204, -206 -238, -168 -214, -118 -226, -78 -236, -20 -190, 60 -146, "
        "150 -132, 226 -112, 262 -72, 258 -40, 0 -34, -236 -34"
    )
    solid(board, upper, dyes.main, 26)
    with board.inside(upper):
        solid(board, blob("150 -150, 176 -90, 156 -30, 300 -20, 300 -160"), dark(dyes.main, 0.28), 10)
        solid(board, blob("-270 -30, -180 -40, -170 -120, -206 -180, -290 -200"), dyes.second, 14)
        board.fill(blob("-150 -50, -60 -120, 40 -130, 0 -96, -30 -44"), dyes.second)
        board.fill(blob("-96 -50, -20 -104, 70 -116, 30 -84, 10 -44"), light(dyes.main, 0.4), 0.7)
        board.fill(ellipse(-168, -232, 52, 26), dark(dyes.main, 0.5), 0.8)
    for i in range(5):
        x, y = -104 + i * 31, -206 + i * 20
        board.line(curve((x - 16, y + 34), (x + 4, y + 8), (x + 30, y - 2)), rice, 9)
        board.fill(ellipse(x - 18, y + 36, 7), dark(dyes.main, 0.5))
    board.line(through("-92 -226, -128 -214, -138 -178, -112 -170, -96 -206"), rice, 7)
    board.line(through("-92 -226, -66 -252, -38 -240, -52 -216, -88 -218"), rice, 7)
    midsole = blob("-262 -72, -200 -50, 0 -56, 160 -58, 262 -74, 276 -44, 244 -18, -236 -14, -266 -36")
    solid(board, midsole, rice, 12)
    board.line(curve((-250, -42), (0, -34), (254, -44)), dyes.second, 7)
    for i in range(13):
        x = -244 + i * 39
        board.fill([(x, -22), (x + 30, -22), (x + 25, 4), (x + 6, 4)], RUBBER)
    board.fill(box(-250, -26, 256, -14, 6), RUBBER)
    stitches(board, curve((-222, -90), (-186, -120), (-206, -176)), light(dyes.second, 0.6), 3)


def cap(board: Board, dyes: Dyes) -> None:
    shadow(board, 260, 26, 14)
    crown = [*arc(-30, -66, 178, 186, 180, 360), *arc(-30, -66, 178, 34, 0, 180)]
    solid(board, crown, dyes.main, 34)
    with board.inside(crown):
        front = blob("-20 -262, -70 -200, -92 -110, -88 0, 200 0, 190 -140, 110 -262")
        board.fill(front, dyes.second)
        board.grain(front, dark(dyes.second, 0.3), 0.08)
        for seam in ("-22 -252, -80 -180, -92 -60, -90 0", "-24 -252, -130 -200, -176 -110, -180 0"):
            board.line(through(seam), dark(dyes.main, 0.3), 4)
        for x, y in ((-142, -150), (-122, -176), (-120, -136), (-152, -118)):
            board.fill(ellipse(x, y, 6), dark(dyes.main, 0.5))
        board.fill(crown, dark(dyes.second, 0.5), 0.22, minus=moved(crown, -30, -8))
        board.fill([(-34, -90), (14, -158), (36, -130), (54, -152), (96, -90)], COLOURS["rice"])
        board.fill([(14, -158), (-4, -132), (12, -124), (28, -140)], dyes.main)
        board.fill(ellipse(70, -182, 15), COLOURS["persimmon"])
    brim = blob(
        "-96 -58, -20 -46, 80 -52, 148 -72, 220 -66, 288 -36, 300 -14, 250 -8, 130 -14, 20 -10, -70 -20, -112 -38"
    )
    solid(board, brim, dark(dyes.main, 0.1), 12)
    stitches(board, through("-70 -34, 40 -28, 140 -36, 220 -38, 270 -26"), light(dyes.main, 0.4), 3)
    board.fill(ellipse(-30, -252, 17, 10), dyes.second)


def socks(board: Board, dyes: Dyes) -> None:
    shadow(board, 230, 24, 18)
    for x, y, main, second in ((84, -8, dyes.second, dyes.main), (-66, 0, dyes.main, dyes.second)):
        with board.at(x, y):
            shape = blob(
                "-78 -420, -80 -240, -86 -130, -100 -50, -70 -6, 40 -2, 160 -4, 196 -48, 160 -96, 80 -118, "
                "52 -170, 56 -300, 60 -420, -10 -426"
            )
            solid(board, shape, main, 26)
            with board.inside(shape):
                board.fill(box(-100, -440, 100, -356), second)
                for rib in range(-72, 70, 13):
                    board.line([(rib, -436), (rib, -362)], dark(second, 0.2), 2.5)
                board.fill(box(-100, -326, 100, -308), second)
                board.fill(box(-100, -292, 100, -284), second)
                solid(board, ellipse(-88, -40, 62, 66), second, 10)
                solid(board, ellipse(190, -40, 66, 80), second, 10)
                board.fill([(-30, -180), (-2, -232), (14, -208), (28, -236), (58, -180)], light(main, 0.6))


def shell(board: Board, dyes: Dyes) -> None:
    shadow(board, 210, 20, 20)
    for side in (-1, 1):
        with board.at(0, 0, mirrored=side < 0):
            arm = blob("104 -382, 160 -350, 196 -240, 222 -110, 214 -66, 160 -64, 146 -120, 118 -230")
            solid(board, arm, dark(dyes.main, 0.1), 20)
            board.fill(blob("152 -98, 220 -104, 216 -66, 160 -62"), dyes.second)
    hood = blob("-74 -380, -84 -450, -40 -492, 40 -492, 84 -450, 74 -380")
    solid(board, hood, dark(dyes.main, 0.06), 20)
    board.fill(blob("-46 -384, -52 -436, -22 -462, 22 -462, 52 -436, 46 -384"), dark(dyes.main, 0.5))
    body = blob(
        "-112 -388, -60 -404, 0 -396, 60 -404, 112 -388, 132 -250, 134 -100, 138 -12, 0 4, "
        "-138 -12, -134 -100, -132 -250"
    )
    solid(board, body, dyes.main, 30)
    with board.inside(body):
        yoke = [*through("-160 -300, -60 -260, 0 -276, 60 -260, 160 -300"), (160, -440), (-160, -440)]
        board.fill(yoke, dyes.second)
        board.grain(yoke, dark(dyes.second, 0.35), 0.1)
        board.line(curve((-140, -40), (0, -22), (140, -40)), dark(dyes.main, 0.25), 4)
        for side in (-1, 1):
            board.line([(side * 58, -150), (side * 100, -96)], dark(dyes.main, 0.4), 7)
    board.line([(0, -404), (0, 2)], dark(dyes.main, 0.55), 7)
    board.line([(0, -400), (0, -2)], COLOURS["rice"], 2)
    board.fill(box(-7, -300, 7, -262, 5), COLOURS["persimmon"])
    for x in (-30, 30):
        board.line(curve((x, -396), (x * 1.2, -340), (x, -316)), COLOURS["rice"], 4)
        board.fill(ellipse(x, -312, 7), COLOURS["persimmon"])
    board.fill(ellipse(-76, -320, 13), COLOURS["rice"], 0.9)


def shorts(board: Board, dyes: Dyes) -> None:
    shadow(board, 230, 20, 18)
    body = blob(
        "-160 -330, -176 -200, -214 -40, -204 -18, -60 -4, -34 -20, -8 -150, 8 -150, 34 -20, 60 -4, "
        "204 -18, 214 -40, 176 -200, 160 -330, 0 -336"
    )
    solid(board, body, dyes.main, 30)
    with board.inside(body):
        for side in (-1, 1):
            with board.at(0, 0, mirrored=side < 0):
                board.fill(blob("176 -260, 140 -160, 150 -60, 190 10, 260 10, 240 -200"), dyes.second)
                board.line(curve((60, 0), (120, -10), (210, -30)), dark(dyes.main, 0.3), 4)
        board.line(curve((0, -300), (6, -220), (0, -140)), dark(dyes.main, 0.35), 5)
        board.fill(box(-190, -344, 190, -296), dark(dyes.main, 0.22))
        for x in range(-160, 170, 12):
            board.line([(x, -336), (x, -300)], dark(dyes.main, 0.4), 2)
    for x in (-14, 14):
        board.line(curve((x, -312), (x * 2, -270), (x * 1.6, -234)), COLOURS["rice"], 6)
    board.fill([(-130, -90), (-106, -134), (-94, -116), (-80, -138), (-52, -90)], light(dyes.main, 0.7))


def tube(board: Board, dyes: Dyes) -> None:
    """A neck tube, standing as if it had just been pulled off."""
    shadow(board, 200, 26, 18)
    body = blob(
        "-150 -20, -166 -150, -142 -280, -128 -330, 0 -350, 128 -330, 150 -270, 160 -140, 150 -20, 0 8"
    )
    solid(board, body, dyes.main, 34)
    with board.inside(body):
        for i, y in enumerate((-60, -130, -206, -282)):
            wave = curve((-190, y), (-110, y - 34), (-40, y + 4), (30, y - 38), (110, y), (190, y - 30))
            band = [*wave, *reversed(moved(wave, 0, 26))]
            board.fill(band, dyes.second if i % 2 else light(dyes.main, 0.5))
        board.fill(ellipse(70, -292, 30), COLOURS["persimmon"])
    board.fill(ellipse(0, -334, 126, 28), dark(dyes.main, 0.55))
    board.fill(ellipse(4, -328, 110, 19), dark(dyes.main, 0.35))
    board.line(curve((-60, -40), (-84, -150), (-62, -260)), dark(dyes.main, 0.3), 5, 0.7)
    board.line(curve((92, -30), (108, -120), (90, -220)), dark(dyes.main, 0.3), 5, 0.7)


def watch(board: Board, dyes: Dyes) -> None:
    shadow(board, 150, 22, 22)
    left = through("-62 -20, -70 -120, -60 -240, -66 -360, -50 -470")
    right = through("50 -470, 66 -360, 60 -240, 70 -120, 62 -20")
    solid(board, [*left, *right, *arc(0, -20, 62, 26, 0, 180)], dyes.main, 22)
    for y in (-60, -94, -128, -400, -434):
        board.fill(box(-10, y - 9, 10, y + 9, 8), dark(dyes.main, 0.45))
    for x, y in ((106, -290), (106, -210), (-112, -250)):
        solid(board, box(x - 14, y - 20, x + 14, y + 20, 7), STEEL, 6, grain=False)
    solid(board, ellipse(0, -250, 116), COLOURS["ink"], 22)
    board.line(ellipse(0, -250, 100), STEEL, 6)
    flat(board, ellipse(0, -250, 92), "#233039", lambda: _climb(board, dyes))
    board.letters(0, -288, "42.2", 50, COLOURS["rice"], bold=True)
    board.letters(0, -326, "km", 20, light(dyes.second, 0.4))


def _climb(board: Board, dyes: Dyes) -> None:
    ridge = through("-100 -200, -60 -226, -30 -210, 0 -252, 30 -222, 56 -238, 100 -196")
    board.fill([*ridge, (100, -150), (-100, -150)], dyes.second)
    board.fill([*moved(ridge, 0, 22), (100, -150), (-100, -150)], dark(dyes.second, 0.3))
    board.fill(ellipse(0, -252, 8), COLOURS["persimmon"])
