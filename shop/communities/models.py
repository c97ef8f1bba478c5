"""Community, its members and its rules."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Forbidden, Refused
from shop.limits import Limit
from shop.people.models import Person

KINDS = ("product", "interest", "knowledge", "resource", "project", "mixed")
ENTRIES = ("open", "approval", "invitation")
ROLES = ("owner", "manager", "member")


class Community(Numbered, Base):
    """A group with an owner, managers, members, a one-sentence promise, rules and a size limit."""

    __tablename__ = "community"

    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    promise: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(16))
    entry: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(48), default="Asia/Shanghai")
    picture_key: Mapped[str | None] = mapped_column(String(128))
    seats_id: Mapped[int] = mapped_column(ForeignKey("limits.id"))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Grows with every change of what visitors see here: the key of whatever is cached.
    version: Mapped[int] = mapped_column(default=1)

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
        db.session.flush()
        community._seat(by, "owner")
        if rules:
            community.write_rules(rules, by)
        return community

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
        return rules

    def join(
        self, person: Person, *, accepts_rules: bool, invited: bool = False, reason: str = ""
    ) -> "Membership | JoinRequest":
        """Become a member, or ask to, as the community's entry says."""
        self._must_be_open()
        if self.role_of(person) is not None:
            raise Refused(_("You are already a member."))
        rules = self.rules()
        if rules is not None and not accepts_rules:
            raise Refused(_("Please accept the rules of this community first."))
        if rules is not None:
            rules.accept(person)
        if self.entry == "open" or invited:
            return self._seat(person, "member")
        if self.entry == "invitation":
            raise Forbidden(_("One joins this community by an invitation link from its managers."))
        open_one = db.session.scalars(
            select(JoinRequest).where(
                JoinRequest.community_id == self.id,
                JoinRequest.person_id == person.id,
                JoinRequest.decided_at.is_(None),
            )
        ).first()
        if open_one is not None:
            raise Refused(_("You have asked already. A manager will answer."))
        request = JoinRequest(community_id=self.id, person_id=person.id, reason=reason)
        db.session.add(request)
        return request

    def leave(self, person: Person) -> None:
        """End one's own membership; the owner hands over first."""
        membership = self._membership(person)
        if membership.role == "owner":
            raise Refused(_("Hand the community over to somebody else first."))
        self._unseat(membership)

    def remove(self, person: Person, by: Person, reason: str) -> None:
        """A manager removes a member, with a reason that is kept."""
        membership = self._membership(person)
        if membership.role == "owner":
            raise Forbidden(_("The owner cannot be removed."))
        if membership.role == "manager" and self.role_of(by) != "owner":
            raise Forbidden(_("Only the owner can remove a manager."))
        if not reason.strip():
            raise Refused(_("Please give a reason."))
        self._unseat(membership)
        db.session.add(Removal(community_id=self.id, person_id=person.id, by_id=by.id, reason=reason))

    def appoint(self, person: Person, role: str) -> None:
        """Make a member a manager, or a manager a member again."""
        membership = self._membership(person)
        if membership.role == "owner" or role not in ("manager", "member"):
            raise Refused(_("The owner stays the owner until the community is handed over."))
        membership.role = role

    def hand_over(self, by: Person, to: Person) -> None:
        """The owner makes another member the owner and stays a manager."""
        mine, theirs = self._membership(by), self._membership(to)
        if mine.role != "owner":
            raise Forbidden(_("Only the owner can hand the community over."))
        mine.role, theirs.role = "manager", "owner"

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

    def _membership(self, person: Person) -> "Membership":
        found = db.session.scalars(
            select(Membership).where(Membership.community_id == self.id, Membership.person_id == person.id)
        ).first()
        if found is None:
            raise Refused(_("%(name)s is not a member.", name=person.name))
        return found

    def _seat(self, person: Person, role: str) -> "Membership":
        try:
            self.seats.take(1)
        except Refused as full:
            raise Refused(_("This community is full.")) from full
        membership = Membership(community_id=self.id, person_id=person.id, role=role)
        db.session.add(membership)
        return membership

    def _unseat(self, membership: "Membership") -> None:
        db.session.delete(membership)
        self.seats.give_back(1)


class Membership(Numbered, Base):
    """A person's seat in a community."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("community_id", "person_id"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(default=now)

    community: Mapped[Community] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def may_manage(self) -> bool:
        return self.role in ("owner", "manager")


class Rules(Numbered, Base):
    """One version of a community's rules."""

    __tablename__ = "rules"
    __table_args__ = (UniqueConstraint("community_id", "number"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    def accept(self, person: Person) -> None:
        """Remember that the person has accepted this version."""
        if not self.is_accepted_by(person):
            db.session.add(RulesAcceptance(rules_id=self.id, person_id=person.id))

    def is_accepted_by(self, person: Person) -> bool:
        found = select(RulesAcceptance.id).where(
            RulesAcceptance.rules_id == self.id, RulesAcceptance.person_id == person.id
        )
        return db.session.scalar(found) is not None


class RulesAcceptance(Numbered, Base):
    """A person has accepted a version of the rules."""

    __tablename__ = "rules_acceptance"
    __table_args__ = (UniqueConstraint("rules_id", "person_id"),)

    rules_id: Mapped[int] = mapped_column(ForeignKey("rules.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class JoinRequest(Numbered, Base):
    """Somebody asks to become a member; a manager answers."""

    __tablename__ = "join_request"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(400), default="")

    community: Mapped[Community] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    def accept(self, by: Person) -> Membership:
        """Let the person in."""
        self._decide(by, accepted=True)
        return self.community._seat(self.person, "member")

    def decline(self, by: Person, answer: str = "") -> None:
        """Say no, with words for the person."""
        self._decide(by, accepted=False)
        self.answer = answer

    def _decide(self, by: Person, *, accepted: bool) -> None:
        if self.decided_at is not None:
            raise Refused(_("This request was answered already."))
        self.decided_at, self.decided_by_id, self.accepted = now(), by.id, accepted


class Removal(Numbered, Base):
    """A member was removed, by whom and why."""

    __tablename__ = "removal"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(default=now)
