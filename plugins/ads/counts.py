"""What was counted: each view with its click, and the sums of them; amounts in minor units."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.ads.campaigns import Flight
from plugins.ads.creatives import Creative
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.limits import Limit

# What a day of a creative says, of everything and of each part of it.
NUMBERS = ("views", "clicks", "spent", "passed", "timed", "watched")
COUNTRY, KEYWORD = "country", "keyword"
LONGEST_WORD = 80


class Impression(Numbered, Base):
    """One view that counted, by its one-use token, and its click; who saw it is a name that only we can read."""

    __tablename__ = "ads_impression"
    __table_args__ = (
        Index("ix_ads_impression_visitor", "visitor", "at"),
        Index("ix_ads_impression_origin", "origin", "at"),
        Index("ix_ads_impression_creative", "creative_id", "id"),
        Index("ix_ads_impression_at", "at"),
    )

    token: Mapped[str] = mapped_column(String(32), unique=True)
    creative_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id", ondelete="CASCADE"))
    flight_id: Mapped[int] = mapped_column(ForeignKey("ads_flight.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(24))
    visitor: Mapped[str] = mapped_column(String(48))
    origin: Mapped[str] = mapped_column(String(24))
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=now)
    cost: Mapped[int] = mapped_column(default=0)
    clicked_at: Mapped[datetime | None]
    click_cost: Mapped[int] = mapped_column(default=0)
    watched: Mapped[int | None]  # milliseconds in sight, when the page was left
    country: Mapped[str | None] = mapped_column(String(2))  # as the operator's proxy told
    keyword: Mapped[str | None] = mapped_column(String(LONGEST_WORD))  # beside what it stood
    void_at: Mapped[datetime | None]
    void_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    void_reason: Mapped[str] = mapped_column(String(400), default="")

    creative: Mapped[Creative] = relationship()
    community: Mapped[Community] = relationship()


class Passing(Numbered, Base):
    """An ad that stood on a page and was never come to, by its one-use token; kept as long as the token lives."""

    __tablename__ = "ads_passing"
    __table_args__ = (
        Index("ix_ads_passing_creative", "creative_id", "at"),
        Index("ix_ads_passing_at", "at"),
    )

    token: Mapped[str] = mapped_column(String(32), unique=True)
    creative_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id", ondelete="CASCADE"))
    visitor: Mapped[str] = mapped_column(String(48))
    origin: Mapped[str] = mapped_column(String(24))
    country: Mapped[str | None] = mapped_column(String(2))
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=now)


class Showing(Numbered, Base):
    """A flight in a community: what it counted and cost there, and what of that was given to the community.

    `views` numbers the views of a cpm flight: the n-th costs floor(n·price/1000) - floor((n-1)·price/1000), whole
    minor units, so that n views cost exactly floor(n·price/1000). `share` (percent) is agreed with the first view.
    """

    __tablename__ = "ads_showing"
    __table_args__ = (
        UniqueConstraint("flight_id", "community_id"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
    )

    flight_id: Mapped[int] = mapped_column(ForeignKey("ads_flight.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    views: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)
    given: Mapped[int] = mapped_column(default=0)
    share: Mapped[int]
    charged_on: Mapped[date | None]  # the last day that a flat price was taken for

    flight: Mapped[Flight] = relationship()


class FlightDay(Numbered, Base):
    """What a flight has cost on a day of its communities' calendar, and the Limit of that day's cap."""

    __tablename__ = "ads_flight_day"
    __table_args__ = (UniqueConstraint("flight_id", "day"),)

    flight_id: Mapped[int] = mapped_column(ForeignKey("ads_flight.id", ondelete="CASCADE"))
    day: Mapped[date]
    spent: Mapped[int] = mapped_column(default=0)
    cap_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"))

    cap: Mapped[Limit | None] = relationship()

    @classmethod
    def recap(cls, flight: Flight) -> None:
        """Another cap holds from now on, also for the days that have begun; what was spent stays spent."""
        newest = select(cls).where(cls.flight_id == flight.id).order_by(cls.day.desc()).limit(2)
        for day in db.session.scalars(newest):
            if flight.day_cap is None:
                day.cap_id = None
            elif day.cap is not None:
                day.cap.resize(max(flight.day_cap, day.spent))
            else:
                day.cap = Limit.of(max(flight.day_cap, day.spent), "ads day")
                db.session.flush()
                if day.spent:
                    day.cap.take(day.spent)


class Stat(Numbered, Base):
    """A day of a creative in a slot of a community.

    `passed`: stood on a page and was never come to; `timed`: views whose page told how long, `watched` milliseconds.
    """

    __tablename__ = "ads_stat"
    __table_args__ = (
        UniqueConstraint("day", "creative_id", "community_id", "slot"),
        Index("ix_ads_stat_creative", "creative_id", "day"),
        Index("ix_ads_stat_community", "community_id", "day"),
    )

    day: Mapped[date]
    creative_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(24))
    views: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0, server_default="0")
    timed: Mapped[int] = mapped_column(default=0, server_default="0")
    watched: Mapped[int] = mapped_column(default=0, server_default="0")


class Part(Numbered, Base):
    """Of a creative's day in a community, what came from one country, or stood beside one keyword.

    What nobody told has no row here: it is what the sums of `Stat` say more.
    """

    __tablename__ = "ads_part"
    __table_args__ = (
        UniqueConstraint("day", "creative_id", "community_id", "what", "word"),
        Index("ix_ads_part_creative", "creative_id", "day"),
        Index("ix_ads_part_community", "community_id", "day"),
    )

    day: Mapped[date]
    creative_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(8))  # COUNTRY or KEYWORD
    word: Mapped[str] = mapped_column(String(LONGEST_WORD))
    views: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    spent: Mapped[int] = mapped_column(default=0)
    passed: Mapped[int] = mapped_column(default=0)
    timed: Mapped[int] = mapped_column(default=0)
    watched: Mapped[int] = mapped_column(default=0)


class Uncounted(Numbered, Base):
    """How many views or clicks of a day were not counted, and why."""

    __tablename__ = "ads_uncounted"
    __table_args__ = (UniqueConstraint("day", "creative_id", "community_id", "slot", "what", "reason"),)

    day: Mapped[date]
    creative_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id", ondelete="CASCADE"), index=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    slot: Mapped[str] = mapped_column(String(24))
    what: Mapped[str] = mapped_column(String(8))  # view or click
    reason: Mapped[str] = mapped_column(String(16))
    n: Mapped[int] = mapped_column(default=0)
