"""The pages of this room."""

from flask import Blueprint, Flask

import shop.payments.models
import shop.payments.settling  # noqa: F401

bp = Blueprint("payments", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
