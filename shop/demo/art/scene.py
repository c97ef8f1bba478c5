"""The papers behind the things: a wall, a table, and one quiet shape that gives the place."""

from shop.demo.art.brush import Dyes, dark, light
from shop.drawing import Board, Fade, arc, box, curve, ellipse, moved

TABLE = 660.0


def moon(board: Board, dyes: Dyes) -> None:
    _wall(board, dyes)
    board.fill(ellipse(480, 430, 318), light(dyes.ground, 0.45))
    _table(board, dyes)


def arch(board: Board, dyes: Dyes) -> None:
    _wall(board, dyes)
    niche = [*arc(480, 400, 300, 300, 180, 360), (780, TABLE), (180, TABLE)]
    board.fill(niche, light(dyes.ground, 0.5))
    with board.inside(niche):
        board.fill(niche, dark(dyes.ground, 0.2), 0.4, minus=moved(niche, 26, 14))
    _table(board, dyes)


def window(board: Board, dyes: Dyes) -> None:
    _wall(board, dyes)
    for x in (90, 250):
        for y in (70, 260):
            pane = [(x, y), (x + 132, y + 40), (x + 132, y + 206), (x, y + 166)]
            board.fill(pane, light(dyes.ground, 0.55), 0.8)
    _table(board, dyes)
    for x in (420, 640):
        board.fill(
            [(x, TABLE + 40), (x + 150, TABLE + 40), (x + 230, 900), (x + 60, 900)],
            light(dyes.ground, 0.6),
            0.35,
        )


def hills(board: Board, dyes: Dyes) -> None:
    board.fill(box(0, 0, 960, 960), Fade(light(dyes.ground, 0.5), light(dyes.ground, 0.1)))
    board.fill(ellipse(690, 240, 92), light(dyes.ground, 0.8))
    ridges = (
        (0.05, ((0, 470), (160, 380), (300, 450), (470, 330), (640, 440), (800, 360), (960, 450))),
        (-0.12, ((0, 560), (200, 500), (380, 570), (560, 480), (760, 560), (960, 500))),
        (-0.24, ((0, 640), (180, 600), (420, 650), (680, 600), (960, 640))),
    )
    for tone, ridge in ridges:
        colour = light(dyes.ground, tone) if tone > 0 else dark(dyes.ground, -tone)
        board.fill([*curve(*ridge), (960, 960), (0, 960)], colour)
    board.fill(
        [*curve((0, 690), (300, 664), (660, 672), (960, 650)), (960, 960), (0, 960)], light(dyes.ground, 0.3)
    )
    board.grain(box(0, 690, 960, 960), dark(dyes.ground, 0.3), 0.03)


def clouds(board: Board, dyes: Dyes) -> None:
    _wall(board, dyes)
    for x, y, size in ((210, 210, 1.0), (740, 150, 0.8), (800, 430, 0.6), (120, 470, 0.55)):
        with board.at(x, y, size):
            for dx, dy, r in ((-70, 10, 44), (-18, -22, 62), (52, -4, 52), (96, 18, 34)):
                board.fill(ellipse(dx, dy, r), light(dyes.ground, 0.6))
            board.fill(box(-112, 8, 128, 54, 24), light(dyes.ground, 0.6))
    _table(board, dyes)


def dots(board: Board, dyes: Dyes) -> None:
    _wall(board, dyes)
    for row in range(8):
        for column in range(9):
            board.fill(ellipse(column * 120 + row % 2 * 60, 40 + row * 88, 13), light(dyes.ground, 0.4), 0.8)
    _table(board, dyes)


def night(board: Board, dyes: Dyes) -> None:
    deep = dark(dyes.ground, 0.35)
    board.fill(box(0, 0, 960, 960), Fade(deep, dyes.ground))
    for i in range(40):
        x, y = (i * 593) % 960, (i * i * 97 + i * 41) % 600
        board.fill(ellipse(x, y, 2 + i % 3), "#fff3cf", 0.6)
    board.fill(box(0, TABLE, 960, 960), Fade(light(dyes.ground, 0.16), dyes.ground))
    board.fill(box(0, TABLE, 960, TABLE + 5), dark(dyes.ground, 0.3), 0.7)


def _wall(board: Board, dyes: Dyes) -> None:
    board.fill(box(0, 0, 960, 960), Fade(light(dyes.ground, 0.18), dyes.ground))


def _table(board: Board, dyes: Dyes) -> None:
    board.fill(box(0, TABLE, 960, 960), Fade(light(dyes.ground, 0.42), light(dyes.ground, 0.22)))
    board.fill(box(0, TABLE, 960, TABLE + 5), dark(dyes.ground, 0.16), 0.7)
