"""The merchant's desk: backers, their answers, a CSV of all, and sending what was promised."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from plugins.crowdfunding.backing import backers_of, backers_query, rows_of
from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.finding import campaign_of_merchant
from plugins.crowdfunding.forms import ShippingForm
from plugins.crowdfunding.panels import looks_of
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.questions import Question
from shop.access import for_staff, me
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.orders.models import Order
from shop.paging import page_of
from shop.sheets import as_file
from shop.shell import set_back

bp = Blueprint("crowdfunding_backers", __name__)
PAGE = 50
STATES = ("paid", "shipped", "received", "completed", "pending", "cancelled", "refunded", "expired")


@bp.get("/campaigns/<int:campaign_id>/backers")
@for_staff("analyst")
def index(campaign_id: int) -> str:
    """Who backs it, with what and from where; after success, what is to be sent."""
    return _page(campaign_of_merchant(campaign_id), ShippingForm(formdata=None))


@bp.get("/campaigns/<int:campaign_id>/backers.csv")
def export(campaign_id: int) -> Response:
    """All backers with addresses and answers, for packing."""
    campaign = campaign_of_merchant(campaign_id)
    pledges = db.session.scalars(backers_query(campaign).order_by(Pledge.id)).unique().all()
    return as_file(rows_of(backers_of(pledges), Question.of(campaign, "survey")), f"backers-{campaign.id}")


@bp.post("/campaigns/<int:campaign_id>/shipments")
@for_staff("counter")
def create_shipment(campaign_id: int) -> ResponseReturnValue:
    """Several pledges were handed to a carrier: those with a tracking number, or ticked where nothing is sent."""
    campaign, form = campaign_of_merchant(campaign_id), ShippingForm()
    if not form.validate():
        return _page(campaign, form), 422
    if campaign.state != "succeeded":
        raise Refused(_("The campaign has not succeeded yet: nothing can be sent before."))
    chosen = request.form.getlist("order")[:PAGE]
    mine = (
        select(Order)
        .join(Pledge, Pledge.order_id == Order.id)
        .where(Pledge.campaign_id == campaign.id, Order.number.in_(chosen), Order.state == "paid")
        .order_by(Order.id)
    )
    orders = db.session.scalars(mine).all()
    for order in orders:
        tracking = request.form.get(f"tracking-{order.number}", "").strip()[:128]
        order.ship((form.carrier.data or "").strip(), tracking, me())
        record("order.shipped", order.community_id, order=order.number)
    db.session.commit()
    n = len(orders)
    flash(ngettext("%(num)s pledge is on its way.", "%(num)s pledges are on their way.", n), "good")
    return redirect(url_for("crowdfunding_backers.index", campaign_id=campaign.id, state="paid"), 303)


def _page(campaign: Campaign, form: ShippingForm) -> str:
    set_back(url_for("crowdfunding_desk.show", campaign_id=campaign.id))
    wanted = request.args.get("state", "")
    wanted = wanted if wanted in STATES else ""
    page = page_of(backers_query(campaign, wanted), [Pledge.id], size=PAGE)
    return render_template(
        "crowdfunding/backers.html",
        campaign=campaign,
        look=looks_of([campaign])[campaign.id],
        page=page,
        backers=backers_of(page.rows),
        questions=Question.of(campaign, "survey"),
        states=STATES,
        wanted=wanted,
        form=form,
    )
