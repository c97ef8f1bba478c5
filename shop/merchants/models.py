"""Merchant and its staff."""

import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.people.models import Person, key_of

ROLES = ("owner", "manager", "counter", "analyst")


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
        if role not in ROLES or role == "owner":
            raise Refused(_("Staff are managers, counter staff or analysts."))
        invitation = StaffInvitation(merchant=self, email=key_of(email), role=role, by_id=by.id)
        db.session.add(invitation)
        return invitation

    def dismiss(self, person: Person) -> None:
        """Take somebody off the staff; the owner stays."""
        staff = db.session.scalars(
            select(Staff).where(Staff.merchant_id == self.id, Staff.person_id == person.id)
        ).first()
        if staff is None or staff.role == "owner":
            raise Refused(_("The owner cannot be taken off the staff."))
        db.session.delete(staff)


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

    def accept(self, person: Person) -> Staff:
        """Join the staff; the address that was invited must be the person's own."""
        if self.accepted_at is not None:
            raise Refused(_("This invitation was used already."))
        if person.email != self.email:
            raise Refused(_("This invitation was sent to another address."))
        if self.merchant.role_of(person) is not None:
            raise Refused(_("You are already on the staff."))
        self.accepted_at, self.accepted_by_id = now(), person.id
        staff = Staff(merchant_id=self.merchant_id, person_id=person.id, role=self.role)
        db.session.add(staff)
        return staff
