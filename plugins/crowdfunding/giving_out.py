"""What crowdfunding knows of a person: given out when asked, forgotten when asked."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from plugins.crowdfunding.campaigns import CampaignChange
from plugins.crowdfunding.following import Reminder, Update
from plugins.crowdfunding.helping import Helper
from plugins.crowdfunding.pledges import Pledge
from plugins.crowdfunding.questions import Answer, Choice, Question, Vote
from shop.db import db
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Pledges, answers, votes, offers of help and reminders, as plain values."""
    pledges = select(Pledge).where(Pledge.person_id == person.id).order_by(Pledge.id)
    shown = (joinedload(Pledge.campaign), joinedload(Pledge.order), joinedload(Pledge.reward))
    votes = (
        select(Question.text, Choice.title)
        .join(Vote, Vote.question_id == Question.id)
        .join(Choice, Choice.id == Vote.choice_id)
        .where(Vote.person_id == person.id)
    )
    answers = (
        select(Question.text, Answer.text)
        .join(Answer, Answer.question_id == Question.id)
        .join(Pledge, Pledge.id == Answer.pledge_id)
        .where(Pledge.person_id == person.id)
    )
    helped = select(Helper.words, Helper.at).where(Helper.person_id == person.id)
    reminders = select(Reminder.campaign_id).where(Reminder.person_id == person.id)
    return {
        "pledges": [
            {
                "campaign": pledge.campaign.title,
                "order": pledge.order.number,
                "reward": pledge.reward.title if pledge.reward else None,
                "amount": pledge.amount,
                "at": pledge.at.isoformat(),
            }
            for pledge in db.session.scalars(pledges.options(*shown))
        ],
        "answers": [{"question": q, "answer": a} for q, a in db.session.execute(answers)],
        "votes": [{"question": q, "choice": c} for q, c in db.session.execute(votes)],
        "help": [{"words": words, "at": at.isoformat()} for words, at in db.session.execute(helped)],
        "reminders": list(db.session.scalars(reminders)),
    }


def erase(person: Person) -> None:
    """Pledges and votes stay as numbers without a name; words, help and reminders go."""
    mine = select(Pledge.id).where(Pledge.person_id == person.id)
    db.session.execute(delete(Answer).where(Answer.pledge_id.in_(mine)))
    db.session.execute(delete(Reminder).where(Reminder.person_id == person.id))
    for table, values in (
        (Pledge, {"person_id": None}),
        (Vote, {"person_id": None}),
        (Helper, {"person_id": None, "words": ""}),
    ):
        db.session.execute(update(table).where(table.person_id == person.id).values(**values))
    for signed in (CampaignChange, Update):
        db.session.execute(update(signed).where(signed.by_id == person.id).values(by_id=None))
