"""Paying an order, and what providers call back."""

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from shop import jobs
from shop.access import current_person, public
from shop.db import db
from shop.errors import NotValid, Refused
from shop.hooks import door
from shop.orders.access import order_for_reading
from shop.payments import deferring, reconciling
from shop.payments.method import KINDS, NotGenuine, PaymentMethod, ProviderDown
from shop.payments.models import Payment
from shop.payments.settling import intend, remember, settle
from shop.security import csrf

bp = Blueprint("payments", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    jobs.every(app, "payments.reconcile", 30, reconciling.ask_about_silent)
    jobs.listens(app, "payments.refund", "refund.asked", reconciling.send_refunds)
    jobs.listens(app, "payments.capture", "capture.asked", deferring.capture_reserved)
    jobs.listens(app, "payments.void", "void.asked", deferring.void_reserved)


@bp.post("/orders/<number>/payments")
@public
def create(number: str) -> ResponseReturnValue:
    """Pay by a method: the intent is written and committed first, then the provider is told."""
    order = order_for_reading(number)
    method = _method(request.form.get("method", ""))
    if not method.is_offered(order):
        raise Refused(_("This way to pay is not offered for this order."))
    payment = intend(order, method.code, current_person())
    db.session.commit()
    back = url_for("orders.show", number=order.number, _external=True)
    try:
        started = method.start(payment, back)
    except ProviderDown:
        db.session.rollback()
        flash(
            _(
                "%(method)s does not answer just now. We are checking your payment; you may try again, "
                "and will not pay twice.",
                method=method.title,
            ),
            "warn",
        )
        return redirect(url_for("orders.show", number=number), 303)
    payment = db.session.scalars(select(Payment).where(Payment.id == payment.id)).one()
    payment.move("started", reference=started.reference)
    db.session.commit()
    return redirect(started.url or back, 303)


@bp.post("/hooks/pay/<code>")
@csrf.exempt
@public
def callback(code: str) -> ResponseReturnValue:
    """A provider tells us something: verified, remembered for ever, then settled, all in one transaction."""
    method = _method(code)
    try:
        reports = method.verify(request)
    except NotGenuine as forged:
        return {"error": str(forged)}, 400
    outcomes = []
    for report in reports:
        if remember(code, report):
            try:
                outcomes.append(settle(code, report) if report.kind in KINDS else method.settle(report))
            except NotValid as strange:
                db.session.rollback()
                return {"error": str(strange)}, 422
        else:
            outcomes.append("known")
    db.session.commit()
    return {"outcomes": outcomes}, 200


def _method(code: str) -> PaymentMethod:
    method: PaymentMethod | None = door().methods.get(code)
    if method is None:
        abort(404)
    return method
