"""A merchant's page of cash and transfers: instructions, payments to confirm, refunds to hand back."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.offlinepay.forms import ConfirmationForm, InstructionsForm
from plugins.offlinepay.models import Instructions
from shop.access import for_staff, me
from shop.db import db
from shop.errors import Refused
from shop.orders.models import Order
from shop.paging import page_of
from shop.payments.models import Payment, Refund
from shop.payments.settling import capture, refund_done

bp = Blueprint("offlinepay", __name__)
PAGE = 30


@bp.get("/")
@for_staff("counter")
def index() -> str:
    """Payments that wait for staff, and refunds to hand back."""
    return _page()


@bp.post("/instructions")
@for_staff("manager")
def update() -> ResponseReturnValue:
    """Change the merchant's words."""
    form = InstructionsForm()
    if not form.validate_on_submit():
        return _page(form), 422
    found = _instructions()
    if found is None:
        found = Instructions(merchant_id=g.merchant.id)
        db.session.add(found)
    found.text, found.is_on = form.text.data or "", bool(form.is_on.data)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("offlinepay.index"), 303)


@bp.post("/payments/<int:payment_id>/confirmation")
@for_staff("counter")
def confirm(payment_id: int) -> ResponseReturnValue:
    """Staff saw the money: the order is paid."""
    payment = db.session.scalars(
        select(Payment)
        .join(Order)
        .where(Payment.id == payment_id, Payment.method == "offlinepay", Order.merchant_id == g.merchant.id)
    ).first() or abort(404)
    form = ConfirmationForm()
    if not form.validate_on_submit():
        return _page(), 422
    outcome = capture(payment, by=me(), note=form.note.data or "")
    if outcome == "late":
        raise Refused(_("This payment was confirmed already."))
    db.session.commit()
    flash(
        _("Noted. The order is paid.")
        if outcome == "paid"
        else _("The order was closed meanwhile: please give the money back.")
    )
    return redirect(url_for("offlinepay.index"), 303)


@bp.post("/refunds/<int:refund_id>/confirmation")
@for_staff("manager")
def confirm_refund(refund_id: int) -> ResponseReturnValue:
    """Staff handed the money back."""
    refund = db.session.scalars(
        select(Refund)
        .join(Payment)
        .join(Order)
        .where(Refund.id == refund_id, Payment.method == "offlinepay", Order.merchant_id == g.merchant.id)
    ).first() or abort(404)
    if not refund_done(refund):
        raise Refused(_("This refund was confirmed already."))
    db.session.commit()
    flash(_("Noted. The money is back with the shopper."), "good")
    return redirect(url_for("offlinepay.index"), 303)


def _page(form: InstructionsForm | None = None) -> str:
    mine = (Payment.method == "offlinepay", Order.merchant_id == g.merchant.id)
    payments = select(Payment).join(Order).where(*mine, Payment.state.in_(("intent", "started")))
    refunds = select(Refund).join(Payment).join(Order).where(*mine, Refund.state == "asked")
    with_order = joinedload(Refund.payment).joinedload(Payment.order)
    return render_template(
        "offlinepay/index.html",
        form=form or InstructionsForm(obj=_instructions()),
        payments=page_of(
            payments.options(joinedload(Payment.order)), [Payment.id], size=PAGE, descending=True
        ),
        refunds=page_of(refunds.options(with_order), [Refund.id], size=PAGE, name="after_refund"),
        confirmation=ConfirmationForm(formdata=None),
    )


def _instructions() -> Instructions | None:
    return db.session.scalars(select(Instructions).where(Instructions.merchant_id == g.merchant.id)).first()
