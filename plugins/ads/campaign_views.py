"""The advertiser's desk: campaigns, their budgets and what they have brought."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from plugins.ads import aims, budgets, exporting, reports
from plugins.ads.campaigns import Advertiser, Campaign
from plugins.ads.creatives import Creative
from plugins.ads.drawing import previews_of
from plugins.ads.forms import BudgetForm, CampaignForm
from shop.access import for_staff, me
from shop.db import db
from shop.errors import NotValid
from shop.money import Money
from shop.paging import page_of
from shop.shell import set_back
from shop.sorting import Columns, sorting

bp = Blueprint("ads_campaigns", __name__)
PAGE = 30
SORTS: Columns = {"made": [Campaign.id], "name": [Campaign.name, Campaign.id]}


@bp.get("/")
@for_staff("analyst")
def index() -> str:
    """The merchant's campaigns, the newest first."""
    return _index(CampaignForm(formdata=None))


@bp.get("/report.csv")
@for_staff("analyst")
def export_all() -> Response:
    """The reports of all campaigns as one file."""
    return exporting.of_merchant(g.merchant, request.args.get("by", ""))


@bp.post("/")
def create() -> ResponseReturnValue:
    form = CampaignForm()
    if not form.validate():
        return _index(form), 422
    advertiser = Advertiser.of_merchant(g.merchant)
    campaign = Campaign.begin(advertiser, str(form.name.data).strip(), g.merchant.currency, me())
    db.session.commit()
    flash(_("Now say when, where and at what price it runs."), "good")
    return redirect(url_for("ads_campaigns.show", campaign_id=campaign.id), 303)


@bp.get("/<int:campaign_id>")
@for_staff("analyst")
def show(campaign_id: int) -> str:
    """One campaign: budget, flights with their ads, and the report."""
    return _page(find_campaign(campaign_id))


@bp.get("/<int:campaign_id>/report.csv")
@for_staff("analyst")
def export(campaign_id: int) -> Response:
    """The campaign's report as a file."""
    return exporting.of_campaign(find_campaign(campaign_id), request.args.get("by", ""))


@bp.post("/<int:campaign_id>/budget")
def create_budget(campaign_id: int) -> ResponseReturnValue:
    """Pay in: an order like every other, paid on its own page."""
    campaign = find_campaign(campaign_id)
    form = BudgetForm()
    if not form.validate():
        return _page(campaign, form), 422
    try:
        order = budgets.ask_for(campaign, form.amount.data, me(), request.form.get("once", ""))
    except NotValid as wrong:
        if wrong.field != "amount":
            raise
        form.amount.errors = [str(wrong)]
        return _page(campaign, form), 422
    db.session.commit()
    return redirect(url_for("orders.show", number=order.number), 303)


@bp.post("/<int:campaign_id>/end")
def create_end(campaign_id: int) -> ResponseReturnValue:
    """It ends now, and what is left of the budget goes back."""
    campaign = find_campaign(campaign_id)
    campaign.end(me())
    db.session.flush()
    left = budgets.give_back(campaign, me()) if campaign.is_paid else 0
    db.session.commit()
    told = Money(left, campaign.currency)
    flash(
        _("The campaign has ended; %(left)s is on its way back.", left=told)
        if left
        else _("The campaign has ended.")
    )
    return redirect(url_for("ads_campaigns.show", campaign_id=campaign.id), 303)


def find_campaign(campaign_id: int) -> Campaign:
    """A campaign of the merchant in the address; anybody else's is not there."""
    if campaign_id >= 2**53:
        abort(404)
    mine = (
        select(Campaign)
        .join(Advertiser)
        .options(joinedload(Campaign.advertiser), joinedload(Campaign.budget), selectinload(Campaign.flights))
    )
    found = db.session.scalars(
        mine.where(Campaign.id == campaign_id, Advertiser.merchant_id == g.merchant.id)
    ).first()
    return found or abort(404)


def _index(form: CampaignForm) -> str:
    """The campaigns that the page's search and filter ask for."""
    state, words = request.args.get("state", ""), request.args.get("q", "").strip()[:80]
    mine = select(Campaign).join(Advertiser).where(Advertiser.merchant_id == g.merchant.id)
    if state in ("open", "over"):
        mine = mine.where(Campaign.ended_at.is_(None) if state == "open" else Campaign.ended_at.is_not(None))
    for word in words.split():
        mine = mine.where(Campaign.name.icontains(word, autoescape=True))
    order = sorting(SORTS, "-made")
    mine = mine.options(joinedload(Campaign.budget))
    page = page_of(mine, order.keys, size=PAGE, descending=order.descending)
    sums = reports.by_campaigns([campaign.id for campaign in page.rows])
    return render_template(
        "ads/campaigns.html", page=page, sums=sums, form=form, state=state, words=words, order=order
    )


def _page(campaign: Campaign, budget_form: BudgetForm | None = None) -> str:
    set_back(url_for("ads_campaigns.index"))
    flights = [flight.id for flight in campaign.flights]
    creatives = db.session.scalars(
        select(Creative)
        .where(Creative.flight_id.in_(flights), Creative.retired_at.is_(None))
        .options(joinedload(Creative.product))
        .order_by(Creative.id)
    ).all()
    return render_template(
        "ads/campaign.html",
        campaign=campaign,
        creatives=creatives,
        looks=previews_of(creatives),
        report=reports.of_campaign(campaign),
        aims=aims.words_of(campaign.flights),
        deposits=reports.deposits_of(campaign),
        can_pay=any(m.currency == campaign.currency for m in budgets.sellers()),
        zone=budgets.zone_of_desk(),
        form=budget_form or BudgetForm(formdata=None),
    )
