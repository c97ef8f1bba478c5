"""The pages of this room."""

from flask import Blueprint, Flask

import shop.merchants.models  # noqa: F401

bp = Blueprint("merchants", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
