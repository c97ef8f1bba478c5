"""The merchant's catalogue on its way out."""

from itertools import chain

from flask import Blueprint, Flask, Response, g, request

from shop.access import for_staff
from shop.catalog.exchange.outgoing import exported
from shop.clock import now
from shop.sheets import BOM, by_way_of_the_disk

bp = Blueprint("exports", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/desk/<merchant>/products.csv")
@for_staff("manager")
def show() -> Response:
    """The whole catalogue as Shopify's product file; with `?for=excel` after Excel's mark, which Shopify needs not."""
    mark = [BOM] if request.args.get("for") == "excel" else []
    return by_way_of_the_disk(chain(mark, exported(g.merchant)), f"{g.merchant.slug}-{now():%Y-%m-%d}")
