"""Community, its members and its rules."""

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from slugify import slugify
from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from shop.clock import now
from shop.communities.rules import Rules, RulesAcceptance
from shop.db import Base, Numbered, db
from shop.errors import Forbidden, Refused
from shop.limits import Limit
from shop.people.models import Person, key_of

__all__ = ["Community", "JoinRequest", "Membership", "Removal", "Rules", "RulesAcceptance"]

KINDS = ("product", "interest", "knowledge", "resource", "project", "mixed")
ENTRIES = ("open", "approval", "invitation")
ROLES = ("owner", "manager", "member")
# From the first weeks to the last; shop/communities/stages.py tells which.
STAGES = ("start", "growth", "active", "decline", "silent")


class Community(Numbered, Base):
    """A group with an owner, managers, members, a one-sentence promise, rules and a size limit."""

    __tablename__ = "community"

    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    promise: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(16))
    entry: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(48), default="Asia/Shanghai")
    # Key, width, height and colour, as shop.pictures keeps them.
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    search_text: Mapped[str] = mapped_column(String(255), default="")
    seats_id: Mapped[int] = mapped_column(ForeignKey("limits.id"))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # How many things that sell may run on one day before the managers' calendar warns; None: nobody has said.
    most_a_day: Mapped[int | None]
    # Grows with every change of what visitors see here: the key of whatever is cached.
    version: Mapped[int] = mapped_column(default=1)
    # As last counted, and since when (None: since it was opened).
    stage: Mapped[str] = mapped_column(String(16), default="start", server_default="start")
    stage_since: Mapped[datetime | None]

    seats: Mapped[Limit] = relationship(lazy="joined")

    @classmethod
    def open(
        cls,
        slug: str,
        name: str,
        promise: str,
        by: Person,
        *,
        kind: str = "interest",
        entry: str = "open",
        size: int = 150,
        rules: str = "",
        time_zone: str = "Asia/Shanghai",
    ) -> "Community":
        """Open a community; whoever opens it owns it."""
        community = cls(
            slug=slug,
            name=name,
            promise=promise,
            kind=kind,
            entry=entry,
            time_zone=time_zone,
            seats=Limit.of(size, "seats"),
        )
        db.session.add(community)
        _flush_once(_("Somebody has just taken this address. Please try again."))
        community._seat(by, "owner")
        if rules:
            community.write_rules(rules, by)
        return community

    @validates("name")
    def _remember_for_search(self, _key: str, value: str) -> str:
        self.search_text = key_of(value)
        return value

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def member_count(self) -> int:
        return self.seats.size - self.seats.left

    def role_of(self, person: Person | None) -> str | None:
        """The person's role here, or None."""
        if person is None:
            return None
        return db.session.scalar(
            select(Membership.role).where(
                Membership.community_id == self.id, Membership.person_id == person.id
            )
        )

    def seat_of(self, person: Person | None) -> "Membership | None":
        """The person's seat here, or None."""
        if person is None:
            return None
        return db.session.scalars(
            select(Membership).where(Membership.community_id == self.id, Membership.person_id == person.id)
        ).first()

    def rules(self) -> "Rules | None":
        """The rules that hold now."""
        return db.session.scalars(
            select(Rules).where(Rules.community_id == self.id).order_by(Rules.number.desc()).limit(1)
        ).first()

    def write_rules(self, text: str, by: Person) -> "Rules":
        """A new version of the rules; members accept it anew."""
        last = db.session.scalar(select(func.max(Rules.number)).where(Rules.community_id == self.id)) or 0
        rules = Rules(community_id=self.id, number=last + 1, text=text, by_id=by.id)
        db.session.add(rules)
        _flush_once(_("Somebody has just changed the rules. Please look at them again."))
        rules.accept(by)
        return rules

    def join(
        self,
        person: Person,
        *,
        accepts_rules: bool,
        invited: bool = False,
        reason: str = "",
        link_id: int | None = None,
    ) -> "Membership | JoinRequest":
        """Become a member, or ask to, as the community's entry says; `link_id` is the link that led here.

        Whoever was removed comes back only when a manager says yes.
        """
        self._must_be_open()
        if self.role_of(person) is not None:
            raise Refused(_("You are already a member."))
        rules = self.rules()
        if rules is not None and not accepts_rules:
            raise Refused(_("Please accept the rules of this community first."))
        if rules is not None:
            rules.accept(person)
        if invited or (self.entry == "open" and not self.has_removed(person)):
            return self._seat(person, "member", link_id)
        if self.entry == "invitation":
            raise Forbidden(_("One joins this community by an invitation link from its managers."))
        if self.open_request_of(person) is not None:
            raise Refused(_("You have asked already. A manager will answer."))
        if self.seats.left == 0:
            raise Refused(_("This community is full."))
        request = JoinRequest(community_id=self.id, person_id=person.id, reason=reason, link_id=link_id)
        db.session.add(request)
        _flush_once(_("You have asked already. A manager will answer."))
        return request

    def open_request_of(self, person: Person) -> "JoinRequest | None":
        """What the person has asked and nobody has answered yet."""
        return db.session.scalars(
            select(JoinRequest).where(
                JoinRequest.community_id == self.id,
                JoinRequest.person_id == person.id,
                JoinRequest.decided_at.is_(None),
            )
        ).first()

    def has_removed(self, person: Person) -> bool:
        """Whether a manager has removed the person at some time."""
        removals = select(Removal.id).where(Removal.community_id == self.id, Removal.person_id == person.id)
        return db.session.scalar(removals.limit(1)) is not None

    def leave(self, person: Person) -> None:
        """End one's own membership; the owner hands over first."""
        membership = self.membership_of(person)
        if membership.role == "owner":
            raise Refused(_("Hand the community over to somebody else first."))
        self._unseat(membership)

    def remove(self, person: Person, by: Person, reason: str) -> None:
        """A manager removes a member, with a reason that is kept."""
        membership = self.membership_of(person)
        if membership.role == "owner":
            raise Forbidden(_("The owner cannot be removed."))
        if membership.role == "manager" and self.role_of(by) != "owner":
            raise Forbidden(_("Only the owner can remove a manager."))
        if not reason.strip():
            raise Refused(_("Please give a reason."))
        self._unseat(membership)
        db.session.add(Removal(community_id=self.id, person_id=person.id, by_id=by.id, reason=reason))

    def appoint(self, person: Person, role: str, by: Person) -> None:
        """A manager makes a member a manager; the owner, or the manager alone, makes a manager a member again."""
        membership = self.membership_of(person)
        if membership.role == "owner" or role not in ("manager", "member"):
            raise Refused(_("The owner stays the owner until the community is handed over."))
        if role == "member" and person.id != by.id and self.role_of(by) != "owner":
            raise Forbidden(_("Only the owner can dismiss a manager."))
        membership.role = role

    def hand_over(self, by: Person, to: Person) -> None:
        """The owner makes another member the owner and stays a manager."""
        theirs = self.membership_of(to)
        if by.id == to.id:
            raise Refused(_("You own this community already."))
        if not self._change_role(by, "owner", "manager"):
            raise Forbidden(_("Only the owner can hand the community over."))
        theirs.role = "owner"

    def membership_of(self, person: Person) -> "Membership":
        """The person's seat; Refused when there is none."""
        found = self.seat_of(person)
        if found is None:
            raise Refused(_("%(name)s is not a member.", name=person.name))
        return found

    def close(self, by: Person) -> None:
        """Nothing new begins here; what was ordered goes on."""
        self.closed_at, self.closed_by_id = now(), by.id

    def reopen(self) -> None:
        self.closed_at, self.closed_by_id = None, None

    def touch(self) -> None:
        """What visitors see here has changed."""
        self.version = Community.version + 1

    def _must_be_open(self) -> None:
        if self.is_closed:
            raise Refused(_("This community is closed."))

    def _seat(self, person: Person, role: str, link_id: int | None = None) -> "Membership":
        try:
            self.seats.take(1)
        except Refused as full:
            raise Refused(_("This community is full.")) from full
        membership = Membership(community_id=self.id, person_id=person.id, role=role, link_id=link_id)
        db.session.add(membership)
        _flush_once(_("You are already a member."))
        return membership

    def _unseat(self, membership: "Membership") -> None:
        gone = delete(Membership).where(Membership.id == membership.id).returning(Membership.id)
        if db.session.execute(gone).scalar_one_or_none() is not None:
            self.seats.give_back(1)

    def _change_role(self, person: Person, was: str, becomes: str) -> bool:
        """Change a role if it still is what it was: one owner, however many hand over at once."""
        change = (
            update(Membership)
            .where(
                Membership.community_id == self.id,
                Membership.person_id == person.id,
                Membership.role == was,
            )
            .values(role=becomes)
            .returning(Membership.id)
        )
        return db.session.execute(change).scalar_one_or_none() is not None


