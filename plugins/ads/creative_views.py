"""The advertiser's creatives: what people see, with a preview and the reports of each."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.ads import exporting, reports
from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.creatives import Creative
from plugins.ads.drawing import preview_of
from plugins.ads.flight_views import find_flight
from plugins.ads.forms import CreativeForm
from shop import pictures
from shop.access import for_staff
from shop.catalog.models import Product
from shop.db import db
from shop.errors import NotValid
from shop.shell import set_back

bp = Blueprint("ads_creatives", __name__)
MOST_PRODUCTS = 500


@bp.get("/flights/<int:flight_id>/creatives/new")
def new(flight_id: int) -> str:
    return _form_page(find_flight(flight_id), _form(), None)


@bp.post("/flights/<int:flight_id>/creatives")
def create(flight_id: int) -> ResponseReturnValue:
    flight, form = find_flight(flight_id), _form()
    if not form.validate():
        return _form_page(flight, form, None), 422
    try:
        Creative.make(flight, str(form.shape.data), **_values(form))
    except NotValid as wrong:
        return _form_page(flight, _complained(form, wrong), None), 422
    db.session.commit()
    flash(_("Thank you. It is shown as soon as the operator has looked it over."), "good")
    return redirect(url_for("ads_campaigns.show", campaign_id=flight.campaign_id), 303)


@bp.get("/creatives/<int:creative_id>")
@for_staff("analyst")
def show(creative_id: int) -> str:
    """One creative: how it looks and what it has brought, by day, slot and community."""
    creative = _find(creative_id)
    set_back(url_for("ads_campaigns.show", campaign_id=creative.flight.campaign_id))
    return render_template(
        "ads/creative.html",
        creative=creative,
        ad=preview_of(creative, creative.flight.campaign.advertiser),
        campaign=creative.flight.campaign,
        report=reports.of_creative(creative),
    )


@bp.get("/creatives/<int:creative_id>/report.csv")
@for_staff("analyst")
def export(creative_id: int) -> Response:
    """The creative's report as a file."""
    return exporting.of_creative(_find(creative_id), request.args.get("by", ""))


@bp.get("/creatives/<int:creative_id>/edit")
def edit(creative_id: int) -> str:
    creative = _find(creative_id)
    return _form_page(creative.flight, _form(creative), creative)


@bp.post("/creatives/<int:creative_id>")
def update(creative_id: int) -> ResponseReturnValue:
    creative, form = _find(creative_id), _form()
    if not form.validate():
        return _form_page(creative.flight, form, creative), 422
    try:
        creative.shape = str(form.shape.data)
        creative.change(**_values(form))
    except NotValid as wrong:
        db.session.rollback()
        return _form_page(_find(creative_id).flight, _complained(form, wrong), _find(creative_id)), 422
    db.session.commit()
    flash(_("Thank you. It is shown as soon as the operator has looked it over."), "good")
    return redirect(url_for("ads_campaigns.show", campaign_id=creative.flight.campaign_id), 303)


@bp.post("/creatives/<int:creative_id>/retirement")
def retire(creative_id: int) -> ResponseReturnValue:
    """It is shown no more."""
    creative = _find(creative_id)
    creative.retire()
    db.session.commit()
    flash(_("It is not shown any more."), "good")
    return redirect(url_for("ads_campaigns.show", campaign_id=creative.flight.campaign_id), 303)


def stored(form: Any) -> dict[str, Any] | None:
    """The picture that was sent, kept by the shop's own rules, or None."""
    upload = form.picture.data
    if not upload or not getattr(upload, "filename", ""):
        return None
    return asdict(pictures.accept(upload.stream)) | {"alt": (form.alt.data or "").strip()}


def _find(creative_id: int) -> Creative:
    if creative_id >= 2**53:
        abort(404)
    mine = select(Creative).join(Flight).join(Campaign).join(Advertiser)
    found = db.session.scalars(
        mine.where(Creative.id == creative_id, Advertiser.merchant_id == g.merchant.id)
    ).first()
    return found or abort(404)


def _form(creative: Creative | None = None) -> CreativeForm:
    live = select(Product).where(Product.merchant_id == g.merchant.id, Product.state == "live")
    return CreativeForm(list(db.session.scalars(live.order_by(Product.name).limit(MOST_PRODUCTS))), creative)


def _values(form: CreativeForm) -> dict[str, Any]:
    product = db.session.get(Product, form.product.data) if form.product.data else None
    if form.shape.data != "product":
        product = None
    return {
        "title": form.title.data or "",
        "text": form.text.data or "",
        "url": form.url.data or "",
        "product": product,
        "picture": stored(form) if form.shape.data == "picture" else None,
    }


def _complained(form: CreativeForm, wrong: NotValid) -> CreativeForm:
    field = form[wrong.field if wrong.field in form else "title"]
    field.errors = [*field.errors, str(wrong)]
    return form


def _form_page(flight: Flight, form: CreativeForm, creative: Creative | None) -> str:
    set_back(url_for("ads_campaigns.show", campaign_id=flight.campaign_id))
    return render_template(
        "ads/creative_form.html", flight=flight, campaign=flight.campaign, creative=creative, form=form
    )
