"""A merchant's campaigns: make, change, open, end; offer them to communities; agree to share a partner's."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types

from plugins.coupons import reports
from plugins.coupons.campaigns import CouponCampaign, zone_of
from plugins.coupons.forms import CampaignForm, CommunitiesForm
from plugins.coupons.places import Place
from shop.access import for_staff, me
from shop.catalog.models import Product
from shop.communities.models import Community, Membership
from shop.db import db
from shop.errors import Forbidden, NotValid, Refused
from shop.listings.models import Listing
from shop.paging import page_of
from shop.sheets import as_file
from shop.shell import set_back
from shop.sorting import Columns, sorting
from shop.switches import PluginSwitch

bp = Blueprint("coupons_campaigns", __name__)
PAGE = 30
SORTS: Columns = {"made": [CouponCampaign.id], "title": [CouponCampaign.title, CouponCampaign.id]}
LARGEST_ID = 2**53
STATES = {
    "draft": (CouponCampaign.opened_at.is_(None), CouponCampaign.ended_at.is_(None)),
    "open": (CouponCampaign.opened_at.is_not(None), CouponCampaign.ended_at.is_(None)),
    "ended": (CouponCampaign.ended_at.is_not(None),),
}


@bp.get("/")
@for_staff("analyst")
def index() -> str:
    """The merchant's campaigns and those that it shares, newest first, with how they go."""
    campaigns, state, words = _asked_for()
    order = sorting(SORTS, "-made")
    page = page_of(campaigns, order.keys, size=PAGE, descending=order.descending)
    used = reports.uses_of([campaign.id for campaign in page.rows])
    return render_template(
        "coupons/campaigns.html", page=page, used=used, state=state, words=words, order=order
    )


@bp.get("/all.csv")
@for_staff("analyst")
def export() -> Response:
    """The same campaigns for a spreadsheet."""
    campaigns, _state, _words = _asked_for()
    found = db.session.scalars(campaigns.order_by(CouponCampaign.id)).all()
    return as_file(reports.rows_of(found), f"coupon-campaigns-{g.merchant.slug}")


@bp.get("/new")
@for_staff("manager")
def new() -> str:
    return _form_page(CampaignForm(zone=zone_of(g.merchant)), None)


@bp.post("/")
@for_staff("manager")
def create() -> ResponseReturnValue:
    form = CampaignForm(zone=zone_of(g.merchant))
    if not form.validate():
        return _form_page(form, None), 422
    try:
        campaign = CouponCampaign.make(g.merchant, me(), size=form.size.data or 0, **form.values())
        db.session.commit()
    except NotValid as refusal:
        return _told(refusal, form, None)
    flash(_("It is a draft. Choose where it runs, then open it."), "good")
    return redirect(url_for("coupons_campaigns.show", campaign_id=campaign.id), 303)


@bp.get("/<int:campaign_id>")
@for_staff("analyst")
def show(campaign_id: int) -> str:
    """How a campaign goes, where it runs, and what is to be done."""
    return _page(_find(campaign_id, shared=True))


@bp.get("/<int:campaign_id>/edit")
@for_staff("manager")
def edit(campaign_id: int) -> str:
    campaign = _find(campaign_id)
    return _form_page(CampaignForm(zone=zone_of(g.merchant), data=CampaignForm.typed(campaign)), campaign)


@bp.post("/<int:campaign_id>")
@for_staff("manager")
def update(campaign_id: int) -> ResponseReturnValue:
    campaign, form = _find(campaign_id), CampaignForm(zone=zone_of(g.merchant))
    if not form.validate():
        return _form_page(form, campaign), 422
    try:
        campaign.write(form.values())
        if form.size.data != campaign.total.size:
            campaign.total.resize(form.size.data or 0)
            db.session.refresh(campaign.total)
            for place in Place.of(campaign):
                place.resize()
        db.session.commit()
    except Refused as refusal:
        return _told(refusal, form, campaign_id)
    flash(_("“%(title)s” is saved.", title=campaign.title), "good")
    return redirect(url_for("coupons_campaigns.show", campaign_id=campaign.id), 303)


@bp.post("/<int:campaign_id>/opening")
@for_staff("manager")
def create_opening(campaign_id: int) -> ResponseReturnValue:
    """From now on it can be claimed."""
    campaign = _find(campaign_id)
    campaign.open()
    db.session.commit()
    flash(_("“%(title)s” runs.", title=campaign.title), "good")
    return redirect(url_for("coupons_campaigns.show", campaign_id=campaign.id), 303)


@bp.post("/<int:campaign_id>/ending")
@for_staff("manager")
def create_ending(campaign_id: int) -> ResponseReturnValue:
    """Nobody can claim it any more; what was claimed stays good."""
    campaign = _find(campaign_id)
    campaign.end(me())
    db.session.commit()
    flash(_("“%(title)s” has ended. What was claimed stays good.", title=campaign.title), "good")
    return redirect(url_for("coupons_campaigns.show", campaign_id=campaign.id), 303)