class Membership(Numbered, Base):
    """A person's seat in a community."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("community_id", "person_id"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(default=now)
    # The link that led here, when one did.
    link_id: Mapped[int | None] = mapped_column(ForeignKey("group_link.id"), index=True)
    # Since when they want no news of the group (shop/communities/muting.py).
    muted_at: Mapped[datetime | None]

    community: Mapped[Community] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def may_manage(self) -> bool:
        return self.role in ("owner", "manager")


class JoinRequest(Numbered, Base):
    """Somebody asks to become a member; a manager answers."""

    __tablename__ = "join_request"
    __table_args__ = (
        Index(
            "ix_join_request_open",
            "community_id",
            "person_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(400), default="")
    link_id: Mapped[int | None] = mapped_column(ForeignKey("group_link.id"))

    community: Mapped[Community] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    def accept(self, by: Person, answer: str = "") -> Membership | None:
        """Let the person in; None when they have come in meanwhile by another way."""
        self._decide(by, True, answer)
        if self.community.role_of(self.person) is not None:
            return None
        return self.community._seat(self.person, "member", self.link_id)

    def decline(self, by: Person, answer: str) -> None:
        """Say no, in words that the person will read."""
        if not answer.strip():
            raise Refused(_("Please say why, in a kind sentence."))
        self._decide(by, False, answer)

    def _decide(self, by: Person, accepted: bool, answer: str) -> None:
        won = db.session.execute(
            update(JoinRequest)
            .where(JoinRequest.id == self.id, JoinRequest.decided_at.is_(None))
            .values(decided_at=now(), decided_by_id=by.id, accepted=accepted, answer=answer)
            .returning(JoinRequest.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This request was answered already."))


class Removal(Numbered, Base):
    """A member was removed, by whom and why."""

    __tablename__ = "removal"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(default=now)


def free_slug(name: str) -> str:
    """An address from the name that no community has yet."""
    base = slugify(name, max_length=40).strip("-") or "group"
    taken = db.session.scalar(select(Community.id).where(Community.slug == base))
    return base if taken is None else f"{base}-{secrets.token_hex(3)}"


def _flush_once(words: str) -> None:
    """Write now, so that whoever presses twice at once hears words instead of an error."""
    try:
        db.session.flush()
    except IntegrityError as twice:
        raise Refused(words) from twice
