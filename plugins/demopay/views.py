"""The provider's own page: pay, decline, do nothing."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update

from plugins.demopay.models import Charge
from shop.access import public
from shop.db import db
from shop.events import record

bp = Blueprint("demopay", __name__)
DECISIONS = {"pay": "paid", "decline": "declined"}
DEFERRED = {"pay": "reserved", "shaky": "shaky", "decline": "declined"}


@bp.get("/<reference>")
@public
def show(reference: str) -> str:
    """What is to be paid, to whom."""
    return render_template("demopay/show.html", charge=_find(reference))


@bp.post("/<reference>")
@public
def decide(reference: str) -> ResponseReturnValue:
    """The person decides, once; the shop hears of it by a webhook, not by this browser."""
    charge = _find(reference)
    decision = (DEFERRED if charge.is_deferred else DECISIONS).get(request.form.get("decision", ""))
    if decision is not None:
        won = db.session.execute(
            update(Charge)
            .where(Charge.id == charge.id, Charge.state == "open")
            .values(state=decision)
            .returning(Charge.id)
        ).scalar_one_or_none()
        if won is not None:
            record("demopay.decided", reference=reference)
        db.session.commit()
    return redirect(charge.return_url, 303)


def _find(reference: str) -> Charge:
    return db.session.scalars(select(Charge).where(Charge.reference == reference)).first() or abort(404)
