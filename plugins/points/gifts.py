"""Gift and handout: what points are spent on; each one is handed out by a code, with a record of who and when."""

import secrets
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.points.ledger import PERSON, SPENT, PointsAccount, move
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused
from shop.limits import Limit
from shop.people.models import Person

# Without what is read wrongly: 0 and O, 1 and I and L.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LONGEST_CODE = 8


class PointsGift(Numbered, Base):
    """A gift of the community: what it costs in points, how many there are, how many one member can have."""

    __tablename__ = "points_gift"
    __table_args__ = (
        CheckConstraint("cost > 0 AND each_member > 0", name="costs_something"),
        Index("ix_points_gift_list", "community_id", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[int]
    each: Mapped[int] = mapped_column("each_member", default=1)
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("limits.id", ondelete="SET NULL"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    community: Mapped[Community] = relationship()
    limit: Mapped[Limit | None] = relationship()

    @property
    def left(self) -> int:
        return self.limit.left if self.limit else 0

    @property
    def can_be_had(self) -> bool:
        return self.ended_at is None and self.left > 0

    def redeem(self, by: Person) -> "PointsHandout":
        """One for points: of the limited number, at most so many a member, paid from what they have."""
        if self.ended_at is not None or self.limit is None:
            raise Refused(_("This gift is not given any more."))
        handout = self._next_of(by)
        self.limit.take(1)
        account = PointsAccount.of(self.community_id, PERSON, by.id)
        spent = PointsAccount.of(self.community_id, SPENT)
        move(account, spent, self.cost, "gift", key=f"gift:{handout.id}")
        return handout

    def end(self) -> None:
        """No more of it; what was redeemed is still handed out."""
        won = update(PointsGift).where(PointsGift.id == self.id, PointsGift.ended_at.is_(None))
        if db.session.scalar(won.values(ended_at=now()).returning(PointsGift.id)) is None:
            raise Refused(_("It has ended already."))

    def _next_of(self, by: Person) -> "PointsHandout":
        one = PointsHandout
        mine = select(one.slot).where(
            one.gift_id == self.id, one.person_id == by.id, one.cancelled_at.is_(None)
        )
        slots = set(db.session.scalars(mine))
        slot = next((n for n in range(1, self.each + 1) if n not in slots), None)
        made = (
            None if slot is None else _hand(self.community_id, by.id, self.title, gift_id=self.id, slot=slot)
        )
        if made is None:
            raise Refused(_("You have had this gift as often as one member can."))
        return made


class PointsHandout(Numbered, Base):
    """A gift that is somebody's: redeemed for points or won; handed out once by its code, or given back."""

    __tablename__ = "points_handout"
    __table_args__ = (
        UniqueConstraint("gift_id", "person_id", "slot"),
        Index("ix_points_handout_open", "community_id", "handed_at", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    gift_id: Mapped[int | None] = mapped_column(ForeignKey("points_gift.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    # Which of a member's it is; none once it was given back.
    slot: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    handed_at: Mapped[datetime | None]
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    cancelled_at: Mapped[datetime | None]

    community: Mapped[Community] = relationship()
    gift: Mapped[PointsGift | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    handed_by: Mapped[Person | None] = relationship(foreign_keys=[handed_by_id])

    @classmethod
    def won(cls, community_id: int, person_id: int, title: str) -> "PointsHandout":
        """A prize, which costs nothing."""
        made = _hand(community_id, person_id, title)
        if made is None:
            raise Refused(_("Please try once more."))
        return made

    @property
    def to(self) -> str:
        known = self.person is not None and self.person.forgotten_at is None
        return self.person.name if known and self.person else _("A former member")

    @property
    def is_open(self) -> bool:
        return self.handed_at is None and self.cancelled_at is None

    def hand_out(self, by: Person) -> None:
        """Given, once, however many press."""
        self._must_be_first(self._leave(handed_at=now(), handed_by_id=by.id))

    def cancel(self) -> None:
        """It cannot be given: its points go back, and the gift to the others."""
        self._must_be_first(self._leave(cancelled_at=now(), slot=None))
        if self.gift is not None and self.gift.limit is not None:
            self.gift.limit.give_back(1)
            if self.person_id is not None:
                spent = PointsAccount.of(self.community_id, SPENT)
                account = PointsAccount.of(self.community_id, PERSON, self.person_id)
                move(spent, account, self.gift.cost, "back", key=f"back:{self.id}")

    def _leave(self, **values: Any) -> bool:
        one = PointsHandout
        left = update(one).where(one.id == self.id, one.handed_at.is_(None), one.cancelled_at.is_(None))
        won = db.session.scalar(
            left.values(**values).returning(one.id).execution_options(synchronize_session=False)
        )
        db.session.refresh(self)
        return won is not None

    def _must_be_first(self, is_first: bool) -> None:
        if not is_first:
            raise Refused(_("It was handed out or given back already."))


def by_code(community: Community, told: str) -> PointsHandout:
    """The handout of a code, as people type it."""
    code = "".join(told.upper().split()).replace("-", "")[:LONGEST_CODE]
    one = PointsHandout
    found = db.session.scalars(select(one).where(one.community_id == community.id, one.code == code)).first()
    if found is None:
        raise NotValid(_("Nobody has this code here."), field="code")
    return found


def _hand(
    community_id: int, person_id: int, title: str, gift_id: int | None = None, slot: int | None = None
) -> PointsHandout | None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    code = "".join(secrets.choice(LETTERS) for _n in range(LONGEST_CODE))
    told: dict[str, Any] = {"community_id": community_id, "person_id": person_id, "gift_id": gift_id}
    told |= {"title": title[:120], "slot": slot, "code": code, "at": now()}
    made = insert(PointsHandout).values(told).on_conflict_do_nothing().returning(PointsHandout.id)
    found = db.session.scalar(made)
    return db.session.get_one(PointsHandout, found) if found is not None else None
