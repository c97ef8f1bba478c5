"""Follow: a person follows a merchant; Condition: what is asked of a person before a claim."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.coupons.places import Place
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.merchants.models import Merchant
from shop.people.models import Person


class Follow(Numbered, Base):
    """A person follows a merchant."""

    __tablename__ = "coupons_follow"
    __table_args__ = (
        UniqueConstraint("merchant_id", "person_id"),
        Index("ix_coupons_follow_person", "person_id"),
    )

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)

    merchant: Mapped[Merchant] = relationship()

    @classmethod
    def begin(cls, merchant_id: int, person: Person) -> None:
        """Follow, once however often it is pressed."""
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        row = insert(cls).values(merchant_id=merchant_id, person_id=person.id, at=now())
        db.session.execute(row.on_conflict_do_nothing())

    @classmethod
    def end(cls, merchant_id: int, person: Person) -> None:
        db.session.execute(delete(cls).where(cls.merchant_id == merchant_id, cls.person_id == person.id))


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold before a person may claim, and whether it does (None: not known yet)."""

    words: str
    met: bool | None


def conditions_of(place: Place, person: Person | None) -> list[Condition]:
    """What is asked of a person, in words, each with whether it is met."""
    campaign, told = place.campaign, []
    if campaign.for_members:
        met = None if person is None else place.community.role_of(person) is not None
        told.append(Condition(_("You are a member of %(community)s", community=place.community.name), met))
    if campaign.for_followers:
        met = None if person is None else follows(campaign.merchant_id, person)
        told.append(Condition(_("You follow %(merchant)s", merchant=campaign.merchant.name), met))
    if campaign.staff_only:
        met = None if person is None else campaign.merchant.role_of(person) is not None
        told.append(Condition(_("You work for %(merchant)s", merchant=campaign.merchant.name), met))
    return told


def follows(merchant_id: int, person: Person) -> bool:
    found = select(Follow.id).where(Follow.merchant_id == merchant_id, Follow.person_id == person.id)
    return db.session.scalar(found) is not None
