"""The pages of this room."""

from flask import Blueprint, Flask

import shop.communities.links
import shop.communities.models  # noqa: F401
from shop.access import public

bp = Blueprint("communities", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/communities")
@public
def index() -> str:
    return ""
