"""What feedback knows of a person: given out when asked, forgotten when asked; counts stay as they are."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import contains_eager

from plugins.feedback.contributions import Contribution
from plugins.feedback.following import TicketFollower
from plugins.feedback.noting import ChangeNote, NoteThanks
from plugins.feedback.tickets import Ticket, TicketChange
from shop.communities.models import Community
from shop.db import db
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """What somebody said, follows, took part in and was thanked for, as plain values."""
    said = select(Ticket).where(Ticket.person_id == person.id).order_by(Ticket.id)
    follows = select(TicketFollower.ticket_id).where(TicketFollower.person_id == person.id)
    took = select(Contribution).where(Contribution.person_id == person.id).order_by(Contribution.id)
    thanked = (
        select(NoteThanks)
        .join(NoteThanks.note)
        .where(NoteThanks.person_id == person.id)
        .options(contains_eager(NoteThanks.note))
        .order_by(NoteThanks.id)
    )
    return {
        "said": [
            {"kind": t.kind, "title": t.title, "text": t.text, "state": t.state, "at": t.at.isoformat()}
            for t in db.session.scalars(said)
        ],
        "follows": sorted(db.session.scalars(follows)),
        "took_part": [{"in": c.source, "how": c.part, "title": c.title} for c in db.session.scalars(took)],
        "thanked_for": [{"title": t.note.title, "why": t.why} for t in db.session.scalars(thanked)],
    }


def erase(person: Person) -> None:
    """Words go, also where a change repeats them; who followed and who was thanked stay as numbers."""
    mine = set(db.session.scalars(select(Ticket.id).where(Ticket.person_id == person.id)))
    touched = set(db.session.scalars(_notes_with(person).with_only_columns(ChangeNote.community_id)))
    if mine:
        for note in db.session.scalars(select(ChangeNote).where(ChangeNote.community_id.in_(_homes(person)))):
            wordless = [_without(each, mine) for each in note.said]
            if wordless != note.said:
                note.said = wordless
                touched.add(note.community_id)
    wordless_ticket = {"person_id": None, "title": "", "text": ""}
    db.session.execute(update(Ticket).where(Ticket.person_id == person.id).values(**wordless_ticket))
    for nameless in (TicketFollower, Contribution, NoteThanks):
        db.session.execute(update(nameless).where(nameless.person_id == person.id).values(person_id=None))
    db.session.execute(update(TicketChange).where(TicketChange.by_id == person.id).values(by_id=None))
    db.session.execute(update(ChangeNote).where(ChangeNote.by_id == person.id).values(by_id=None))
    for community in db.session.scalars(select(Community).where(Community.id.in_(touched))):
        community.touch()


def _notes_with(person: Person) -> Any:
    return select(ChangeNote).join(NoteThanks).where(NoteThanks.person_id == person.id)


def _homes(person: Person) -> Any:
    return select(Ticket.community_id).where(Ticket.person_id == person.id)


def _without(said: dict[str, Any], tickets: set[int]) -> dict[str, Any]:
    return said | {"title": ""} if said["source"] == "ticket" and said["ref"] in tickets else said
