"""Top: gifts for the three best comments of a period, by rules that are published before, counted by nobody's opinion.

What counts: reviews and feedback written in the period, by the voices that they have when it is counted (helpful votes,
followers beside the author). More voices first; of equals the one that was written earlier. A member takes one place,
with their best; who runs the community takes none. Where fewer have a voice, fewer places are given.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.points.comments import PointsComment
from plugins.points.gifts import PointsHandout
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.people.models import Person

PLACES = 3
MOST_COUNTED = 500


class PointsTop(Numbered, Base):
    """A period and its three prizes; `count` is every comment that took part, the best first, to be counted again."""

    __tablename__ = "points_top"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_it_starts"),
        Index("ix_points_top_due", "counted_at", "ends_at"),
        Index("ix_points_top_list", "community_id", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    prizes: Mapped[list[str]] = mapped_column(JSON)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    counted_at: Mapped[datetime | None]
    count: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)

    community: Mapped[Community] = relationship()
    places: Mapped[list["PointsPlace"]] = relationship(order_by="PointsPlace.place")

    @classmethod
    def plan(
        cls,
        community: Community,
        title: str,
        prizes: Sequence[str],
        starts: datetime,
        ends: datetime,
        by: Person,
    ) -> "PointsTop":
        """Announce it; the period ends in the future, so that the rules stand before what they count."""
        if not starts < ends or ends <= now():
            raise NotValid(_("The period ends after it begins, and in the future."), field="ends_at")
        if len(prizes) != PLACES or not all(each.strip() for each in prizes):
            raise NotValid(_("Please say what each of the three gets."), field="prizes")
        top = cls(
            community_id=community.id, title=title[:120], prizes=[each.strip()[:120] for each in prizes],
            starts_at=starts, ends_at=ends, by_id=by.id,
        )  # fmt: skip
        db.session.add(top)
        db.session.flush()
        return top

    @property
    def is_counted(self) -> bool:
        return self.counted_at is not None

    def standing(self) -> list[PointsComment]:
        """Every comment that takes part, the best first, each member once."""
        one = PointsComment
        managers = select(Membership.person_id).where(
            Membership.community_id == self.community_id, Membership.role.in_(("owner", "manager"))
        )
        found = db.session.scalars(
            select(one)
            .where(one.community_id == self.community_id, one.at >= self.starts_at, one.at < self.ends_at)
            .where(one.voices > 0, one.is_out.is_(False), one.person_id.not_in(managers))
            .order_by(one.voices.desc(), one.at, one.id)
            .limit(MOST_COUNTED)
        )
        best: dict[int, PointsComment] = {}
        for each in found:
            if each.person_id is not None:
                best.setdefault(each.person_id, each)
        return list(best.values())

    def close(self) -> None:
        """Count, once, after its end: the places, their prizes and the whole standing."""
        won = db.session.scalar(
            update(PointsTop)
            .where(PointsTop.id == self.id, PointsTop.counted_at.is_(None), PointsTop.ends_at <= now())
            .values(counted_at=now())
            .returning(PointsTop.id)
            .execution_options(synchronize_session=False)
        )
        if won is None:
            raise Refused(_("It is counted already, or has not ended."))
        db.session.refresh(self)
        standing = self.standing()
        self.count = [
            {
                "kind": each.kind,
                "ref": each.ref,
                "path": each.path,
                "voices": each.voices,
                "at": each.at.isoformat(),
            }
            for each in standing
        ]
        for place, (each, prize) in enumerate(zip(standing, self.prizes, strict=False), 1):
            handout = PointsHandout.won(self.community_id, each.person_id or 0, prize)
            db.session.add(
                PointsPlace(
                    top_id=self.id, place=place, comment_id=each.id, person_id=each.person_id, voices=each.voices,
                    prize=prize, handout_id=handout.id,
                )
            )  # fmt: skip
        record("points.counted", self.community_id, top=self.id)


class PointsPlace(Numbered, Base):
    """Who took which place, with which comment and how many voices."""

    __tablename__ = "points_place"
    __table_args__ = (UniqueConstraint("top_id", "place"), UniqueConstraint("top_id", "person_id"))

    top_id: Mapped[int] = mapped_column(ForeignKey("points_top.id", ondelete="CASCADE"))
    place: Mapped[int]
    comment_id: Mapped[int] = mapped_column(ForeignKey("points_comment.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    voices: Mapped[int]
    prize: Mapped[str] = mapped_column(String(120))
    handout_id: Mapped[int | None] = mapped_column(
        ForeignKey("points_handout.id", ondelete="SET NULL"), index=True
    )

    comment: Mapped[PointsComment] = relationship()
    person: Mapped[Person | None] = relationship()
    top: Mapped[PointsTop] = relationship(back_populates="places")

    @property
    def name(self) -> str:
        known = self.person is not None and self.person.forgotten_at is None
        return self.person.name if known and self.person else _("A former member")
