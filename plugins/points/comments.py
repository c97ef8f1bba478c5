"""PointsComment: a review or feedback that others found helpful or want, too, as its plugin has told."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.events import Event
from shop.people.models import Person


class PointsComment(Numbered, Base):
    """Who wrote it, when and where it stands, and how many voices it has; `told` is the event that said so last."""

    __tablename__ = "points_comment"
    __table_args__ = (
        UniqueConstraint("community_id", "kind", "ref"),
        CheckConstraint("voices >= 0", name="voices_not_negative"),
        Index("ix_points_comment_best", "community_id", "at", "voices"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))  # review, ticket
    ref: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(255), default="")
    path: Mapped[str] = mapped_column(String(400), default="")
    voices: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    is_out: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person | None] = relationship()


def hear(event: Event) -> None:
    """Somebody wrote, others agreed, or a manager hid it; told twice, it is the same."""
    told = event.payload
    if event.name in ("reviews.published", "feedback.filed"):
        kind = "review" if event.name == "reviews.published" else "ticket"
        person = db.session.get(Person, int(told["person"]))
        known = person is not None and person.forgotten_at is None
        _set(
            event, kind, int(told[kind]), person_id=told["person"] if known else None, at=event.at,
            title=str(told.get("title", ""))[:255] if known else "", path=str(told.get("path", ""))[:400],
        )  # fmt: skip
    elif event.name in ("reviews.voted", "feedback.followed"):
        kind = "review" if event.name == "reviews.voted" else "ticket"
        _set(event, kind, int(told[kind]))
        db.session.execute(
            update(PointsComment)
            .where(*_this(event, kind, int(told[kind])), PointsComment.told < event.id)
            .values(voices=max(0, int(told["voices"])), told=event.id)
        )
    elif event.name == "reviews.hidden":
        _set(event, "review", int(told["review"]), is_out=True)
    elif event.name == "reviews.judged" and told.get("shows"):
        _set(event, "review", int(told["review"]), is_out=False)


def _set(event: Event, kind: str, ref: int, **values: Any) -> None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row: dict[str, Any] = {
        "community_id": event.community_id,
        "kind": kind,
        "ref": ref,
        "title": "",
        "path": "",
    }
    row |= {"voices": 0, "told": 0, "is_out": False, "at": event.at}
    db.session.execute(insert(PointsComment).values(row).on_conflict_do_nothing())
    if values:
        db.session.execute(update(PointsComment).where(*_this(event, kind, ref)).values(**values))


def _this(event: Event, kind: str, ref: int) -> tuple[Any, ...]:
    one = PointsComment
    return (one.community_id == event.community_id, one.kind == kind, one.ref == ref)
