"""What reviews know of a person: given out when asked, forgotten when asked; sums and counts stay as they are."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload, selectinload

from plugins.reviews.answering import SellersAnswer
from plugins.reviews.inviting import Quiet, ReviewInvitation
from plugins.reviews.moderating import Complaint, Hiding
from plugins.reviews.reviews import HelpfulVote, Review, ReviewPicture, ReviewVersion
from plugins.reviews.rights import ReportedTrial, trials_of
from shop.communities.models import Community
from shop.db import db
from shop.leftovers import leave
from shop.people.models import Person


def export(person: Person) -> dict[str, Any]:
    """Reviews with what they said before, helpful votes, reports and reported trials, as plain values."""
    mine = select(Review).where(Review.person_id == person.id).order_by(Review.id)
    shown = (joinedload(Review.product), selectinload(Review.versions), selectinload(Review.pictures))
    votes = select(HelpfulVote.review_id).where(HelpfulVote.person_id == person.id).order_by(HelpfulVote.id)
    reports = select(Complaint).where(Complaint.by_id == person.id).order_by(Complaint.id)
    return {
        "reviews": [
            {
                "product": review.product.name,
                "origin": review.origin,
                "options": review.options,
                "stars": review.stars,
                "text": review.text,
                "at": review.at.isoformat(),
                "before": [{"stars": v.stars, "text": v.text} for v in review.versions],
                "pictures": [picture.key for picture in review.pictures],
                "helpful": review.helpful,
            }
            for review in db.session.scalars(mine.options(*shown))
        ],
        "helpful_votes": list(db.session.scalars(votes)),
        "reports": [{"review": r.review_id, "reason": r.reason, "words": r.words} for r in db.session.scalars(reports)],
        "trials": [{"product": t.product_id, "report": t.report} for t in trials_of(person)],
        "wants_no_invitations": Quiet.holds_for(person),
    }  # fmt: skip


def erase(person: Person) -> None:
    """Words and pictures go; stars and helpful votes stay without a name, so that no rating changes."""
    mine = select(Review.id).where(Review.person_id == person.id)
    touched = set(db.session.scalars(select(Review.community_id).where(Review.person_id == person.id)))
    leave(db.session.scalars(select(ReviewPicture).where(ReviewPicture.review_id.in_(mine))).all())
    db.session.execute(delete(ReviewPicture).where(ReviewPicture.review_id.in_(mine)))
    db.session.execute(delete(ReviewVersion).where(ReviewVersion.review_id.in_(mine)))
    db.session.execute(update(Hiding).where(Hiding.review_id.in_(mine)).values(appeal=""))
    db.session.execute(delete(ReviewInvitation).where(ReviewInvitation.person_id == person.id))
    Quiet.forget(person)
    wordless = {"person_id": None, "text": "", "has_pictures": False}
    db.session.execute(update(Review).where(Review.person_id == person.id).values(**wordless))
    for nameless in (HelpfulVote, ReportedTrial):
        db.session.execute(update(nameless).where(nameless.person_id == person.id).values(person_id=None))
    db.session.execute(update(Complaint).where(Complaint.by_id == person.id).values(by_id=None, words=""))
    db.session.execute(update(SellersAnswer).where(SellersAnswer.by_id == person.id).values(by_id=None))
    for column in (Hiding.by_id, Hiding.answered_by_id):
        db.session.execute(update(Hiding).where(column == person.id).values({column: None}))
    for community in db.session.scalars(select(Community).where(Community.id.in_(touched))):
        community.touch()
