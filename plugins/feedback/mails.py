"""Letters of feedback, written by the worker in the reader's language; each person's is an event of its own."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.feedback.following import followers_of
from plugins.feedback.noting import ChangeNote, NoteThanks
from plugins.feedback.tickets import Ticket, TicketChange
from shop.communities.models import Membership
from shop.db import db
from shop.events import Event, record
from shop.letters import Letter, address_of, in_language
from shop.merchants.models import Staff
from shop.people.models import Person
from shop.text import shortened


def hear(event: Event) -> None:
    """Write what an event means to somebody; the same event may come twice."""
    if event.name in LETTERS:
        LETTERS[event.name](event)


def tell_who_answers(event: Event) -> None:
    """Something new: the seller's managers are told, or the community's when it is about the community."""
    ticket = db.session.get(Ticket, int(event.payload["ticket"]))
    if ticket is None:
        return
    if ticket.product is None:
        readers = select(Membership.person_id).where(
            Membership.community_id == ticket.community_id, Membership.role.in_(("owner", "manager"))
        )
    else:
        readers = select(Staff.person_id).where(
            Staff.merchant_id == ticket.product.merchant_id, Staff.role.in_(("owner", "manager"))
        )
    for person_id in db.session.scalars(readers).all():
        if person_id != ticket.person_id:
            record("feedback.asked", ticket.community_id, ticket=ticket.id, person=person_id)


def write_to_answerer(event: Event) -> None:
    ticket, person = _ticket(event), _reader(event)
    if ticket is None or person is None or ticket.state != "received":
        return
    with in_language(person.locale):
        where = ticket.product.name if ticket.product else ticket.community.name
        url = _page(ticket)
        if ticket.product is not None:
            url = address_of("feedback_desk.index", merchant=ticket.product.merchant.slug)
        Letter(
            _("Feedback on %(what)s: %(title)s", what=where, title=ticket.name),
            [shortened(ticket.text, 600), _("Members read your answer, and see how long they wait for it.")],
            (_("Answer"), url),
        ).send(person.email)


def tell_followers(event: Event) -> None:
    """It moved: everybody who follows it is told; of a merged one, who went along with it."""
    change = db.session.get(TicketChange, int(event.payload["change"]))
    if change is None:
        return
    readers = event.payload.get("people") or followers_of(change.ticket)
    for person_id in readers:
        if person_id != change.by_id:
            record("feedback.news", change.ticket.community_id, change=change.id, person=person_id)


def write_news(event: Event) -> None:
    change, person = db.session.get(TicketChange, int(event.payload["change"])), _reader(event)
    if change is None or person is None:
        return
    ticket = change.ticket
    with in_language(person.locale):
        if change.to_state == "merged" and ticket.into is not None:
            subject = _("“%(title)s” goes on in another one", title=ticket.name)
            lines = [_("The same is said in “%(title)s”. You follow that now.", title=ticket.into.name)]
            url = _page(ticket.into)
        else:
            subject = _("“%(title)s”: %(state)s", title=ticket.name, state=change.state_words)
            lines, url = [shortened(change.answer, 600)], _page(ticket)
        Letter(
            subject,
            lines,
            (_("Read it"), url),
            [_("You get this because you follow it; on its page you can stop.")],
        ).send(person.email, news_of=ticket.community_id)


def tell_thanked(event: Event) -> None:
    """Something was done: whoever brought it about is thanked."""
    note = db.session.get(ChangeNote, int(event.payload["note"]))
    for person_id in event.payload["people"] if note else ():
        record("feedback.thanked", event.community_id, note=int(event.payload["note"]), person=int(person_id))


def write_thanks(event: Event) -> None:
    note, person = db.session.get(ChangeNote, int(event.payload["note"])), _reader(event)
    if note is None or person is None:
        return
    mine = select(NoteThanks).where(NoteThanks.note_id == note.id, NoteThanks.person_id == person.id)
    thanks = db.session.scalars(mine).first()
    if thanks is None:
        return
    with in_language(person.locale):
        url = address_of("feedback_notes.show", community=note.community.slug, note_id=note.id)
        what = note.product.name if note.product else note.community.name
        Letter(
            _("You said, we did: %(title)s", title=note.title),
            [
                shortened(note.text, 600),
                _(
                    "You %(why)s. Your name stands with it at %(what)s: thank you.",
                    why=thanks.why_words,
                    what=what,
                ),
            ],
            (_("Read it"), url),
        ).send(person.email, news_of=note.community_id)


LETTERS: dict[str, Callable[[Event], None]] = {
    "feedback.filed": tell_who_answers,
    "feedback.asked": write_to_answerer,
    "feedback.moved": tell_followers,
    "feedback.news": write_news,
    "feedback.noted": tell_thanked,
    "feedback.thanked": write_thanks,
}


def _ticket(event: Event) -> Ticket | None:
    return db.session.get(Ticket, int(event.payload["ticket"]))


def _reader(event: Event) -> Person | None:
    person = db.session.get(Person, int(event.payload["person"]))
    return person if person is not None and person.forgotten_at is None else None


def _page(ticket: Ticket) -> str:
    return address_of("feedback.show", community=ticket.community.slug, ticket_id=ticket.id)
