"""Splitting: a large group proposes another to some of its members, by interest or tier; each says yes or no."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from plugins.care.intros import cards_of
from shop.clock import now
from shop.communities.models import Community, Membership
from shop.db import Base, Numbered, db
from shop.errors import Forbidden, Refused
from shop.events import record
from shop.people.models import Person
from shop.tiers import tiers_of

# Flat below the first; at the second a group is as large as people can know each other.
PROMPT, FULL = 100, 150
MOST = 500


class CareSplit(Numbered, Base):
    """A proposal to some members to go to another group, too; the original stays as it is."""

    __tablename__ = "care_split"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"), index=True)
    basis: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None]

    community: Mapped[Community] = relationship(foreign_keys=[community_id])
    target: Mapped[Community] = relationship(foreign_keys=[target_id])
    moves: Mapped[list["CareMove"]] = relationship(order_by="CareMove.id", back_populates="split")


class CareMove(Numbered, Base):
    """Somebody was asked, and what they said: asked, yes, no."""

    __tablename__ = "care_move"
    __table_args__ = (UniqueConstraint("split_id", "person_id"),)

    split_id: Mapped[int] = mapped_column(ForeignKey("care_split.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="asked")
    at: Mapped[datetime | None]

    split: Mapped[CareSplit] = relationship(back_populates="moves")
    person: Mapped[Person] = relationship()

    def answer(self, yes: bool, accepts_rules: bool = False) -> None:
        """Once; yes gives a seat in the other group without asking anybody, and takes none here away."""
        if self.split.ended_at is not None:
            raise Refused(_("This proposal has ended."))
        won = db.session.execute(
            update(CareMove)
            .where(CareMove.id == self.id, CareMove.state == "asked")
            .values(state="yes" if yes else "no", at=now())
            .returning(CareMove.id)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("You have answered already."))
        if yes:
            target = self.split.target
            target.join(self.person, accepts_rules=accepts_rules, invited=True)
            record("member.joined", target.id, person=self.person_id, link=None)


def bases_of(community: Community) -> list[tuple[str, str, list[int]]]:
    """By what it could be split: (code, words, people), from what members say they like and how they stand here."""
    cards = db.session.scalars(cards_of(community).limit(MOST)).all()
    liked = Counter(tag for card in cards for tag in card.tags)
    found = [
        (f"like:{tag}", _("who likes “%(tag)s”", tag=tag), [c.person_id for c in cards if tag in c.tags])
        for tag, n in liked.most_common(6)
        if n >= 2
    ]
    seats = db.session.scalars(
        select(Membership.person_id)
        .where(Membership.community_id == community.id, Membership.role == "member")
        .order_by(Membership.id)
        .limit(MOST)
    ).all()
    stand = tiers_of(community, seats)
    for tier in range(1, 4):
        if people := [person for person in seats if stand[person] >= tier]:
            found.append((f"tier:{tier}", _("who has come to tier %(tier)s or farther", tier=tier), people))
    return found


def propose(
    community: Community, target: Community, basis: str, people: Sequence[int], words: str, by: Person
) -> CareSplit:
    """Ask these members; nobody is moved by it."""
    if target.id == community.id or target.role_of(by) not in ("owner", "manager"):
        raise Forbidden(_("Choose another group that you look after, too."))
    if target.is_closed:
        raise Refused(_("That group is closed."))
    here = select(Membership.person_id).where(
        Membership.community_id == community.id, Membership.role == "member", Membership.person_id.in_(people)
    )
    there = select(Membership.person_id).where(Membership.community_id == target.id)
    asked = db.session.scalars(here.where(Membership.person_id.not_in(there)).order_by(Membership.id)).all()
    if not asked:
        raise Refused(_("All of them are there already, or nobody was chosen."))
    split = CareSplit(
        community_id=community.id, target_id=target.id, basis=basis[:80], words=words, by_id=by.id
    )
    split.moves = [CareMove(person_id=person) for person in asked]
    db.session.add(split)
    db.session.flush()
    for move in split.moves:
        record("care.split", community.id, move=move.id)
    return split


def open_moves(community: Community, person: Person) -> list[CareMove]:
    """What somebody was asked here and has not answered."""
    return list(
        db.session.scalars(
            select(CareMove)
            .join(CareMove.split)
            .where(CareSplit.community_id == community.id, CareSplit.ended_at.is_(None))
            .where(CareMove.person_id == person.id, CareMove.state == "asked")
            .options(joinedload(CareMove.split).joinedload(CareSplit.target))
            .order_by(CareMove.id)
        )
    )


def counts_of(splits: Sequence[CareSplit]) -> dict[int, dict[str, int]]:
    """How many were asked, said yes and no; for all proposals at once."""
    found: dict[int, dict[str, int]] = {split.id: {} for split in splits}
    rows = db.session.execute(
        select(CareMove.split_id, CareMove.state, func.count())
        .where(CareMove.split_id.in_(found))
        .group_by(CareMove.split_id, CareMove.state)
    )
    for split_id, state, n in rows:
        found[split_id][state] = n
    return found