@bp.post("/<int:campaign_id>/agreement")
@for_staff("owner")
def create_agreement(campaign_id: int) -> ResponseReturnValue:
    """The partner's owner agrees to bear its part."""
    campaign = _find(campaign_id, shared=True)
    campaign.agree(g.merchant, me())
    db.session.commit()
    flash(_("Agreed. The coupon is good at both counters once it is opened."), "good")
    return redirect(url_for("coupons_campaigns.show", campaign_id=campaign.id), 303)


@bp.post("/<int:campaign_id>/places")
@for_staff("manager")
def create_place(campaign_id: int) -> ResponseReturnValue:
    """Offer it to communities; where managers want it, they are asked first."""
    campaign = _find(campaign_id)
    form = _communities_form(campaign)
    if not form.validate() or not form.communities.data:
        if not form.communities.data:
            form.communities.errors = [_("Please choose a community.")]
        return _page(campaign, form), 422
    chosen = select(Community).where(Community.id.in_(form.communities.data)).order_by(Community.id)
    for community in db.session.scalars(chosen).all():
        Place.offer(campaign, community, form.most.data)
    db.session.commit()
    flash(_("Offered. A community that wants to be asked first is asked."), "good")
    return redirect(url_for("coupons_campaigns.show", campaign_id=campaign.id), 303)


def _communities_form(campaign: CouponCampaign) -> CommunitiesForm:
    """The communities that show this merchant, or where one is a member, and where coupons are switched on."""
    taken = select(Place.community_id).where(Place.campaign_id == campaign.id)
    shows = (
        select(Listing.community_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.merchant_id == campaign.merchant_id, Listing.state == "accepted")
    )
    joined = select(Membership.community_id).where(Membership.person_id == me().id)
    rows = db.session.execute(
        select(Community.id, Community.name)
        .join(PluginSwitch, PluginSwitch.community_id == Community.id)
        .where(
            PluginSwitch.name == "coupons",
            PluginSwitch.is_on,
            or_(Community.id.in_(shows), Community.id.in_(joined)),
            Community.id.not_in(taken),
            Community.closed_at.is_(None),
        )
        .order_by(Community.name)
        .limit(200)
    ).all()
    form = CommunitiesForm()
    form.communities.choices = [SelectChoice(number, name) for number, name in rows]
    return form


def _page(campaign: CouponCampaign, form: CommunitiesForm | None = None) -> str:
    set_back(url_for("coupons_campaigns.index"))
    is_mine = campaign.merchant_id == g.merchant.id
    return render_template(
        "coupons/campaign.html",
        campaign=campaign,
        is_mine=is_mine,
        report=reports.report_of(campaign),
        places=Place.of(campaign),
        form=form or (_communities_form(campaign) if is_mine else None),
        zone=zone_of(g.merchant),
        may_edit=g.staff_role in ("owner", "manager"),
    )


def _form_page(form: CampaignForm, campaign: CouponCampaign | None, told: str = "") -> str:
    set_back(
        url_for("coupons_campaigns.show", campaign_id=campaign.id)
        if campaign
        else url_for("coupons_campaigns.index")
    )
    return render_template(
        "coupons/campaign_form.html", form=form, campaign=campaign, told=told, zone=zone_of(g.merchant)
    )


def _told(refusal: Refused, form: CampaignForm, campaign_id: int | None) -> ResponseReturnValue:
    """The form again, with the refusal beside the field that it names, or above all."""
    db.session.rollback()
    named = isinstance(refusal, NotValid) and form.tell(refusal)
    campaign = _find(campaign_id) if campaign_id else None
    return _form_page(form, campaign, "" if named else str(refusal)), refusal.status


def _asked_for() -> tuple[Select[CouponCampaign], str, str]:
    """The campaigns that the page's search and filter ask for, the state and the words."""
    state, words = request.args.get("state", ""), request.args.get("q", "").strip()[:80]
    campaigns = CouponCampaign.of(g.merchant)
    if state in STATES:
        campaigns = campaigns.where(*STATES[state])
    for word in words.split():
        campaigns = campaigns.where(CouponCampaign.title.icontains(word, autoescape=True))
    return campaigns, state, words


def _find(campaign_id: int, *, shared: bool = False) -> CouponCampaign:
    """A campaign of this merchant, or (to look at and to agree) one that names it as the partner."""
    if campaign_id >= LARGEST_ID:
        abort(404)
    wanted = CouponCampaign.of(g.merchant).where(CouponCampaign.id == campaign_id)
    wanted = wanted.options(joinedload(CouponCampaign.partner))
    campaign = db.session.scalars(wanted).first() or abort(404)
    if campaign.merchant_id != g.merchant.id and not shared:
        raise Forbidden(_("Only the merchant that made it changes it."))
    return campaign
