"""Answer: what the seller says to a review; from then on its stars are fixed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.reviews.reviews import Review
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.events import record
from shop.people.models import Person


class SellersAnswer(Numbered, Base):
    """The seller's one answer to a review; it may be put better, and says when it was."""

    __tablename__ = "reviews_answer"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews_review.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime | None]

    review: Mapped[Review] = relationship(back_populates="answer")

    @classmethod
    def write(cls, review: Review, text: str, by: Person) -> None:
        """SellersAnswer, or put the answer better."""
        first = db.session.scalar(
            update(Review)
            .where(Review.id == review.id, Review.answered_at.is_(None))
            .values(answered_at=now())
            .returning(Review.id)
        )
        if first is not None:
            db.session.add(cls(review_id=review.id, text=text, by_id=by.id))
            record("reviews.answered", review.community_id, review=review.id)
        else:
            db.session.execute(
                update(cls).where(cls.review_id == review.id).values(text=text, by_id=by.id, changed_at=now())
            )
        review.community.touch()
