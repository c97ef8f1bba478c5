"""The pages of this room."""

from flask import Blueprint, Flask

import shop.orders.models
import shop.orders.placing  # noqa: F401
from shop.access import public

bp = Blueprint("orders", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/orders")
@public
def index() -> str:
    return ""
