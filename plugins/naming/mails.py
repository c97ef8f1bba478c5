"""Letters of naming rounds, written by the worker in the reader's language; each person's is an event of its own."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.naming.proposals import Proposal
from plugins.naming.rounds import Round
from shop.communities.models import Community, Membership
from shop.db import db
from shop.events import Event, record
from shop.letters import Letter, address_of, in_language
from shop.people.models import Person


def hear(event: Event) -> None:
    """Write what an event means to somebody; the same event may come twice."""
    if event.name in LETTERS:
        LETTERS[event.name](event)


def tell_managers(event: Event) -> None:
    """A round waits for a manager, or its proposals do."""
    round = _round(event)
    managers = select(Membership.person_id).where(
        Membership.community_id == round.community_id, Membership.role.in_(("owner", "manager"))
    )
    for person_id in db.session.scalars(managers).all():
        record("naming.asked", round.community_id, round=round.id, person=person_id)


def write_to_manager(event: Event) -> None:
    round, person = _round(event), _person(event)
    if person is None or round.state not in ("review", "screening"):
        return
    with in_language(person.locale):
        if round.state == "review":
            subject = _("A naming round waits for you: %(title)s", title=round.title)
            line = _(
                "%(merchant)s would like members to choose. It begins when you accept it.",
                merchant=round.merchant.name,
            )
        else:
            subject = _("Proposals wait for you: %(title)s", title=round.title)
            line = _("The vote begins as soon as every proposal has an answer.")
        url = address_of("naming_reviews.show", community=_slug(round), round_id=round.id)
        Letter(subject, [line], (_("Look at it"), url)).send(person.email)


def tell_authors(event: Event) -> None:
    """The vote has begun, or is counted: whoever proposed is told."""
    round = _round(event)
    authors = select(Proposal.person_id).where(Proposal.round_id == round.id, Proposal.person_id.is_not(None))
    for person_id in db.session.scalars(authors.distinct()).all():
        record("naming.news", round.community_id, round=round.id, person=person_id, news=event.name)


def write_news(event: Event) -> None:
    round, person = _round(event), _person(event)
    if person is None:
        return
    with in_language(person.locale):
        if event.payload["news"] == "naming.voting":
            subject, lines = (
                _("The vote has begun: %(title)s", title=round.title),
                [_("Rank what you like best. You can change your ballot until the vote closes.")],
            )
        else:
            winner = db.session.scalars(
                select(Proposal).where(Proposal.round_id == round.id, Proposal.is_winner)
            ).first()
            subject = _("Counted: %(title)s", title=round.title)
            if winner is None:
                lines = [_("Nobody has voted, so nothing was chosen.")]
            elif winner.person_id == person.id:
                lines = [
                    _(
                        "Your proposal “%(text)s” was chosen. You are named on the product's page for good.",
                        text=winner.text,
                    )
                ]
            else:
                lines = [
                    _(
                        "“%(text)s” was chosen. See how it was counted, and count again if you like.",
                        text=winner.text,
                    )
                ]
        letter = Letter(subject, lines, (_("To the round"), _page(round)))
        letter.send(person.email, news_of=round.community_id)


def write_declined(event: Event) -> None:
    proposal = db.session.get(Proposal, int(event.payload["proposal"]))
    person = proposal.person if proposal else None
    if proposal is None or person is None or proposal.state != "declined":
        return
    with in_language(person.locale):
        subject = _("“%(text)s” does not come onto the ballot", text=proposal.text)
        lines = [_("The reason: %(reason)s", reason=proposal.reason)]
        letter = Letter(subject, lines, (_("To the round"), _page(proposal.round)))
        letter.send(person.email, news_of=proposal.round.community_id)


def write_thanks(event: Event) -> None:
    """The seller thanks whoever found it."""
    round = _round(event)
    winner = db.session.scalars(
        select(Proposal).where(Proposal.round_id == round.id, Proposal.is_winner)
    ).first()
    person = winner.person if winner else None
    if winner is None or person is None:
        return
    with in_language(person.locale):
        subject = _("%(merchant)s thanks you for “%(text)s”", merchant=round.merchant.name, text=winner.text)
        letter = Letter(subject, [round.thanks], (_("To the round"), _page(round)))
        letter.send(person.email, news_of=round.community_id)


LETTERS: dict[str, Callable[[Event], None]] = {
    "naming.review": tell_managers,
    "naming.screening": tell_managers,
    "naming.asked": write_to_manager,
    "naming.voting": tell_authors,
    "naming.counted": tell_authors,
    "naming.news": write_news,
    "naming.declined": write_declined,
    "naming.thanked": write_thanks,
}


def _round(event: Event) -> Round:
    return db.session.get_one(Round, int(event.payload["round"]))


def _person(event: Event) -> Person | None:
    """Whom it is for, unless they have asked to be forgotten meanwhile."""
    person = db.session.get(Person, int(event.payload["person"]))
    return None if person is None or person.forgotten_at is not None else person


def _slug(round: Round) -> str:
    return db.session.get_one(Community, round.community_id).slug


def _page(round: Round) -> str:
    return address_of("naming_rounds.show", community=_slug(round), round_id=round.id)
