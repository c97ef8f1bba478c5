"""Merchant and its staff."""

import secrets
from datetime import datetime, timedelta

from flask_babel import gettext as _
from slugify import slugify
from sqlalchemy import ForeignKey, Select, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Forbidden, NotValid, Refused
from shop.people.models import Person, key_of

ROLES = ("owner", "manager", "counter", "analyst")
# With no, two and three decimals; a merchant sells in one of them.
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "TWD", "SGD", "JPY", "KRW", "KWD")
# Words that stand where a merchant's slug does in the addresses of the desk.
RESERVED = frozenset({"new", "invitations"})
INVITATION_DAYS = 14


class Merchant(Numbered, Base):
    """A seller with staff; sells in one currency."""

    __tablename__ = "merchant"

    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(Text, default="")
    currency: Mapped[str] = mapped_column(String(3))
    contact: Mapped[str] = mapped_column(String(200), default="")
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]

    @classmethod
    def open(cls, slug: str, name: str, currency: str, by: Person) -> "Merchant":
        """Open a merchant account; whoever opens it owns it."""
        if currency not in CURRENCIES:
            raise NotValid(_("This currency cannot be used here."), field="currency")
        merchant = cls(slug=slug, name=name, currency=currency)
        db.session.add(merchant)
        db.session.flush()
        db.session.add(Staff(merchant_id=merchant.id, person_id=by.id, role="owner"))
        return merchant

    def role_of(self, person: Person | None) -> str | None:
        """The person's role on the staff, or None."""
        if person is None:
            return None
        return db.session.scalar(
            select(Staff.role).where(Staff.merchant_id == self.id, Staff.person_id == person.id)
        )

    def invite(self, email: str, role: str, by: Person) -> "StaffInvitation":
        """Invite somebody to the staff by a link that works once."""
        self._check_may_give(role, by)
        address = key_of(email)
        known = select(Staff.id).join(Person).where(Staff.merchant_id == self.id, Person.email == address)
        if db.session.scalar(known) is not None:
            raise Refused(_("This person is on the staff already."))
        for earlier in db.session.scalars(self.open_invitations().where(StaffInvitation.email == address)):
            db.session.delete(earlier)
        invitation = StaffInvitation(merchant=self, email=address, role=role, by_id=by.id)
        db.session.add(invitation)
        return invitation

    def open_invitations(self) -> Select["StaffInvitation"]:
        """Those that can still be accepted."""
        return select(StaffInvitation).where(
            StaffInvitation.merchant_id == self.id,
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.at > now() - timedelta(days=INVITATION_DAYS),
        )

    def appoint(self, staff: "Staff", role: str, by: Person) -> None:
        """Give somebody on the staff another role."""
        self._check_may_touch(staff, by)
        self._check_may_give(role, by)
        staff.role = role

    def dismiss(self, staff: "Staff", by: Person) -> None:
        """Take somebody off the staff; the owner stays."""
        self._check_may_touch(staff, by)
        db.session.delete(staff)

    def _check_may_give(self, role: str, by: Person) -> None:
        if role not in ROLES or role == "owner":
            raise NotValid(_("Staff are managers, counter staff or analysts."))
        if role == "manager" and self.role_of(by) != "owner":
            raise Forbidden(_("Only the owner makes somebody a manager."))

    def _check_may_touch(self, staff: "Staff", by: Person) -> None:
        if staff.role == "owner":
            raise Refused(_("The owner cannot be taken off the staff."))
        if staff.role == "manager" and self.role_of(by) != "owner":
            raise Forbidden(_("Only the owner decides about managers."))


class Staff(Numbered, Base):
    """A person works for a merchant."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("merchant_id", "person_id"),)

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(default=now)

    merchant: Mapped[Merchant] = relationship()
    person: Mapped[Person] = relationship()


class StaffInvitation(Numbered, Base):
    """An invitation to the staff; its token works once."""

    __tablename__ = "staff_invitation"

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(16))
    token: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_urlsafe(24))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    merchant: Mapped[Merchant] = relationship()

    @property
    def ends_at(self) -> datetime:
        return self.at + timedelta(days=INVITATION_DAYS)

    def accept(self, person: Person) -> Staff:
        """Join the staff; the address that was invited must be the person's own."""
        if self.accepted_at is not None:
            raise Refused(_("This invitation was used already."))
        if self.ends_at <= now():
            raise Refused(_("This invitation has expired. Ask for a new one."))
        if person.email != self.email:
            raise Refused(_("This invitation was sent to another address."))
        if self.merchant.role_of(person) is not None:
            raise Refused(_("You are already on the staff."))
        self.accepted_at, self.accepted_by_id = now(), person.id
        staff = Staff(merchant_id=self.merchant_id, person_id=person.id, role=self.role)
        db.session.add(staff)
        return staff


def free_slug(name: str) -> str:
    """An address from the name, whatever its script, that no merchant uses yet."""
    base = slugify(name, max_length=48) or "merchant"
    taken = RESERVED | set(
        db.session.scalars(select(Merchant.slug).where(Merchant.slug.startswith(base, autoescape=True)))
    )
    n, slug = 2, base
    while slug in taken:
        slug, n = f"{base}-{n}", n + 1
    return slug
