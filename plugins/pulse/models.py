"""The tables of pulse: numbers of days, and what a manager does not want to hear of now. No row names a person."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.clock import now
from shop.db import Base, Numbered


class PulseDay(Numbered, Base):
    """One metric of one day of a community, by the community's own calendar."""

    __tablename__ = "pulse_day"
    __table_args__ = (UniqueConstraint("community_id", "day", "metric"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    day: Mapped[date]
    metric: Mapped[str] = mapped_column(String(16))
    value: Mapped[int]


class PulseCount(Numbered, Base):
    """Until when a community's days are counted."""

    __tablename__ = "pulse_count"
    __table_args__ = (Index("ix_pulse_count_at", "at"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), unique=True)
    at: Mapped[datetime] = mapped_column(default=now)


class PulseLater(Numbered, Base):
    """A step that a manager does not want to hear of until then."""

    __tablename__ = "pulse_later"
    __table_args__ = (UniqueConstraint("community_id", "step"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(16))
    until: Mapped[datetime]
