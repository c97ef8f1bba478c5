"""Complaint, hiding, appeal: what may not stand here goes, for a reason of the list. No reason is about the rating.

Hiding takes words and pictures off the pages. The stars stay in the sums, so nobody gains a better rating by it.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.reviews.reviews import Review
from shop.clock import now
from shop.communities.models import Membership
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.people.models import Person

REASONS: dict[str, Any] = {
    "spam": _l("Advertising or spam"),
    "insult": _l("Insults or threats"),
    "private": _l("Somebody's private details"),
    "elsewhere": _l("Not about this product"),
    "unlawful": _l("Against the law"),
    "paid": _l("Written for money, and not told"),
}


class Complaint(Numbered, Base):
    """Somebody says that a review may not stand here; one report a person."""

    __tablename__ = "reviews_report"
    __table_args__ = (
        UniqueConstraint("review_id", "by_id"),
        Index("ix_reviews_report_open", "decided_at", "review_id"),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews_review.id", ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    is_sellers: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]

    review: Mapped[Review] = relationship()

    @property
    def reason_words(self) -> Any:
        return REASONS.get(self.reason, self.reason)

    @classmethod
    def write(cls, review: Review, by: Person, reason: str, words: str, *, is_sellers: bool = False) -> None:
        """Report a review to the managers; a second report of the same person changes nothing."""
        _must_be_reason(reason)
        if review.person_id == by.id:
            raise Refused(_("This is your own review."))
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        told = {"review_id": review.id, "by_id": by.id, "reason": reason, "words": words[:400]}
        told |= {"is_sellers": is_sellers, "at": now()}
        db.session.execute(insert(cls).values(told).on_conflict_do_nothing())

    @classmethod
    def settle(cls, review: Review) -> None:
        """A manager has looked: its open reports are done."""
        db.session.execute(
            update(cls).where(cls.review_id == review.id, cls.decided_at.is_(None)).values(decided_at=now())
        )


class Hiding(Numbered, Base):
    """A manager has hidden a review's words: why, when, who; and what came of the author's appeal."""

    __tablename__ = "reviews_hiding"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews_review.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    appeal: Mapped[str] = mapped_column(String(1000), default="")
    appealed_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(400), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    ended_at: Mapped[datetime | None]

    review: Mapped[Review] = relationship(back_populates="hidings")

    @property
    def reason_words(self) -> Any:
        return REASONS.get(self.reason, self.reason)

    @property
    def waits(self) -> bool:
        """Whether an appeal has not been answered yet."""
        return self.appealed_at is not None and self.answered_at is None

    @classmethod
    def hide(cls, review: Review, by: Person, reason: str, words: str) -> "Hiding":
        """Take its words and pictures off the pages, for one of the reasons; the stars stay."""
        _must_be_reason(reason)
        _must_be_impartial(review, by)
        won = db.session.scalar(
            update(Review)
            .where(Review.id == review.id, Review.is_hidden.is_(False))
            .values(is_hidden=True)
            .returning(Review.id)
        )
        if won is None:
            raise Refused(_("It is hidden already."))
        hiding = cls(review_id=review.id, reason=reason, words=words[:400], by_id=by.id)
        db.session.add(hiding)
        db.session.flush()
        Complaint.settle(review)
        record("reviews.hidden", review.community_id, review=review.id, hiding=hiding.id)
        review.community.touch()
        return hiding

    @classmethod
    def keep(cls, review: Review, by: Person) -> None:
        """Nothing speaks against it: it stays, and what was reported is done."""
        _must_be_impartial(review, by)
        Complaint.settle(review)

    def say_against(self, words: str, by: Person) -> None:
        """The author appeals, once for each hiding."""
        if self.review.person_id != by.id:
            raise Refused(_("Only who wrote it can appeal."))
        won = db.session.scalar(
            update(Hiding)
            .where(Hiding.id == self.id, Hiding.appealed_at.is_(None), Hiding.ended_at.is_(None))
            .values(appeal=words[:1000], appealed_at=now())
            .returning(Hiding.id)
        )
        if won is None:
            raise Refused(_("You have appealed already; a manager looks at it."))

    def judge(self, *, shows: bool, words: str, by: Person) -> None:
        """A manager answers the appeal; not who hid it, where there is anybody else."""
        _must_be_impartial(self.review, by)
        if self.by_id == by.id and self._others(by):
            raise Refused(_("Another manager has to look at the appeal: it was you who hid it."))
        self._end(shows=shows, words=words, by=by)

    def lift(self, by: Person) -> None:
        """A manager shows it again, asked or not."""
        _must_be_impartial(self.review, by)
        self._end(shows=True, words=self.answer, by=by)

    def _end(self, *, shows: bool, words: str, by: Person) -> None:
        values: dict[str, Any] = {"answer": words[:400], "answered_at": now(), "answered_by_id": by.id}
        guard = [Hiding.id == self.id, Hiding.ended_at.is_(None)]
        if not shows:
            guard += [Hiding.appealed_at.is_not(None), Hiding.answered_at.is_(None)]
        values |= {"ended_at": now()} if shows else {}
        won = db.session.scalar(update(Hiding).where(*guard).values(**values).returning(Hiding.id))
        if won is None:
            raise Refused(_("Somebody has decided this meanwhile."))
        if shows:
            self.review.is_hidden = False
        record("reviews.judged", self.review.community_id, hiding=self.id, review=self.review_id, shows=shows)
        self.review.community.touch()

    def _others(self, by: Person) -> bool:
        managers = select(func.count(Membership.id)).where(
            Membership.community_id == self.review.community_id,
            Membership.role.in_(("owner", "manager")),
            Membership.person_id != by.id,
        )
        return bool(db.session.scalar(managers))


def is_partial(review: Review, person: Person) -> bool:
    """Whether somebody wrote it, or sells what it is about."""
    return review.person_id == person.id or review.product.merchant.role_of(person) is not None


def _must_be_impartial(review: Review, by: Person) -> None:
    if is_partial(review, by):
        raise Refused(_("You wrote this or sell what it is about: another manager decides."))


def _must_be_reason(reason: str) -> None:
    if reason not in REASONS:
        raise NotValid(_("Please choose a reason of the list."), field="reason")
