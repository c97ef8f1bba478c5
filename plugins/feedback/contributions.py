"""Contribution: what other plugins told of: who reported a trial, who voted in a round, who found the name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from shop.catalog.models import Product
from shop.db import Base, Numbered, db
from shop.events import Event
from shop.people.models import Person


class Contribution(Numbered, Base):
    """Somebody's part in a trial or a round; `ref` is its number there, `part` is tried, voted or named."""

    __tablename__ = "feedback_contribution"
    __table_args__ = (
        UniqueConstraint("community_id", "source", "ref", "part", "person_id"),
        Index("ix_feedback_contribution_product", "community_id", "product_id", "id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    source: Mapped[str] = mapped_column(String(8))  # trial, round
    ref: Mapped[int]
    part: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(255), default="")
    path: Mapped[str] = mapped_column(String(400), default="")


@dataclass(frozen=True, slots=True)
class Source:
    """A trial's report or a round that may have led to a change, with how many people took part."""

    source: str
    ref: int
    title: str
    path: str
    people: int

    @property
    def code(self) -> str:
        return f"{self.source}:{self.ref}"

    @property
    def words(self) -> str:
        if self.source == "trial":
            return _("A trial's report: %(title)s", title=self.title)
        return _("A vote: %(title)s", title=self.title)


def hear(event: Event) -> None:
    """A trial was reported, or a round is counted; told twice, it is noted once."""
    told = event.payload
    if event.name == "trials.reported":
        _note(event, "trial", int(told["report"]), [("tried", told["person"])])
    elif event.name == "naming.closed":
        parts = [("voted", voter) for voter in told["voters"]] + [("named", told["namer"])]
        _note(event, "round", int(told["round"]), parts)


def sources_of(community_id: int, product_id: int, most: int = 30) -> list[Source]:
    """What this community has tried and voted on for a product, the newest first."""
    one = Contribution
    found = db.session.execute(
        select(
            one.source, one.ref, func.max(one.title), func.max(one.path), func.count(one.person_id.distinct())
        )
        .where(one.community_id == community_id, one.product_id == product_id)
        .group_by(one.source, one.ref)
        .order_by(func.max(one.id).desc())
        .limit(most)
    )
    return [Source(*row) for row in found]


def people_of(community_id: int, product_id: int, sources: Iterable[Source]) -> list[tuple[str, int]]:
    """Who took part in these, and how."""
    one, found = Contribution, []
    for each in sources:
        mine = select(one.part, one.person_id).where(
            one.community_id == community_id,
            one.product_id == product_id,
            one.source == each.source,
            one.ref == each.ref,
            one.person_id.is_not(None),
        )
        found += [(part, person) for part, person in db.session.execute(mine.order_by(one.id)) if person]
    return found


def _note(event: Event, source: str, ref: int, parts: Sequence[tuple[str, int | None]]) -> None:
    product = db.session.get(Product, int(event.payload["product"]))
    wanted = {person for _part, person in parts if person is not None}
    there = set(
        db.session.scalars(select(Person.id).where(Person.id.in_(wanted), Person.forgotten_at.is_(None)))
    )
    rows = [
        {
            "community_id": event.community_id, "product_id": product.id, "source": source, "ref": ref, "part": part,
            "person_id": person, "title": str(event.payload.get("title", ""))[:255],
            "path": str(event.payload.get("path", ""))[:400],
        }
        for part, person in parts
        if product is not None and person in there
    ]  # fmt: skip
    ins = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    for first in range(0, len(rows), 100):
        db.session.execute(ins(Contribution).values(rows[first : first + 100]).on_conflict_do_nothing())
