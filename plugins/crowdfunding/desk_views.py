"""The merchant's desk: campaigns written, sent to review, watched, and withdrawn."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.closing import fail
from plugins.crowdfunding.finding import campaign_of_merchant
from plugins.crowdfunding.following import Update
from plugins.crowdfunding.forms import (
    CampaignForm,
    QuestionForm,
    ReasonForm,
    StretchGoalForm,
    TaskForm,
)
from plugins.crowdfunding.helping import Task
from plugins.crowdfunding.panels import looks_of
from plugins.crowdfunding.questions import Question, tally
from plugins.crowdfunding.readiness import missing
from plugins.crowdfunding.reasons import in_words
from plugins.crowdfunding.rewards import Reward, StretchGoal
from shop.access import for_staff, me
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.hooks import door
from shop.listings.models import Listing, Offer
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("crowdfunding_desk", __name__)
PAGE = 30


@bp.get("/campaigns")
@for_staff("analyst")
def index() -> str:
    mine = select(Campaign).where(Campaign.merchant_id == g.merchant.id)
    mine = mine.options(joinedload(Campaign.community))
    page = page_of(mine, [Campaign.id], size=PAGE, descending=True)
    return render_template("crowdfunding/desk_index.html", page=page, looks=looks_of(page.rows))


@bp.get("/campaigns/new")
def new() -> str:
    """Which product, in which community?"""
    set_back(url_for("crowdfunding_desk.index"))
    return render_template("crowdfunding/desk_new.html", listings=_free_listings())


@bp.post("/campaigns")
def create() -> ResponseReturnValue:
    """A draft for a product that is on a community's shelf."""
    chosen = request.form.get("listing", "")
    listing = next((each for each in _free_listings() if str(each.id) == chosen), None)
    if listing is None:
        raise NotValid(_("Please choose a product on a community's shelf."))
    offer = Offer.make(listing, "crowdfunding", "back", me())
    db.session.flush()
    record("offer.made", listing.community_id, offer=offer.id)
    campaign = Campaign.begin(offer)
    db.session.commit()
    return redirect(url_for("crowdfunding_desk.edit", campaign_id=campaign.id), 303)


@bp.get("/campaigns/<int:campaign_id>")
@for_staff("analyst")
def show(campaign_id: int) -> str:
    """Everything of one campaign, and what is next."""
    return page_for(campaign_of_merchant(campaign_id))


@bp.get("/campaigns/<int:campaign_id>/edit")
def edit(campaign_id: int) -> str:
    campaign = campaign_of_merchant(campaign_id)
    campaign.must_be_draft()
    return _form_page(campaign, CampaignForm(formdata=None, obj=campaign))


@bp.post("/campaigns/<int:campaign_id>")
def update(campaign_id: int) -> ResponseReturnValue:
    campaign, form = campaign_of_merchant(campaign_id), CampaignForm()
    campaign.must_be_draft()
    if not form.validate():
        return _form_page(campaign, form), 422
    for name, value in form.values().items():
        setattr(campaign, name, value)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("crowdfunding_desk.show", campaign_id=campaign.id), 303)


@bp.post("/campaigns/<int:campaign_id>/review")
def create_review(campaign_id: int) -> ResponseReturnValue:
    """Ask the community's managers to look at it; it begins as soon as one accepts it."""
    campaign = campaign_of_merchant(campaign_id)
    told = missing(campaign)
    if told:
        raise Refused(told[0])
    campaign.move("review", me())
    record("crowdfunding.review", campaign.community_id, campaign=campaign.id)
    db.session.commit()
    flash(_("The community's managers look at it now."), "good")
    return redirect(url_for("crowdfunding_desk.show", campaign_id=campaign.id), 303)


@bp.post("/campaigns/<int:campaign_id>/withdrawal")
def create_withdrawal(campaign_id: int) -> ResponseReturnValue:
    """Give it up: from review back to a draft; a running one fails, and everything goes back."""
    campaign, form = campaign_of_merchant(campaign_id), ReasonForm()
    if campaign.state == "review":
        campaign.move("draft", me())
    elif not form.validate():
        raise NotValid(_("Please say why: your backers read it."))
    else:
        fail(campaign, form.reason.data or "", me())
    db.session.commit()
    flash(_("It is withdrawn."), "good")
    return redirect(url_for("crowdfunding_desk.show", campaign_id=campaign.id), 303)


def page_for(
    campaign: Campaign,
    *,
    stretch_form: StretchGoalForm | None = None,
    question_form: QuestionForm | None = None,
    task_form: TaskForm | None = None,
) -> str:
    """The desk's page of a campaign, with a form that was not good beside its own part."""
    set_back(url_for("crowdfunding_desk.index"))
    rewards = Reward.of(campaign)
    votes, survey = Question.of(campaign, "vote"), Question.of(campaign, "survey")
    question_form = question_form or QuestionForm(formdata=None)
    question_form.reward.choices = reward_choices(rewards)
    return render_template(
        "crowdfunding/desk_show.html",
        campaign=campaign,
        look=looks_of([campaign])[campaign.id],
        rewards=rewards,
        stretch_goals=StretchGoal.of(campaign),
        votes=votes,
        survey=survey,
        counts=tally(votes) if votes else {},
        tasks=Task.of(campaign),
        updates=Update.of(campaign),
        missing=missing(campaign) if campaign.is_draft else [],
        in_words=in_words,
        stretch_form=stretch_form or StretchGoalForm(formdata=None),
        question_form=question_form,
        task_form=task_form or TaskForm(formdata=None),
        reason_form=ReasonForm(formdata=None),
    )


def reward_choices(rewards: list[Reward]) -> list[tuple[int, str]]:
    """Whom a survey's question is for."""
    return [(0, _("All backers")), *((reward.id, reward.title) for reward in rewards if not reward.is_addon)]


def _form_page(campaign: Campaign, form: CampaignForm) -> str:
    set_back(url_for("crowdfunding_desk.show", campaign_id=campaign.id))
    return render_template("crowdfunding/desk_edit.html", campaign=campaign, form=form)


def _free_listings() -> list[Listing]:
    """Products on shelves where crowdfunding is on, without a campaign of their own yet."""
    taken = select(Offer.listing_id).where(Offer.plugin == "crowdfunding", Offer.ended_at.is_(None))
    found = db.session.scalars(
        select(Listing)
        .join(Product, Product.id == Listing.product_id)
        .join(Community, Community.id == Listing.community_id)
        .where(
            Product.merchant_id == g.merchant.id,
            Listing.state.in_(("proposed", "accepted")),
            Listing.id.not_in(taken),
        )
        .options(joinedload(Listing.product), joinedload(Listing.community))
        .order_by(Listing.id.desc())
        .limit(200)
    ).all()
    return [each for each in found if "crowdfunding" in door().asked_in(each.community_id)]
