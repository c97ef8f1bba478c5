"""The poster of a listing: one picture to send into a group, with everything on it and the way to it."""

import io
from dataclasses import dataclass

from flask_babel import gettext as _
from PIL import Image, ImageDraw

from shop.drawing import Board, Fade, box, ellipse, mixed, moved, traced
from shop.lettering import balanced, fitting_size, shown, width_of, wrapped, write
from shop.qr import matrix
from shop.text import shortened

WIDTH, HEIGHT = 750, 1200

# The same names and colours as in static/css/tokens.css, and the mark of static/mark.svg.
PAPER, RAISED, SUNK, LINE = "#faf5ea", "#fffdf8", "#f1e9d9", "#e0d5c0"
INK, SOFT, PERSIMMON, BLUSH, TEA, TEA_WASH = "#241e17", "#625746", "#c2410c", "#fbe6d8", "#43662a", "#e8efd8"
DUMPLING = traced(
    "M37 5.5C50 8.5 58 20.5 58 35.5 58 49.5 47.5 56 32 56 16.5 56 6 49.5 6 35.5 6 20 16.5 9.5 28 8.5"
    "c3.5-.3 5.5-3.8 9-3z"
)
PLEAT = traced("M37.5 4C38 18 31 30.5 15.5 35 27 28 32.5 18.5 32.5 6.5z")


@dataclass(frozen=True, slots=True)
class Poster:
    """What a poster says; prices are words already, in the language and currency of the community."""

    title: str
    price: str
    community: str
    shared_by: str
    address: str
    before: str = ""
    promise: str = ""


def draw_poster(poster: Poster, picture: bytes | None = None) -> bytes:
    """The poster as a PNG; the same words and picture always give the same bytes."""
    board = Board(WIDTH, HEIGHT, Fade(*_GROUND))
    _card(board)
    _heading(board, poster)
    _picture(board, Image.open(io.BytesIO(picture)) if picture else None)
    _offer(board, poster)
    _stub(board, poster)
    stream = io.BytesIO()
    board.image.save(stream, "PNG", compress_level=7)
    return stream.getvalue()


def dumpling(board: Board, x: float, y: float, size: float, colour: str, pleat: str) -> None:
    """Tuanzi's mark: a round dumpling with one pleat."""
    with board.at(x, y, size / 64):
        board.fill(DUMPLING, colour)
        with board.inside(DUMPLING):
            board.fill(PLEAT, pleat)


# The card, like a ticket with a stub to tear off: these are its edges.
_GROUND = ("#f3e6d2", "#ecdcc3")
_LEFT, _TOP, _RIGHT, _BOTTOM, _TEAR = 28.0, 28.0, 722.0, 1172.0, 946.0


def _card(board: Board) -> None:
    whole = box(_LEFT, _TOP, _RIGHT, _BOTTOM, 44)
    board.glow(moved(whole, 0, 10), "#7a5a30", 14, 0.16)
    board.fill(whole, RAISED)
    with board.inside(whole):
        board.fill([(_LEFT, _TEAR), (_RIGHT, _TEAR), (_RIGHT, _BOTTOM), (_LEFT, _BOTTOM)], PAPER)
        for x in (_LEFT, _RIGHT):
            board.fill(ellipse(x, _TEAR, 19), mixed(*_GROUND, _TEAR / HEIGHT))
            board.line(ellipse(x, _TEAR, 19), "#d9c8ab", 1.5)
    for x in range(64, 690, 16):
        board.line([(x, _TEAR), (x + 7, _TEAR)], "#d3c3a6", 2.5)


def _heading(board: Board, poster: Poster) -> None:
    dumpling(board, 58, 50, 52, PERSIMMON, RAISED)
    name = wrapped(poster.community, 30, 430 if poster.promise else 560, 1, bold=True)
    write(board.image, (126, 88), "".join(name), 30, INK, bold=True)
    if poster.promise and name:
        start = 126 + width_of(name[0], 30, bold=True) + 18
        promise = wrapped(poster.promise, 22, 690 - start, 1)
        if 690 - start > 120:
            write(board.image, (690, 87), promise[0], 22, SOFT, anchor="rs")


