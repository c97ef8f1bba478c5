"""Signing in and one's own page."""

from flask import Blueprint, Flask
from flask_login import LoginManager
from sqlalchemy import select

from shop.access import public
from shop.db import db
from shop.people.models import Person

bp = Blueprint("people", __name__)
logins = LoginManager()


def install(app: Flask) -> None:
    logins.init_app(app)
    logins.user_loader(
        lambda key: db.session.scalars(select(Person).where(Person.fs_uniquifier == key)).first()
    )
    app.register_blueprint(bp)


@bp.get("/sign-in")
@public
def sign_in() -> str:
    return ""


@bp.get("/me")
def show() -> str:
    return ""
