"""The merchant's catalogue on its way out."""

import tempfile
from collections.abc import Iterator
from itertools import chain
from typing import IO

from flask import Blueprint, Flask, Response, g, request

from shop.access import for_staff
from shop.catalog.exchange.outgoing import exported
from shop.clock import now

bp = Blueprint("exports", __name__)

# Without this mark at its beginning Excel takes Chinese for something else; Shopify needs none.
MARK = "\ufeff"
# A small catalogue needs no disk.
IN_MEMORY = 1 << 20
PIECE = 1 << 16


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/desk/<merchant>/products.csv")
@for_staff("manager")
def show() -> Response:
    """The whole catalogue as Shopify's product file; with `?for=excel` after Excel's mark."""
    mark = [MARK] if request.args.get("for") == "excel" else []
    # By way of the disk: whoever downloads slowly holds no transaction open, and no memory.
    disk = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed by _sent
    disk.writelines(piece.encode() for piece in chain(mark, exported(g.merchant)))
    answer = Response(_sent(disk), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={g.merchant.slug}-{now():%Y-%m-%d}.csv"
    return answer


def _sent(disk: IO[bytes]) -> Iterator[bytes]:
    with disk:
        disk.seek(0)
        while piece := disk.read(PIECE):
            yield piece
