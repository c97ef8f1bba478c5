"""The community's managers: look at a campaign, let it begin, send it back, or stop it."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.closing import fail, start
from plugins.crowdfunding.finding import campaign_here
from plugins.crowdfunding.forms import ReasonForm
from plugins.crowdfunding.panels import looks_of
from shop.access import for_managers, me
from shop.db import db
from shop.errors import Refused
from shop.paging import page_of

bp = Blueprint("crowdfunding_reviews", __name__)
PAGE = 30


@bp.get("/reviews")
@for_managers
def index() -> str:
    return _page(ReasonForm())


@bp.post("/reviews/<int:campaign_id>/acceptance")
@for_managers
def create_acceptance(campaign_id: int) -> ResponseReturnValue:
    """Let it begin: with the vote when something is still open, else with pledging."""
    campaign = campaign_here(campaign_id)
    if campaign.state != "review":
        raise Refused(_("This campaign has moved on; please look at it again."))
    start(campaign, me())
    db.session.commit()
    flash(_("“%(title)s” has begun.", title=campaign.title), "good")
    return redirect(url_for("crowdfunding_reviews.index"), 303)


@bp.post("/reviews/<int:campaign_id>/return")
@for_managers
def create_return(campaign_id: int) -> ResponseReturnValue:
    """Back to the seller, with the reason."""
    campaign, form = campaign_here(campaign_id), ReasonForm()
    if not form.validate():
        return _page(form), 422
    campaign.move("draft", me(), form.reason.data or "")
    db.session.commit()
    flash(_("The seller reads why."), "good")
    return redirect(url_for("crowdfunding_reviews.index"), 303)


@bp.post("/reviews/<int:campaign_id>/stop")
@for_managers
def create_stop(campaign_id: int) -> ResponseReturnValue:
    """Stop a campaign that should not go on; everything goes back."""
    campaign, form = campaign_here(campaign_id), ReasonForm()
    if not form.validate():
        return _page(form), 422
    fail(campaign, form.reason.data or "", me())
    db.session.commit()
    flash(_("It is stopped, and everything goes back to the backers."), "good")
    return redirect(url_for("crowdfunding_reviews.index"), 303)


def _page(form: ReasonForm) -> str:
    here = select(Campaign).where(Campaign.community_id == g.community.id, Campaign.state != "draft")
    page = page_of(here, [Campaign.id], size=PAGE, descending=True)
    return render_template("crowdfunding/reviews.html", page=page, looks=looks_of(page.rows), form=form)
