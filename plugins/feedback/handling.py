"""Handling: answering and merging, for sellers and managers alike; what is open, and how long it waits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, func, select

from plugins.feedback.contributions import sources_of
from plugins.feedback.finding import LARGEST_ID, for_note
from plugins.feedback.following import merge
from plugins.feedback.forms import AnswerForm, NoteForm
from plugins.feedback.noting import ChangeNote
from plugins.feedback.states import OPEN
from plugins.feedback.tickets import Ticket, TicketChange
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.errors import NotValid
from shop.people.models import Person

MOST_COUNTED = 5000
COLUMNS = ("at", "community", "product", "kind", "title", "text", "author", "followers", "state", "answer")
# Days up to which each bar counts; the last one has no end.
BANDS = (2, 7, 14, 30)


@dataclass(frozen=True, slots=True)
class Report:
    """What is open and how long it waits, in days; and how fast answers were in the last 90 days."""

    waits: tuple[int, ...]
    answered: tuple[float, ...]

    @property
    def oldest(self) -> int:
        return max(self.waits, default=0)

    @property
    def typical(self) -> int:
        return round(median(self.waits)) if self.waits else 0

    @property
    def first_answer(self) -> str:
        """Half of the first answers came within so many days."""
        if not self.answered:
            return "–"
        days = median(self.answered)
        return _("less than a day") if days < 1 else ngettext("%(num)s day", "%(num)s days", round(days))

    @property
    def bars(self) -> list[dict[str, Any]]:
        """For each band how many wait so long."""
        edges = (-1, *BANDS, 10**9)
        labels = [
            _("up to 2 days"),
            _("3 to 7 days"),
            _("8 to 14 days"),
            _("15 to 30 days"),
            _("more than 30 days"),
        ]
        return [
            {"label": label, "value": sum(1 for days in self.waits if low < days <= high)}
            for label, low, high in zip(labels, edges, edges[1:], strict=False)
        ]


def report_on(which: ColumnElement[bool]) -> Report:
    """The report on some tickets."""
    instant = now()
    waits = db.session.scalars(
        select(Ticket.at).where(which, Ticket.state.in_(OPEN)).order_by(Ticket.id).limit(MOST_COUNTED)
    )
    first = (
        select(TicketChange.ticket_id, func.min(TicketChange.at).label("at"))
        .where(TicketChange.to_state != "merged")
        .group_by(TicketChange.ticket_id)
        .subquery()
    )
    answered = db.session.execute(
        select(Ticket.at, first.c.at)
        .join(first, first.c.ticket_id == Ticket.id)
        .where(which, first.c.at >= instant - timedelta(days=90))
        .limit(MOST_COUNTED)
    )
    return Report(
        tuple(max(0, (instant - at).days) for at in waits),
        tuple((then - at) / timedelta(days=1) for at, then in answered),
    )


def asked_for(wanted: Select[Ticket]) -> tuple[Select[Ticket], str]:
    """What `?state=` asks for, and its name: unanswered (""), only the questions among it, open or all."""
    asked = request.args.get("state", "")
    if asked == "all":
        return wanted, asked
    wanted = wanted.where(Ticket.state.in_(OPEN if asked == "open" else OPEN[:1]))
    if asked == "questions":
        wanted = wanted.where(Ticket.kind == "question")
    return wanted, asked if asked in ("open", "questions") else ""


def answer(ticket: Ticket, by: Person) -> None:
    """What the form of a ticket's card says."""
    form = AnswerForm()
    if not form.validate():
        raise NotValid(_("Please answer in public, with at most 2,000 letters."))
    ticket.answer(form.state.data, form.answer.data or "", by)


def merge_chosen(ticket: Ticket, by: Person) -> None:
    """Into the one that was chosen on its card."""
    number = request.form.get("into", 0, type=int)
    into = db.session.get(Ticket, number) if 0 < number < LARGEST_ID else None
    if into is None:
        raise NotValid(_("Please choose the one that stays."))
    merge(ticket, into, by)


def note_from_form(community: Community, product: Product | None, form: NoteForm, by: Person) -> ChangeNote:
    """The note with whatever was ticked as having led to it; only what belongs to the same thing can be."""
    product_id = product.id if product else None
    numbers, codes = request.form.getlist("ticket", type=int), request.form.getlist("source")
    tickets = [each for each in for_note(community.id, product_id) if each.id in numbers]
    known = sources_of(community.id, product_id) if product_id else []
    return ChangeNote.write(
        community,
        product,
        by,
        (form.title.data or "").strip(),
        (form.text.data or "").replace("\r\n", "\n").strip(),
        tickets=tickets,
        sources=[each for each in known if each.code in codes],
    )


def rows_of(tickets: Iterable[Ticket]) -> Iterator[Sequence[Any]]:
    """For a spreadsheet, under the names of its columns."""
    yield COLUMNS
    for each in tickets:
        yield (
            each.at.isoformat(timespec="seconds"),
            each.community.name,
            each.product.name if each.product else "",
            each.kind,
            each.title,
            each.text,
            each.by,
            each.followers,
            each.state,
            each.changes[-1].answer if each.changes else "",
        )
