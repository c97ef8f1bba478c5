"""The merchant's desk: the parts of a campaign - rewards, stretch goals, questions, tasks, news."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.crowdfunding.campaigns import Campaign
from plugins.crowdfunding.desk_views import page_for, reward_choices
from plugins.crowdfunding.finding import campaign_of_merchant, reward_of
from plugins.crowdfunding.following import Update
from plugins.crowdfunding.forms import QuestionForm, RewardForm, StretchGoalForm, TaskForm, UpdateForm
from plugins.crowdfunding.helping import Task
from plugins.crowdfunding.questions import Question
from plugins.crowdfunding.rewards import Reward, StretchGoal
from shop.access import me
from shop.db import db, set_writing
from shop.errors import NotValid, Refused
from shop.shell import set_back

bp = Blueprint("crowdfunding_parts", __name__)


@bp.get("/campaigns/<int:campaign_id>/rewards/new")
def new_reward(campaign_id: int) -> str:
    return _reward_page(campaign_of_merchant(campaign_id), RewardForm(formdata=None))


@bp.post("/campaigns/<int:campaign_id>/rewards")
def create_reward(campaign_id: int) -> ResponseReturnValue:
    campaign, form = campaign_of_merchant(campaign_id), RewardForm()
    if not form.validate():
        return _reward_page(campaign, form), 422
    Reward.add(campaign, form.values())
    db.session.commit()
    return _back(campaign, "rewards")


@bp.get("/campaigns/<int:campaign_id>/rewards/<int:reward_id>")
def edit_reward(campaign_id: int, reward_id: int) -> str:
    campaign = campaign_of_merchant(campaign_id)
    reward = reward_of(campaign, reward_id)
    month = f"{reward.delivery_month:%Y-%m}" if reward.delivery_month else ""
    told = {"limit": reward.limit.size if reward.limit else None, "delivery_month": month}
    return _reward_page(campaign, RewardForm(formdata=None, obj=_Typed(reward, told)), reward)


@bp.post("/campaigns/<int:campaign_id>/rewards/<int:reward_id>")
def update_reward(campaign_id: int, reward_id: int) -> ResponseReturnValue:
    """Anything while it is a draft; afterwards only how many there are."""
    campaign, form = campaign_of_merchant(campaign_id), RewardForm()
    reward = reward_of(campaign, reward_id)
    if not form.validate():
        return _reward_page(campaign, form, reward), 422
    try:
        reward.change(form.values())
    except Refused as refusal:
        db.session.rollback()
        set_writing(False)
        campaign = campaign_of_merchant(campaign_id)
        return _reward_page(campaign, form, reward_of(campaign, reward_id), str(refusal)), refusal.status
    db.session.commit()
    return _back(campaign, "rewards")


@bp.post("/campaigns/<int:campaign_id>/rewards/<int:reward_id>/closing")
def create_closing(campaign_id: int, reward_id: int) -> ResponseReturnValue:
    """Nobody can choose it any more, or everybody can again; who chose it keeps it."""
    campaign = campaign_of_merchant(campaign_id)
    reward = reward_of(campaign, reward_id)
    reward.is_closed = not reward.is_closed
    db.session.commit()
    return _back(campaign, "rewards")


@bp.post("/campaigns/<int:campaign_id>/rewards/<int:reward_id>/removal")
def destroy_reward(campaign_id: int, reward_id: int) -> ResponseReturnValue:
    campaign = campaign_of_merchant(campaign_id)
    reward_of(campaign, reward_id).remove()
    db.session.commit()
    return _back(campaign, "rewards")


@bp.post("/campaigns/<int:campaign_id>/stretch-goals")
def create_stretch_goal(campaign_id: int) -> ResponseReturnValue:
    campaign, form = campaign_of_merchant(campaign_id), StretchGoalForm()
    if not form.validate():
        return page_for(campaign, stretch_form=form), 422
    try:
        StretchGoal.add(campaign, form.amount.data, (form.title.data or "").strip(), "")
    except NotValid as wrong:
        form.amount.errors = [str(wrong)]
        return page_for(campaign, stretch_form=form), 422
    db.session.commit()
    return _back(campaign, "stretch-goals")


@bp.post("/campaigns/<int:campaign_id>/stretch-goals/<int:part_id>/removal")
def destroy_stretch_goal(campaign_id: int, part_id: int) -> ResponseReturnValue:
    campaign = campaign_of_merchant(campaign_id)
    campaign.must_be_draft()
    db.session.delete(_part(StretchGoal.of(campaign), part_id))
    db.session.commit()
    return _back(campaign, "stretch-goals")


@bp.post("/campaigns/<int:campaign_id>/questions/<kind>")
def create_question(campaign_id: int, kind: str) -> ResponseReturnValue:
    """An open option that the community decides, or a question of the survey."""
    if kind not in ("vote", "survey"):
        abort(404)
    campaign, form = campaign_of_merchant(campaign_id), QuestionForm()
    rewards = Reward.of(campaign)
    form.reward.choices = reward_choices(rewards)
    if not form.validate():
        return page_for(campaign, question_form=form), 422
    reward = next((r for r in rewards if r.id == form.reward.data), None) if kind == "survey" else None
    try:
        Question.ask(campaign, kind, (form.text.data or "").strip(), form.lines, reward)
    except NotValid as wrong:
        form.choices.errors = [str(wrong)]
        return page_for(campaign, question_form=form), 422
    db.session.commit()
    return _back(campaign, "questions")


@bp.post("/campaigns/<int:campaign_id>/questions/<int:part_id>/removal")
def destroy_question(campaign_id: int, part_id: int) -> ResponseReturnValue:
    campaign = campaign_of_merchant(campaign_id)
    _part(Question.of(campaign, "vote") + Question.of(campaign, "survey"), part_id).remove()
    db.session.commit()
    return _back(campaign, "questions")


@bp.post("/campaigns/<int:campaign_id>/tasks")
def create_task(campaign_id: int) -> ResponseReturnValue:
    """Help that is not money."""
    campaign, form = campaign_of_merchant(campaign_id), TaskForm()
    if not form.validate():
        return page_for(campaign, task_form=form), 422
    Task.add(campaign, (form.title.data or "").strip(), form.hands.data or 1)
    db.session.commit()
    return _back(campaign, "tasks")


@bp.get("/campaigns/<int:campaign_id>/updates/new")
def new_update(campaign_id: int) -> str:
    return _update_page(campaign_of_merchant(campaign_id), UpdateForm(formdata=None))


@bp.post("/campaigns/<int:campaign_id>/updates")
def create_update(campaign_id: int) -> ResponseReturnValue:
    """News for everybody or for backers; backers are told by mail."""
    campaign, form = campaign_of_merchant(campaign_id), UpdateForm()
    if not form.validate():
        return _update_page(campaign, form), 422
    title, text = (form.title.data or "").strip(), (form.text.data or "").strip()
    Update.write(campaign, title, text, me(), is_for_backers=bool(form.is_for_backers.data))
    db.session.commit()
    flash(_("Published. The backers are told by mail."), "good")
    return _back(campaign, "updates")


class _Typed:
    """A reward as the form shows it: what differs from its columns stands in `told`."""

    def __init__(self, reward: Reward, told: dict[str, Any]) -> None:
        self.reward, self.told = reward, told

    def __getattr__(self, name: str) -> Any:
        return self.told[name] if name in self.told else getattr(self.reward, name)


def _part(parts: list[Any], part_id: int) -> Any:
    return next((part for part in parts if part.id == part_id), None) or abort(404)


def _reward_page(
    campaign: Campaign, form: RewardForm, reward: Reward | None = None, refusal: str = ""
) -> str:
    set_back(url_for("crowdfunding_desk.show", campaign_id=campaign.id))
    return render_template(
        "crowdfunding/desk_reward.html", campaign=campaign, form=form, reward=reward, refusal=refusal
    )


def _update_page(campaign: Campaign, form: UpdateForm) -> str:
    set_back(url_for("crowdfunding_desk.show", campaign_id=campaign.id))
    return render_template("crowdfunding/desk_update.html", campaign=campaign, form=form)


def _back(campaign: Campaign, anchor: str) -> ResponseReturnValue:
    place = url_for("crowdfunding_desk.show", campaign_id=campaign.id, _anchor=anchor)
    return redirect(place, 303)
