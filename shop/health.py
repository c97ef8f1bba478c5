"""GET /healthz: whether the database answers and migrations are current."""

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shop.access import public
from shop.db import db
from shop.migrating import pending

bp = Blueprint("health", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/healthz")
@public
def show() -> ResponseReturnValue:
    """200 when the shop can serve, 503 with the reason when it cannot."""
    try:
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
        behind = pending(current_app._get_current_object())  # type: ignore[attr-defined]
    except SQLAlchemyError as failure:
        return jsonify(ok=False, database=type(failure).__name__), 503
    return jsonify(ok=not behind, database="answers", pending=behind), 503 if behind else 200
