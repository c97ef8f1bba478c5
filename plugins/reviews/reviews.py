"""Review: stars, words and pictures by somebody who had the thing; its versions, pictures and helpful votes."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.reviews.rights import ReportedTrial, Right
from plugins.reviews.sums import STARS, StarSum
from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.leftovers import leave
from shop.letters import address_of
from shop.people.models import Person
from shop.pictures import StoredPicture

if TYPE_CHECKING:
    from plugins.reviews.answering import SellersAnswer
    from plugins.reviews.moderating import Hiding

MOST_PICTURES = 6
LONGEST = 4000


class Review(Numbered, Base):
    """What somebody thinks of a product; never without the order line or the trial that it comes from."""

    __tablename__ = "reviews_review"
    __table_args__ = (
        UniqueConstraint("community_id", "product_id", "person_id", "origin"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five_stars"),
        CheckConstraint(
            "(origin = 'purchase' AND line_id IS NOT NULL AND trial_id IS NULL)"
            " OR (origin = 'trial' AND trial_id IS NOT NULL AND line_id IS NULL)",
            name="comes_from_something",
        ),
        Index("ix_reviews_review_helpful", "community_id", "product_id", "helpful", "id"),
        Index("ix_reviews_review_stars", "community_id", "product_id", "stars", "id"),
        Index("ix_reviews_review_product", "product_id", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    origin: Mapped[str] = mapped_column(String(8))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id", ondelete="CASCADE"), index=True)
    trial_id: Mapped[int | None] = mapped_column(
        ForeignKey("reviews_trial.id", ondelete="CASCADE"), index=True
    )
    options: Mapped[str] = mapped_column(String(255), default="")
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    helpful: Mapped[int] = mapped_column(default=0)
    has_pictures: Mapped[bool] = mapped_column(default=False)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    community: Mapped[Community] = relationship()
    product: Mapped[Product] = relationship()
    person: Mapped[Person | None] = relationship()
    trial: Mapped[ReportedTrial | None] = relationship()
    pictures: Mapped[list["ReviewPicture"]] = relationship(order_by="ReviewPicture.id")
    versions: Mapped[list["ReviewVersion"]] = relationship(order_by="ReviewVersion.id")
    answer: Mapped["SellersAnswer | None"] = relationship(back_populates="review")
    hidings: Mapped[list["Hiding"]] = relationship(order_by="Hiding.id", back_populates="review")

    @property
    def days(self) -> int:
        """For how many days it waits for an answer."""
        return max(0, (now() - self.at).days)

    @classmethod
    def write(cls, right: Right, by: Person, stars: int, text: str) -> "Review":
        """Publish a review, once for each way in which somebody came to the product; the sums grow with it."""
        _must_be_stars(stars)
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        told: dict[str, Any] = {
            "community_id": right.community_id, "product_id": right.product.id, "person_id": by.id,
            "origin": right.origin, "line_id": right.line_id, "trial_id": right.trial_id,
            "options": right.options[:255], "stars": stars, "text": text[:LONGEST], "at": now(),
            "helpful": 0, "has_pictures": False, "is_hidden": False,
        }  # fmt: skip
        made = db.session.scalar(insert(cls).values(told).on_conflict_do_nothing().returning(cls.id))
        if made is None:
            raise Refused(_("You have reviewed this already; you can change what you wrote."))
        StarSum.add(right.community_id, right.product.id, right.origin, stars)
        review = db.session.get_one(cls, made)
        page = address_of("reviews.show", community=review.community.slug, review_id=made)
        record(
            "reviews.published",
            right.community_id,
            person=by.id,
            product=right.product.id,
            review=made,
            origin=right.origin,
            title=right.product.name,
            path=urlsplit(page).path,
        )
        review._tell_mood()
        review.community.touch()
        return review

    @property
    def by(self) -> str:
        """Whose it is, in words for a page."""
        return self.person.name if self.person and self.person.forgotten_at is None else _("A former member")

    @property
    def hiding(self) -> "Hiding | None":
        """Why its words are hidden now."""
        return (
            next((h for h in reversed(self.hidings) if h.ended_at is None), None) if self.is_hidden else None
        )

    @property
    def may_change_stars(self) -> bool:
        return self.answered_at is None

    def change(self, stars: int, text: str) -> None:
        """The author changes it; what it was stays to be read, and the stars are fixed once the seller has answered."""
        _must_be_stars(stars)
        was, said = self.stars, self.text
        guard = [Review.id == self.id, Review.stars == was]
        if stars != was:
            guard.append(Review.answered_at.is_(None))
        changed = db.session.scalar(
            update(Review)
            .where(*guard)
            .values(stars=stars, text=text[:LONGEST], changed_at=now())
            .returning(Review.id)
            .execution_options(synchronize_session=False)
        )
        if changed is None:
            raise Refused(_("The seller has answered meanwhile: the stars stay as they are."))
        db.session.refresh(self, ["stars", "text", "changed_at", "answered_at"])
        db.session.add(ReviewVersion(review_id=self.id, stars=was, text=said))
        if stars != was:
            StarSum.move(self.community_id, self.product_id, self.origin, was, stars)
            self._tell_mood()
        self.community.touch()

    def _tell_mood(self) -> None:
        """So that somebody answers: told of the very good and the bad alike, and of neither how many stars."""
        if 2 < self.stars < 5:
            return
        page = address_of("reviews.show", community=self.community.slug, review_id=self.id)
        record(
            "reviews.felt",
            self.community_id,
            review=self.id,
            mood="good" if self.stars == 5 else "bad",
            title=self.product.name,
            path=urlsplit(page).path,
        )

    def show_pictures(self, stored: Sequence[StoredPicture], without: Sequence[int] = ()) -> None:
        """Add some pictures and take others away."""
        kept = [picture for picture in self.pictures if picture.id not in without]
        if len(kept) + len(stored) > MOST_PICTURES:
            raise NotValid(_("At most %(most)s pictures.", most=MOST_PICTURES), field="pictures")
        if without:
            gone = (ReviewPicture.review_id == self.id, ReviewPicture.id.in_(without))
            leave([picture for picture in self.pictures if picture.id in without])
            db.session.execute(delete(ReviewPicture).where(*gone))
        for each in stored:
            db.session.add(
                ReviewPicture(review_id=self.id, key=each.key, width=each.width, height=each.height)
            )
        self.has_pictures = bool(kept or stored)
        self.community.touch()


class ReviewVersion(Numbered, Base):
    """What a review said before it was changed."""

    __tablename__ = "reviews_version"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews_review.id", ondelete="CASCADE"), index=True)
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(default=now)


class ReviewPicture(Numbered, Base):
    """A picture that somebody took of what they got."""

    __tablename__ = "reviews_picture"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews_review.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(128))
    width: Mapped[int]
    height: Mapped[int]

    def as_cover(self) -> dict[str, Any]:
        return {"key": self.key, "width": self.width, "height": self.height}


class HelpfulVote(Numbered, Base):
    """Somebody found a review helpful; once. Who is forgotten leaves the vote without a name."""

    __tablename__ = "reviews_vote"
    __table_args__ = (UniqueConstraint("review_id", "person_id"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews_review.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)

    @classmethod
    def give(cls, review: Review, by: Person) -> None:
        """This helped me; pressed twice, it counts once."""
        if review.person_id == by.id:
            raise Refused(_("This is your own review."))
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        told = {"review_id": review.id, "person_id": by.id}
        made = db.session.scalar(insert(cls).values(told).on_conflict_do_nothing().returning(cls.id))
        if made is not None:
            _count(review, 1)

    @classmethod
    def take_back(cls, review: Review, by: Person) -> None:
        gone = delete(cls).where(cls.review_id == review.id, cls.person_id == by.id).returning(cls.id)
        if db.session.scalar(gone) is not None:
            _count(review, -1)


def votes_of(person: Person | None, reviews: Sequence[Review]) -> set[int]:
    """Which of these reviews a person found helpful."""
    if person is None or not reviews:
        return set()
    mine = select(HelpfulVote.review_id).where(
        HelpfulVote.person_id == person.id, HelpfulVote.review_id.in_([review.id for review in reviews])
    )
    return set(db.session.scalars(mine))


def _count(review: Review, n: int) -> None:
    counted = db.session.scalar(
        update(Review)
        .where(Review.id == review.id)
        .values(helpful=Review.helpful + n)
        .returning(Review.helpful)
    )
    record("reviews.voted", review.community_id, review=review.id, voices=counted)
    review.community.touch()


def _must_be_stars(stars: int) -> None:
    if stars not in STARS:
        raise NotValid(_("Please give one to five stars."), field="stars")
