"""Waiting: people who come too late wait for a coupon that comes back, each in turn, with a day to take it."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from plugins.coupons.campaigns import CouponCampaign
from plugins.coupons.places import Place
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused, SoldOut
from shop.limits import holds_for
from shop.people.models import Person

TURN = timedelta(hours=24)
AT_ONCE = 50


class Waiting(Numbered, Base):
    """A person waits for a campaign in a community; `turn_until` is until when one is kept for them."""

    __tablename__ = "coupons_waiting"
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        Index("ix_coupons_waiting_open", "campaign_id", "ended_at", "id"),
        Index("ix_coupons_waiting_person", "person_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("coupons_campaign.id", ondelete="CASCADE"))
    place_id: Mapped[int] = mapped_column(ForeignKey("coupons_place.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)
    turn_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    campaign: Mapped[CouponCampaign] = relationship()
    place: Mapped[Place] = relationship()
    person: Mapped[Person] = relationship()

    @classmethod
    def join(cls, place: Place, person: Person) -> "Waiting":
        """Stand in the line, at its end."""
        mine = select(cls).where(cls.campaign_id == place.campaign_id, cls.person_id == person.id)
        row = db.session.scalars(mine).first()
        if row is not None and row.ended_at is None:
            raise Refused(_("You wait for it already."))
        if row is not None:
            db.session.delete(row)
            db.session.flush()
        row = cls(campaign=place.campaign, place=place, person=person)
        db.session.add(row)
        return row

    @classmethod
    def of(cls, campaign: CouponCampaign, person: Person | None) -> "Waiting | None":
        """The person's place in the line, if they stand in it."""
        if person is None:
            return None
        mine = select(cls).where(
            cls.campaign_id == campaign.id, cls.person_id == person.id, cls.ended_at.is_(None)
        )
        return db.session.scalars(mine).first()

    @classmethod
    def turn_of(cls, campaign: CouponCampaign, person: Person) -> "Waiting | None":
        """The person's turn, while it lasts."""
        row = cls.of(campaign, person)
        return row if row is not None and row.is_turn else None

    @classmethod
    def ahead(cls, campaign: CouponCampaign) -> int:
        """How many wait whose turn has not come: nobody new goes before them."""
        waiting = select(func.count()).where(
            cls.campaign_id == campaign.id, cls.ended_at.is_(None), cls.turn_until.is_(None)
        )
        return db.session.scalar(waiting) or 0

    @property
    def purpose(self) -> str:
        return f"coupons:waiting:{self.id}"

    @property
    def is_turn(self) -> bool:
        return self.turn_until is not None and self.turn_until > now()

    def invite(self) -> bool:
        """It is their turn: one is kept for them for a day; False when nothing is left."""
        place = self.place
        until = now() + TURN
        try:
            with db.session.begin_nested():
                for limit in sorted((place.campaign.total, place.limit), key=lambda limit: limit.id):
                    limit.hold(1, self.purpose, until)
        except SoldOut:
            return False
        self.turn_until = until
        return True

    def take(self) -> None:
        """They take it: what was kept for them is free for their claim, in this transaction."""
        for hold in holds_for(self.purpose):
            hold.give_back()
        self.ended_at = now()

    def leave(self) -> None:
        self.take()


def end_missed_turns() -> int:
    """Whoever did not take their turn stands in the line no more; what was kept for them is free again."""
    missed = (
        update(Waiting)
        .where(Waiting.ended_at.is_(None), Waiting.turn_until < now())
        .values(ended_at=now())
        .returning(Waiting.id)
        .execution_options(synchronize_session=False)
    )
    return len(db.session.scalars(missed).all())


def next_in_line() -> list[Waiting]:
    """Those who wait in campaigns that still run, first come first."""
    line = (
        select(Waiting)
        .join(Waiting.campaign)
        .where(Waiting.ended_at.is_(None), Waiting.turn_until.is_(None), CouponCampaign.ended_at.is_(None))
        .options(
            joinedload(Waiting.campaign).joinedload(CouponCampaign.total),
            joinedload(Waiting.place).joinedload(Place.limit),
        )
        .order_by(Waiting.id)
        .limit(AT_ONCE)
    )
    return list(db.session.scalars(line))
