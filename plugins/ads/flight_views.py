"""The advertiser's flights: when, where, to whom and at which price."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.ads.budgets import where_on
from plugins.ads.campaign_views import find_campaign
from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.counts import FlightDay, Showing
from plugins.ads.forms import FlightForm
from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.shell import set_back

bp = Blueprint("ads_flights", __name__)


@bp.get("/<int:campaign_id>/flights/new")
def new(campaign_id: int) -> str:
    return _form_page(find_campaign(campaign_id), _form(), None)


@bp.post("/<int:campaign_id>/flights")
def create(campaign_id: int) -> ResponseReturnValue:
    campaign, form = find_campaign(campaign_id), _form()
    if not form.validate():
        return _form_page(campaign, form, None), 422
    try:
        flight = Flight.begin(campaign, **form.values())
    except NotValid as wrong:
        return _form_page(campaign, _complained(form, wrong), None), 422
    flight.aim_at(form.communities.data or [], form.excluded.data or [])
    db.session.commit()
    flash(_("Now make what people see."), "good")
    return redirect(url_for("ads_creatives.new", flight_id=flight.id), 303)


@bp.get("/flights/<int:flight_id>")
def edit(flight_id: int) -> str:
    flight = find_flight(flight_id)
    return _form_page(flight.campaign, _form(flight), flight)


@bp.post("/flights/<int:flight_id>")
def update(flight_id: int) -> ResponseReturnValue:
    flight = find_flight(flight_id)
    form = _form()
    if not form.validate():
        return _form_page(flight.campaign, form, flight), 422
    was_shown = (
        db.session.scalar(select(Showing.id).where(Showing.flight_id == flight.id).limit(1)) is not None
    )
    try:
        flight.change(**form.values(), was_shown=was_shown)
    except NotValid as wrong:
        return _form_page(flight.campaign, _complained(form, wrong), flight), 422
    flight.aim_at(form.communities.data or [], form.excluded.data or [])
    FlightDay.recap(flight)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("ads_campaigns.show", campaign_id=flight.campaign_id), 303)


@bp.post("/flights/<int:flight_id>/pause")
def create_pause(flight_id: int) -> ResponseReturnValue:
    """It rests, or goes on."""
    flight = find_flight(flight_id)
    flight.paused_at = None if flight.paused_at else now()
    db.session.commit()
    flash(_("It rests.") if flight.paused_at else _("It goes on."), "good")
    return redirect(url_for("ads_campaigns.show", campaign_id=flight.campaign_id), 303)


def find_flight(flight_id: int) -> Flight:
    """A flight of the merchant in the address."""
    if flight_id >= 2**53:
        abort(404)
    mine = select(Flight).join(Campaign).join(Advertiser)
    found = db.session.scalars(
        mine.where(Flight.id == flight_id, Advertiser.merchant_id == g.merchant.id)
    ).first()
    return found or abort(404)


def _form(flight: Flight | None = None) -> FlightForm:
    return FlightForm(list(db.session.scalars(where_on()).unique()), flight)


def _complained(form: FlightForm, wrong: NotValid) -> FlightForm:
    field = form[wrong.field if wrong.field in form else "name"]
    field.errors = [*field.errors, str(wrong)]
    return form


def _form_page(campaign: Campaign, form: FlightForm, flight: Flight | None) -> str:
    set_back(url_for("ads_campaigns.show", campaign_id=campaign.id))
    return render_template("ads/flight.html", campaign=campaign, flight=flight, form=form)
