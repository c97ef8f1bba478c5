"""Campaigns as shoppers see them: the list, the page, the vote, the reminder, a helping hand."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.crowdfunding.campaigns import PUBLIC, Campaign
from plugins.crowdfunding.finding import LARGEST_ID, campaign_here
from plugins.crowdfunding.following import Reminder, Update
from plugins.crowdfunding.helping import Task
from plugins.crowdfunding.panels import looks_of
from plugins.crowdfunding.pledges import is_backer
from plugins.crowdfunding.questions import Question, tally, votes_of
from plugins.crowdfunding.reasons import in_words
from plugins.crowdfunding.rewards import Reward, StretchGoal
from plugins.crowdfunding.schema import facts_of
from shop import settings
from shop.access import current_person, for_members, me, public, runs_off
from shop.db import db
from shop.errors import NotValid
from shop.paging import page_of
from shop.security import limiter
from shop.shell import set_back

bp = Blueprint("crowdfunding_campaigns", __name__)
PAGE = 20


@bp.get("/campaigns")
@public
def index() -> str:
    """What is and was made together here, the newest first."""
    here = select(Campaign).where(Campaign.community_id == g.community.id, Campaign.state.in_(PUBLIC))
    page = page_of(here, [Campaign.id], size=PAGE, descending=True)
    set_back(url_for("listings.index"))
    return render_template("crowdfunding/index.html", page=page, looks=looks_of(page.rows))


@bp.get("/campaigns/<int:campaign_id>")
@public
@runs_off
def show(campaign_id: int) -> str:
    """One campaign: how far it is, what one gets, what was decided, its story and its news."""
    campaign, person = campaign_here(campaign_id), current_person()
    set_back(url_for("crowdfunding_campaigns.index"))
    questions = Question.of(campaign, "vote")
    backs = is_backer(person, campaign)
    rewards = Reward.of(campaign)
    return render_template(
        "crowdfunding/show.html",
        campaign=campaign,
        look=looks_of([campaign])[campaign.id],
        rewards=rewards,
        facts=facts_of(campaign, rewards),
        stretch_goals=StretchGoal.of(campaign),
        questions=questions,
        votes=votes_of(person, questions),
        counts=tally(questions) if questions and campaign.takes_votes else {},
        updates=Update.of(campaign),
        tasks=Task.of(campaign),
        backs=backs,
        in_words=in_words,
        reminded=Reminder.is_wished(campaign, person),
        reserves=campaign.reserves(settings.site("crowdfunding").reserve_days),
        may_manage=campaign.merchant.role_of(person) in ("owner", "manager") if person else False,
    )


@bp.post("/campaigns/<int:campaign_id>/votes")
@for_members
def create_vote(campaign_id: int) -> ResponseReturnValue:
    """A member decides an open option; until the vote ends it may be changed."""
    campaign = campaign_here(campaign_id)
    mine = {question.id: question for question in Question.of(campaign, "vote")}
    question = mine.get(_number("question")) or abort(404)
    question.vote(_number("choice"), me())
    db.session.commit()
    flash(_("Your vote counts."), "good")
    return _back(campaign, "votes")


@bp.post("/campaigns/<int:campaign_id>/reminders")
def create_reminder(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_here(campaign_id)
    Reminder.wish(campaign, me())
    db.session.commit()
    flash(_("You will be told two days before it ends."), "good")
    return _back(campaign)


@bp.post("/campaigns/<int:campaign_id>/reminders/removal")
def destroy_reminder(campaign_id: int) -> ResponseReturnValue:
    campaign = campaign_here(campaign_id)
    Reminder.forget(campaign, me())
    db.session.commit()
    flash(_("You will not be reminded."), "good")
    return _back(campaign)


@bp.post("/campaigns/<int:campaign_id>/helpers")
@for_members
@limiter.limit("20/hour")
def create_helper(campaign_id: int) -> ResponseReturnValue:
    """A member offers a hand instead of money, or beside it."""
    campaign = campaign_here(campaign_id)
    tasks = {task.id: task for task in Task.of(campaign)}
    task = tasks.get(_number("task")) or abort(404)
    task.offer(request.form.get("words", "").strip()[:400], me())
    db.session.commit()
    flash(_("Thank you! The seller reads it and gets in touch."), "good")
    return _back(campaign, "help")


def _back(campaign: Campaign, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("crowdfunding_campaigns.show", campaign_id=campaign.id, _anchor=anchor), 303)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and int(text) < LARGEST_ID):
        raise NotValid(_("Please choose one of the choices."))
    return int(text)
