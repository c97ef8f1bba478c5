"""Letters of reviews, written by the worker in the reader's language."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.inviting import Quiet, ReviewInvitation
from plugins.reviews.moderating import Hiding
from plugins.reviews.reviews import Review
from shop.db import db
from shop.events import Event
from shop.letters import Letter, address_of, in_language
from shop.people.models import Person
from shop.text import shortened


def invite(event: Event) -> None:
    """How is it? The same question to everybody, and nothing is given for the answer."""
    invitation = db.session.get(ReviewInvitation, int(event.payload["invitation"]))
    person = _reader(invitation.person_id) if invitation else None
    if invitation is None or person is None or Quiet.holds_for(person):
        return
    order = invitation.order
    bought = [line for line in order.lines if line.product_id is not None and line.amount > 0]
    done = set(
        db.session.scalars(
            select(Review.product_id).where(
                Review.person_id == person.id, Review.community_id == order.community_id
            )
        )
    )
    waiting = [line.title for line in bought if line.product_id not in done]
    if not waiting:
        return
    with in_language(person.locale):
        Letter(
            _("How is “%(title)s”?", title=waiting[0]),
            [
                _("Others in %(community)s would like to know, good or bad.", community=order.community.name),
                _("Nothing is given for a review, and nothing depends on what you write."),
            ],
            (_("Write a review"), address_of("reviews_own.index")),
            [_("On the same page you can say that you do not want to be asked.")],
        ).send(person.email, news_of=order.community_id)


def tell_answer(event: Event) -> None:
    """The seller has answered."""
    review = db.session.get(Review, int(event.payload["review"]))
    answer = (
        db.session.scalars(select(SellersAnswer).where(SellersAnswer.review_id == review.id)).first()
        if review
        else None
    )
    person = _reader(review.person_id) if review else None
    if review is None or answer is None or person is None:
        return
    with in_language(person.locale):
        merchant = review.product.merchant.name
        Letter(
            _("%(merchant)s has answered your review", merchant=merchant),
            [shortened(answer.text, 600)],
            (_("Read it"), _page(review)),
        ).send(person.email, news_of=review.community_id)


def tell_hidden(event: Event) -> None:
    """A manager has hidden it: why, and how to appeal."""
    hiding = db.session.get(Hiding, int(event.payload["hiding"]))
    person = _reader(hiding.review.person_id) if hiding else None
    if hiding is None or person is None:
        return
    with in_language(person.locale):
        title = hiding.review.product.name
        Letter(
            _("Your review of “%(title)s” is hidden", title=title),
            [
                _("Reason: %(reason)s", reason=hiding.reason_words),
                hiding.words,
                _("Your stars still count. If you do not agree, appeal: another manager looks at it."),
            ],
            (_("Look at it"), _page(hiding.review)),
        ).send(person.email)


def tell_judgement(event: Event) -> None:
    """What became of the appeal, or that it is shown again without one."""
    hiding = db.session.get(Hiding, int(event.payload["hiding"]))
    person = _reader(hiding.review.person_id) if hiding else None
    if hiding is None or person is None:
        return
    with in_language(person.locale):
        title = hiding.review.product.name
        subject = (
            _("Your review of “%(title)s” is shown again", title=title)
            if hiding.ended_at
            else _("Your review of “%(title)s” stays hidden", title=title)
        )
        Letter(subject, [hiding.answer], (_("Look at it"), _page(hiding.review))).send(person.email)


LETTERS: dict[str, Callable[[Event], None]] = {
    "reviews.invited": invite,
    "reviews.answered": tell_answer,
    "reviews.hidden": tell_hidden,
    "reviews.judged": tell_judgement,
}


def _reader(person_id: int | None) -> Person | None:
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person if person is not None and person.forgotten_at is None else None


def _page(review: Review) -> str:
    return address_of("reviews.show", community=review.community.slug, review_id=review.id)
