"""Surveying: what a backer is asked after success - options, and the address where something is sent."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.questions import Answer, Question
from shop.clock import now
from shop.db import db
from shop.errors import NotValid, Refused

ADDRESS = ("name", "phone", "country", "province", "city", "district", "street", "postcode")


def questions_for(pledge: Pledge) -> list[Question]:
    """The survey's questions for this backer: those for everybody, and those for their reward."""
    asked = Question.of(pledge.campaign, "survey")
    return [q for q in asked if q.reward_id is None or q.reward_id == pledge.reward_id]


def has_survey(pledge: Pledge) -> bool:
    return pledge.needs_address or bool(questions_for(pledge))


def answers_of(pledge: Pledge) -> dict[int, str]:
    """What was answered, by question."""
    mine = select(Answer.question_id, Answer.text).where(Answer.pledge_id == pledge.id)
    return dict(db.session.execute(mine).all())


def may_answer(pledge: Pledge) -> bool:
    """After success, and until it was sent."""
    return pledge.campaign.state == "succeeded" and pledge.order.state == "paid"


def answer(pledge: Pledge, answers: Mapping[int, str], address: Mapping[str, str | None] | None) -> None:
    """Keep a backer's answers and address; they may be changed until the goods are sent."""
    if not may_answer(pledge):
        raise Refused(_("This cannot be changed any more."))
    asked = questions_for(pledge)
    for question in asked:
        text = answers.get(question.id, "").strip()
        if question.is_needed and not text:
            raise NotValid(_("Please answer: %(question)s", question=question.text), field=f"q{question.id}")
        if question.choices and text and text not in {choice.title for choice in question.choices}:
            raise NotValid(_("Please choose one of the choices."), field=f"q{question.id}")
    if pledge.needs_address:
        if address is None:
            raise NotValid(_("Please say where the goods shall go."))
        pledge.order.delivery = _delivery(pledge, address)
    db.session.execute(delete(Answer).where(Answer.pledge_id == pledge.id))
    for question in asked:
        text = answers.get(question.id, "").strip()[:400]
        if text:
            db.session.add(Answer(pledge_id=pledge.id, question_id=question.id, text=text))
    pledge.answered_at = now()


def _delivery(pledge: Pledge, address: Mapping[str, str | None]) -> dict[str, Any]:
    """What the order keeps of its delivery. Postage was paid for home or for abroad, and it stays so."""
    parts = {field: (address.get(field) or "").strip() for field in ADDRESS}
    is_home = parts["country"] == pledge.campaign.country
    if is_home != pledge.is_home:
        told = _("home") if pledge.is_home else _("abroad")
        raise NotValid(
            _("You paid postage for %(where)s. Please ask the seller.", where=told), field="country"
        )
    where = " ".join(filter(None, (parts["province"], parts["city"], parts["district"], parts["street"])))
    text = ", ".join(
        filter(None, (parts["name"], parts["phone"], where, parts["postcode"], parts["country"]))
    )
    return {**pledge.order.delivery, "way": "post", "title": "", "text": text, "address": parts}
