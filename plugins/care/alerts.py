"""Alerts: praise and complaints that somebody should answer, both with the same weight; kept until seen to."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.communities.models import Membership
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.events import Event, record
from shop.people.models import Person


class CareAlert(Numbered, Base):
    """A review or a complaint that waits for words; `seen_at` when somebody has seen to it."""

    __tablename__ = "care_alert"
    __table_args__ = (
        UniqueConstraint("community_id", "source", "ref"),
        Index("ix_care_alert_newest", "community_id", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(8))  # review, ticket
    ref: Mapped[int]
    mood: Mapped[str] = mapped_column(String(8))  # good, bad
    title: Mapped[str] = mapped_column(String(255), default="")
    path: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    seen_by: Mapped[Person | None] = relationship()

    @property
    def words(self) -> str:
        """What it is, in a few words."""
        if self.source == "ticket":
            return _("A complaint: %(title)s", title=self.title)
        if self.mood == "bad":
            return _("Somebody is unhappy with %(title)s", title=self.title)
        return _("Somebody is happy with %(title)s", title=self.title)

    @property
    def template(self) -> str:
        """Words to begin an answer with; they are changed before they are sent."""
        if self.mood == "good":
            return _(
                "Thank you for taking the time. It is good to read what worked for you: … If you like, tell the others "
                "how you use it."
            )
        return _(
            "Thank you for saying it plainly. I am sorry that … What happened: … What we do now: … "
            "You hear from me again by …, here or where you like."
        )

    def see_to(self, by: Person) -> None:
        """Somebody has seen to it."""
        won = db.session.execute(
            update(CareAlert)
            .where(CareAlert.id == self.id, CareAlert.seen_at.is_(None))
            .values(seen_at=now(), seen_by_id=by.id)
            .returning(CareAlert.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("Somebody has seen to it already."))

    def reopen(self) -> None:
        """It waits again."""
        self.seen_at = self.seen_by_id = None


def hear(event: Event) -> None:
    """A review that is very good or bad, a complaint: keep it, and tell each manager."""
    if event.community_id is None:
        return
    told = event.payload
    if event.name == "reviews.felt":
        row = {"source": "review", "ref": int(told["review"]), "mood": str(told["mood"])}
    elif event.name == "feedback.filed" and told.get("kind") == "complaint":
        row = {"source": "ticket", "ref": int(told["ticket"]), "mood": "bad"}
    else:
        return
    row |= {"title": str(told["title"])[:255], "path": str(told["path"])[:400]}
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    once = insert(CareAlert).values(community_id=event.community_id, at=now(), **row).on_conflict_do_nothing()
    made = db.session.scalar(once.returning(CareAlert.id))
    if made is not None:
        for person_id in managers_of(event.community_id):
            record("care.alerted", event.community_id, alert=made, person=person_id)
    db.session.commit()


def managers_of(community_id: int) -> list[int]:
    managers = Membership.community_id == community_id, Membership.role.in_(("owner", "manager"))
    return list(db.session.scalars(select(Membership.person_id).where(*managers)))
