"""QR codes of short addresses, as a drawing for pages and as a picture for print."""

import io
from html import escape
from typing import Any, cast

import segno
from flask_babel import gettext as _

# Quiet zone around the code in modules, as the standard asks.
BORDER = 4


def matrix(text: str, error: str = "m") -> list[list[bool]]:
    """The dark modules of a code, row by row, without its quiet zone; `error` is l, m, q or h."""
    code: Any = segno.make(text, error=error, micro=False, boost_error=False)
    return [[bool(module) for module in row] for row in cast(list[bytes], code.matrix)]


def qr_svg(text: str) -> str:
    """The code as an inline SVG in the colour of the text around it, on its own light ground."""
    rows = matrix(text)
    size = len(rows) + 2 * BORDER
    runs = "".join(
        f"M{x + BORDER} {y + BORDER}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr" viewBox="0 0 {size} {size}" role="img" '
        f'aria-label="{escape(_("QR code of %(address)s", address=text))}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#241e17" d="{runs}"/></svg>'
    )


def qr_png(text: str, scale: int = 10) -> bytes:
    """The code as a black and white PNG, `scale` pixels a module."""
    stream = io.BytesIO()
    code: Any = segno.make(text, error="m", micro=False, boost_error=False)
    code.save(stream, kind="png", scale=scale, border=BORDER)
    return stream.getvalue()


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark stretches begin in a row, and how long they are."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((x, 1))
    return found
