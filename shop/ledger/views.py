"""The pages of this room."""

from flask import Blueprint, Flask

import shop.ledger.models  # noqa: F401

bp = Blueprint("ledger", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
