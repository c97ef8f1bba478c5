"""Introductions: a short card of each member who wants one, and who has not said hello yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import Base, Numbered, db
from shop.events import record
from shop.people.models import Person

# After so long without a card a member is a gap; whoever came longer ago than the second is left in peace.
FIRST_DAYS = timedelta(hours=48)
TOO_LATE = timedelta(days=14)
AT_ONCE = 200


class CareIntro(Numbered, Base):
    """What a member says of themselves here; only members read it."""

    __tablename__ = "care_intro"
    __table_args__ = (
        UniqueConstraint("community_id", "person_id"),
        Index("ix_care_intro_newest", "community_id", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    brings: Mapped[str] = mapped_column(String(200))
    likes: Mapped[str] = mapped_column(String(200), default="")  # words, with commas
    offers: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship()

    @classmethod
    def of(cls, community: Community, person: Person) -> "CareIntro | None":
        return db.session.scalars(
            select(cls).where(cls.community_id == community.id, cls.person_id == person.id)
        ).first()

    @classmethod
    def say(cls, community: Community, person: Person, brings: str, likes: str, offers: str) -> "CareIntro":
        """Say hello, or say it otherwise; pressed twice, there is one card."""
        said = {"brings": brings.strip(), "likes": likes.strip(), "offers": offers.strip()}
        who = {"community_id": community.id, "person_id": person.id}
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        write = insert(cls).values(**who, **said, at=now())
        db.session.execute(
            write.on_conflict_do_update(index_elements=["community_id", "person_id"], set_=said)
        )
        intro = db.session.scalars(
            select(cls).filter_by(**who).execution_options(populate_existing=True)
        ).one()
        record("care.introduced", community.id, person=person.id, intro=intro.id)
        return intro

    @property
    def tags(self) -> list[str]:
        """What they like, in single words."""
        return tags_of(self.likes)


class CareReminder(Numbered, Base):
    """Somebody was reminded once to say hello; never again."""

    __tablename__ = "care_reminder"
    __table_args__ = (UniqueConstraint("community_id", "person_id"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)


def tags_of(likes: str) -> list[str]:
    """The words between commas, each once."""
    for comma in ("，", "、", ";", "；", "\n"):
        likes = likes.replace(comma, ",")
    return list(dict.fromkeys(word for part in likes.split(",") if (word := part.strip().lower())))


def cards_of(community: Community) -> Select["CareIntro"]:
    """The cards of those who are still members."""
    here = select(Membership.person_id).where(Membership.community_id == community.id)
    return (
        select(CareIntro)
        .where(CareIntro.community_id == community.id, CareIntro.person_id.in_(here))
        .options(joinedload(CareIntro.person))
    )


def alike(community: Community, intro: CareIntro, most: int = 5) -> list[tuple[CareIntro, list[str]]]:
    """Others who like the same, with what; the most in common first."""
    others = db.session.scalars(
        cards_of(community).where(CareIntro.id != intro.id).order_by(CareIntro.id.desc()).limit(AT_ONCE)
    )
    shared = [(other, [tag for tag in intro.tags if tag in other.tags]) for other in others]
    return sorted((pair for pair in shared if pair[1]), key=lambda pair: -len(pair[1]))[:most]


def gaps(community: Community) -> Select["Membership"]:
    """Members (none of the managers) who came more than 48 hours ago and have no card."""
    has = select(CareIntro.id).where(
        CareIntro.community_id == Membership.community_id, CareIntro.person_id == Membership.person_id
    )
    return (
        select(Membership)
        .where(Membership.community_id == community.id, Membership.role == "member")
        .where(Membership.at < now() - FIRST_DAYS, ~has.exists())
        .options(joinedload(Membership.person))
        .order_by(Membership.id.desc())
    )


def count_gaps(community: Community) -> int:
    return db.session.scalar(select(func.count()).select_from(gaps(community).order_by(None).subquery())) or 0


def reminded(community: Community, people: Sequence[int]) -> set[int]:
    """Which of these were reminded already."""
    mine = CareReminder.community_id == community.id, CareReminder.person_id.in_(people)
    return set(db.session.scalars(select(CareReminder.person_id).where(*mine)))


def remind_new(community: Community) -> int:
    """One gentle line to each who came lately and has not said hello; once for ever."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    lately = gaps(community).where(Membership.at > now() - TOO_LATE).limit(AT_ONCE)
    told = 0
    for seat in db.session.scalars(lately).all():
        row = {"community_id": community.id, "person_id": seat.person_id, "at": now()}
        once = insert(CareReminder).values(row).on_conflict_do_nothing().returning(CareReminder.id)
        if db.session.scalar(once) is not None:
            record("care.hello", community.id, person=seat.person_id)
            told += 1
    return told


def forget(person: Person) -> None:
    for table in (CareIntro, CareReminder):
        db.session.execute(delete(table).where(table.person_id == person.id))
