"""GroupLink and Visit: who opened what, from which group, shared by whom."""

import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ForeignKey, Index, String, Uuid, and_, or_, update
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import UUID, uuid7

from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Forbidden, Refused
from shop.limits import Limit
from shop.people.models import Person

OPENS = ("community", "listing", "offer")
CHANNELS = ("wechat", "telegram", "web", "mail", "print", "other")


class GroupLink(Numbered, Base):
    """A short token = community x sharer x what it opens x channel.

    The token has 12 characters, well inside the 32 that a mini-program scene code may hold.
    """

    __tablename__ = "group_link"

    token: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: secrets.token_urlsafe(9))
    name: Mapped[str] = mapped_column(String(64))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    sharer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opens: Mapped[str] = mapped_column(String(16), default="community")
    opens_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(16), default="wechat")
    expires_at: Mapped[datetime | None]
    seats_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id"))
    invites: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    community: Mapped[Community] = relationship(lazy="joined")
    sharer: Mapped[Person] = relationship(lazy="joined")
    seats: Mapped[Limit | None] = relationship(lazy="joined")

    @classmethod
    def make(
        cls,
        community: Community,
        sharer: Person,
        name: str,
        *,
        opens: str = "community",
        opens_id: int | None = None,
        channel: str = "wechat",
        expires_at: datetime | None = None,
        seats: int | None = None,
        invites: bool = False,
    ) -> "GroupLink":
        """Make a named link; only members may, and only managers make links that let people in."""
        role = community.role_of(sharer)
        if role is None:
            raise Forbidden(_("Only members can make links to this community."))
        if invites and role == "member":
            raise Forbidden(_("Only managers can make links that let people in."))
        link = cls(
            community=community,
            sharer=sharer,
            name=name,
            opens=opens,
            opens_id=opens_id,
            channel=channel,
            expires_at=expires_at,
            invites=invites,
            seats=Limit.of(seats, "link_seats") if seats else None,
        )
        db.session.add(link)
        return link

    @property
    def is_live(self) -> bool:
        """Whether opening it still credits anybody."""
        return (
            self.ended_at is None
            and (self.expires_at is None or self.expires_at > now())
            and (self.seats is None or self.seats.left > 0)
        )

    @classmethod
    def live(cls) -> ColumnElement[bool]:
        """The same of many, as SQL."""
        has_time = or_(cls.expires_at.is_(None), cls.expires_at > now())
        return and_(cls.ended_at.is_(None), has_time, ~cls.seats.has(Limit.left <= 0))

    def end(self) -> None:
        """From now on it still leads where it led, and credits nobody."""
        if self.ended_at is None:
            self.ended_at = now()

    def admit(self) -> None:
        """Somebody joins through the link: an invitation of so many seats is used up by that."""
        if not self.invites or not self.is_live:
            raise Refused(_("This invitation has ended. Ask the managers for a new one."))
        if self.seats is not None:
            try:
                self.seats.take(1)
            except Refused as used_up:
                raise Refused(_("All seats of this invitation are taken.")) from used_up

    def count_in(self) -> None:
        """Somebody joined who could have joined anyway: takes a seat of the link while there is one."""
        if self.seats is not None and self.is_live:
            try:
                self.seats.take(1)
            except Refused:
                return

    def opened(self) -> "Visit":
        """Somebody opened the link: a visit begins, credited while the link is live."""
        visit = Visit(id=uuid7(), link_id=self.id, community_id=self.community_id, is_credited=self.is_live)
        db.session.add(visit)
        return visit


def end_links_of(person: Person, community: Community) -> None:
    """Whoever is no longer a member brings nobody any more."""
    db.session.execute(
        update(GroupLink)
        .where(
            GroupLink.community_id == community.id,
            GroupLink.sharer_id == person.id,
            GroupLink.ended_at.is_(None),
        )
        .values(ended_at=now())
    )


class Visit(Base):
    """One opening of a link; every later act in it can be credited."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_community", "community_id", "at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid7)
    link_id: Mapped[int] = mapped_column(ForeignKey("group_link.id"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_credited: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(default=now)

    link: Mapped[GroupLink] = relationship()
