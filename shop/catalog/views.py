"""The pages of this room."""

from flask import Blueprint, Flask

import shop.catalog.models  # noqa: F401

bp = Blueprint("catalog", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
