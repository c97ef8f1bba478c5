"""A community's managers: what runs here, let it, stop it with a reason, say how many at most."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.coupons import settling
from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.forms import CapForm, ReasonForm
from plugins.coupons.places import Place
from shop.access import for_managers, me
from shop.db import db
from shop.errors import NotValid
from shop.paging import page_of

bp = Blueprint("coupons_manage", __name__)
PAGE = 30
LARGEST_ID = 2**53


@bp.get("/manage")
@for_managers
def index() -> str:
    """What is asked, what runs and what was stopped, and what it came to here."""
    wanted = (
        select(Place)
        .join(Place.campaign)
        .where(
            Place.community_id == g.community.id,
            CouponCampaign.opened_at.is_not(None) | (Place.state == "asked"),
        )
        .options(
            joinedload(Place.campaign).joinedload(CouponCampaign.merchant),
            joinedload(Place.campaign).joinedload(CouponCampaign.total),
            joinedload(Place.limit),
        )
    )
    page = page_of(wanted, [Place.id], size=PAGE, descending=True)
    return render_template(
        "coupons/manage.html",
        page=page,
        lines=settling.of_community(g.community),
        reason=ReasonForm(formdata=None),
        cap=CapForm(formdata=None),
    )


@bp.post("/manage/<int:place_id>/permission")
@for_managers
def create_permission(place_id: int) -> ResponseReturnValue:
    """Let a campaign run here."""
    place = _find(place_id)
    place.allow(me())
    db.session.commit()
    flash(_("“%(title)s” runs here.", title=place.campaign.title), "good")
    return redirect(url_for("coupons_manage.index"), 303)


@bp.post("/manage/<int:place_id>/veto")
@for_managers
def create_veto(place_id: int) -> ResponseReturnValue:
    """Stop a campaign here; what was claimed stays good."""
    place, form = _find(place_id), ReasonForm()
    if not form.validate():
        raise NotValid(_("Please give a reason."))
    place.veto(me(), form.reason.data or "")
    db.session.commit()
    flash(
        _("“%(title)s” runs here no more. What was claimed stays good.", title=place.campaign.title), "good"
    )
    return redirect(url_for("coupons_manage.index"), 303)


@bp.post("/manage/<int:place_id>/cap")
@for_managers
def update_cap(place_id: int) -> ResponseReturnValue:
    """At most so many here."""
    place, form = _find(place_id), CapForm()
    if not form.validate():
        raise NotValid(_("A whole number from 1, or nothing."))
    place.cap(form.most.data)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("coupons_manage.index"), 303)


def _find(place_id: int) -> Place:
    if place_id >= LARGEST_ID:
        abort(404)
    wanted = select(Place).where(Place.id == place_id, Place.community_id == g.community.id)
    return db.session.scalars(wanted.options(joinedload(Place.campaign))).first() or abort(404)
