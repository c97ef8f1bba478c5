"""The tables of feedback."""

from plugins.feedback.contributions import Contribution
from plugins.feedback.following import TicketFollower
from plugins.feedback.noting import ChangeNote, NoteThanks
from plugins.feedback.tickets import Ticket, TicketChange

__all__ = ["ChangeNote", "Contribution", "NoteThanks", "Ticket", "TicketChange", "TicketFollower"]