def _picture(board: Board, picture: Image.Image | None) -> None:
    left, top, right, bottom = 52.0, 122.0, 698.0, 708.0
    frame = box(left, top, right, bottom, 34)
    with board.inside(frame):
        if picture:
            board.picture(picture, (left, top, right, bottom))
        else:
            _instead(board, left, top, right, bottom)


def _instead(board: Board, left: float, top: float, right: float, bottom: float) -> None:
    """Steam over a dumpling, when there is no picture yet."""
    board.fill(box(left, top, right, bottom), TEA_WASH)
    for row in range(7):
        for column in range(8):
            x, y = left + 10 + column * 92 - row % 2 * 46, top + 4 + row * 92
            dumpling(board, x, y, 34, "#dfe8ca", TEA_WASH)
    middle = (left + right) / 2
    board.fill(ellipse(middle, (top + bottom) / 2 + 10, 196), "#f3f7ea")
    for x, lift in ((-58, 0), (0, -26), (58, 0)):
        steam = traced(f"M{middle + x} {400 + lift}c-26-26 26-44 0-72c-22-24 18-40 4-62")
        board.line(steam, "#a9c084", 9)
    dumpling(board, middle - 112, 400, 224, PERSIMMON, "#f3f7ea")


def _offer(board: Board, poster: Poster) -> None:
    lines = balanced(poster.title, 38, 640, 2, bold=True)
    baseline = 772 if len(lines) == 2 else 794
    for i, line in enumerate(lines):
        write(board.image, (56, baseline + i * 52), line, 38, INK, bold=True)
    price = shown(poster.price)
    size = fitting_size(price, 62, 30, 420 if poster.before else 630, bold=True)
    write(board.image, (54, 908), "".join(wrapped(price, size, 640, 1)), size, PERSIMMON, bold=True)
    if poster.before:
        start = 54 + width_of(price, size, bold=True) + 22
        before = "".join(wrapped(poster.before, 28, max(60.0, 690 - start), 1))
        write(board.image, (start, 907), before, 28, SOFT)
        board.line([(start - 2, 897), (start + width_of(before, 28) + 2, 897)], SOFT, 2)


def _stub(board: Board, poster: Poster) -> None:
    _code(board, poster.address, 498, 963, 192)
    name = shortened(poster.shared_by, 18)
    told = _("%(name)s shares this with you", name=name) if name else poster.community
    sharer = wrapped(told, 30, 400, 2, bold=True)
    y = 1024 if len(sharer) == 2 else 1048
    for i, line in enumerate(sharer):
        write(board.image, (56, y + i * 40), line, 30, INK, bold=True)
    y += len(sharer) * 40 + 2
    write(board.image, (56, y), "".join(wrapped(_("Press and hold, or scan"), 24, 400, 1)), 24, SOFT)
    short = poster.address.partition("://")[2] or poster.address
    size = fitting_size(short, 22, 15, 412)
    write(board.image, (56, y + 40), "".join(wrapped(short, size, 412, 1)), size, TEA)


def _code(board: Board, address: str, left: float, top: float, size: float) -> None:
    """The QR code with the mark in its middle; a quarter of it may be covered and it still reads."""
    rows = matrix(address, "q")
    board.fill(box(left - 6, top - 6, left + size + 6, top + size + 6, 22), "#ffffff")
    board.line(
        [*box(left - 6, top - 6, left + size + 6, top + size + 6, 22), (left + size - 16, top - 6)], LINE, 1.5
    )
    module = int(size - 16) // len(rows)  # whole pixels, so that a camera sees sharp edges
    middle, whole = (left + size / 2, top + size / 2), module * len(rows)
    x0, y0 = round(middle[0] - whole / 2), round(middle[1] - whole / 2)
    pen = ImageDraw.Draw(board.image)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                corner = (x0 + x * module, y0 + y * module)
                pen.rectangle((*corner, corner[0] + module - 1, corner[1] + module - 1), fill=INK)
    mark = module * (len(rows) // 5)
    board.fill(ellipse(*middle, mark * 0.62), "#ffffff")
    dumpling(board, middle[0] - mark / 2, middle[1] - mark / 2 - 1, mark, PERSIMMON, "#ffffff")
