"""Signing in and one's own page."""

from flask import Blueprint, Flask

from shop.access import public
from shop.people import accounts

bp = Blueprint("people", __name__)


def install(app: Flask) -> None:
    accounts.install(app)
    app.register_blueprint(bp)


@bp.get("/sign-in")
@public
def sign_in() -> str:
    return ""


@bp.get("/me")
def show() -> str:
    return ""
