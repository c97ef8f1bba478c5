"""The pages of this room."""

from flask import Blueprint, Flask

bp = Blueprint("desk", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
