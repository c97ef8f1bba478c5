"""The merchant's packing table and counter: who has confirmed, sending, redeeming a meal."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from plugins.trials.finding import application_in, batch_of_merchant
from plugins.trials.forms import CodeForm, ShipmentForm
from plugins.trials.selecting import receive
from shop.access import for_staff
from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.paging import page_of
from shop.security import limiter
from shop.sheets import as_file
from shop.shell import set_back

bp = Blueprint("trials_sending", __name__)
PAGE = 50
# Only who has confirmed is known to the merchant.
KNOWN = ("confirmed", "shipped", "received", "reported")


@bp.get("/batches/<int:batch_id>/parcels")
@for_staff("counter")
def index(batch_id: int) -> str:
    return _page(batch_of_merchant(batch_id), ShipmentForm(formdata=None))


@bp.get("/batches/<int:batch_id>/parcels.csv")
def export(batch_id: int) -> Response:
    """Addresses for packing."""
    answer = as_file(_rows(batch_of_merchant(batch_id)), f"parcels-{batch_id}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/batches/<int:batch_id>/parcels/<int:application_id>/shipment")
@for_staff("counter")
def create_shipment(batch_id: int, application_id: int) -> ResponseReturnValue:
    """It was handed to a carrier."""
    batch, form = batch_of_merchant(batch_id), ShipmentForm()
    if not form.validate():
        return _page(batch, form), 422
    if batch.kind != "goods":
        raise Refused(_("A meal is redeemed at the counter."))
    each = application_in(batch, application_id)
    carrier, tracking = (form.carrier.data or "").strip(), (form.tracking.data or "").strip()
    each.move("shipped", carrier=carrier, tracking=tracking, shipped_at=now())
    db.session.commit()
    flash(_("It is on its way."), "good")
    return _back(batch)


@bp.post("/batches/<int:batch_id>/redemptions")
@for_staff("counter")
@limiter.limit("120 per 10 minutes")
def create_redemption(batch_id: int) -> ResponseReturnValue:
    """Somebody shows a code at the counter: it works once."""
    batch, form = batch_of_merchant(batch_id), CodeForm()
    code = (form.code.data or "").strip().upper()
    mine = select(TrialApplication).where(
        TrialApplication.batch_id == batch.id, TrialApplication.code == code
    )
    each = db.session.scalars(mine).first() if code else None
    if each is None:
        raise Refused(_("Nobody has this code here."))
    if each.state != "confirmed":
        raise Refused(_("This code was used already."))
    receive(each)
    db.session.commit()
    flash(_("Redeemed. Enjoy your meal, %(name)s!", name=each.person.name if each.person else "–"), "good")
    return _back(batch)


def _page(batch: TrialBatch, form: ShipmentForm) -> str:
    set_back(url_for("trials_desk.show", batch_id=batch.id))
    page = page_of(_known(batch), [TrialApplication.id], size=PAGE)
    return render_template(
        "trials/parcels.html", batch=batch, page=page, form=form, code=CodeForm(formdata=None)
    )


def _known(batch: TrialBatch) -> Select[TrialApplication]:
    mine = select(TrialApplication).where(
        TrialApplication.batch_id == batch.id, TrialApplication.state.in_(KNOWN)
    )
    return mine.options(joinedload(TrialApplication.person))


def _rows(batch: TrialBatch) -> Iterator[Sequence[str]]:
    yield _("Name"), _("Phone"), _("City"), _("Street, house, flat"), _("Postcode"), _("State")
    for each in db.session.scalars(_known(batch).order_by(TrialApplication.id)):
        told = (each.address.get(name, "") for name in ("name", "phone", "city", "street", "postcode"))
        yield *told, each.state


def _back(batch: TrialBatch) -> ResponseReturnValue:
    return redirect(url_for("trials_sending.index", batch_id=batch.id, merchant=g.merchant.slug), 303)
