"""For who sends us requests: /livez (is the process there), /readyz (may it get work), /healthz (is all well)."""

from pathlib import Path

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shop.access import public
from shop.db import db
from shop.migrating import pending

bp = Blueprint("health", __name__)
life = Blueprint("life", __name__)
readiness = Blueprint("readiness", __name__)


def install(app: Flask) -> None:
    for blueprint in (bp, life, readiness):
        app.register_blueprint(blueprint)


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


@life.get("/livez", endpoint="show")
@public
def show_life() -> ResponseReturnValue:
    """200 from a process that answers at all: nothing is restarted because a database is away."""
    return jsonify(ok=True)


@readiness.get("/readyz", endpoint="show")
@public
def show_readiness() -> ResponseReturnValue:
    """As /healthz, and 503 from a process that was told to stop: a proxy sends its requests to the others."""
    drain = current_app.config["DRAIN_FILE"]
    if drain and Path(drain).exists():
        return jsonify(ok=False, draining=True), 503
    return show()
