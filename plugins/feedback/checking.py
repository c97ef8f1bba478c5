"""What `shop check` verifies of feedback: every count is what the rows say."""

from collections.abc import Iterator

from sqlalchemy import func, select

from plugins.feedback.following import TicketFollower
from plugins.feedback.noting import ChangeNote, NoteThanks
from plugins.feedback.tickets import Ticket
from shop.db import db


def followers_are_exact() -> Iterator[str]:
    """Each ticket counts as many followers as it has."""
    counted = (
        select(func.count(TicketFollower.id)).where(TicketFollower.ticket_id == Ticket.id).scalar_subquery()
    )
    wrong = select(Ticket.id, Ticket.followers, counted).where(Ticket.followers != counted)
    for ticket_id, has, should in db.session.execute(wrong):
        yield f"Feedback {ticket_id} counts {has} followers and has {should}."


def thanks_are_exact() -> Iterator[str]:
    """Each change thanks as many people as it says."""
    counted = select(func.count(NoteThanks.id)).where(NoteThanks.note_id == ChangeNote.id).scalar_subquery()
    wrong = select(ChangeNote.id, ChangeNote.thanked, counted).where(ChangeNote.thanked != counted)
    for note_id, has, should in db.session.execute(wrong):
        yield f"Change {note_id} says that {has} people are thanked, and thanks {should}."
