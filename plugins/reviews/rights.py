"""Rights: who may review what, by an order line that was received or a trial that was reported, and by nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from shop.catalog.models import Product
from shop.clock import now
from shop.communities.models import Community
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.orders.models import Order, OrderChange, OrderLine
from shop.people.models import Person

ORIGINS = ("purchase", "trial")


class ReportedTrial(Numbered, Base):
    """A trial that was reported, as the plugin that runs trials has told; `report` is the report's number there."""

    __tablename__ = "reviews_trial"
    __table_args__ = (
        UniqueConstraint("community_id", "report"),
        Index("ix_reviews_trial_person", "person_id", "product_id"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    report: Mapped[int]
    path: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    product: Mapped[Product] = relationship()
    community: Mapped[Community] = relationship()

    @classmethod
    def reported(cls, community_id: int, person_id: int, product_id: int, report: int, path: str) -> None:
        """Somebody has reported a trial; told twice, it counts once."""
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        told: dict[str, Any] = {
            "community_id": community_id,
            "person_id": person_id,
            "product_id": product_id,
        }
        told |= {"report": report, "path": path[:400], "at": now()}
        db.session.execute(insert(cls).values(told).on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class Right:
    """Why somebody may review a product here, worked out by the server; `options` is what exactly they had."""

    origin: str
    community_id: int
    product: Product
    options: str
    line_id: int | None = None
    trial_id: int | None = None


def right_of(person: Person, community: Community, product: Product, origin: str) -> Right:
    """The right to review, or a refusal in words."""
    if product.merchant.role_of(person) is not None:
        raise Refused(_("You sell this yourself: your customers review it."))
    found = next((r for r in rights_of(person, community, product) if r.origin == origin), None)
    if found is None:
        raise Refused(
            _("You can review this once you have received it.")
            if origin == "purchase"
            else _("You can review this trial once you have reported it.")
        )
    return found


def rights_of(person: Person | None, community: Community, product: Product) -> list[Right]:
    """What a person may say of a product here: as a buyer, after a trial, or both."""
    if person is None:
        return []
    lines = received_lines(person).where(
        Order.community_id == community.id, OrderLine.product_id == product.id
    )
    line = db.session.scalars(lines.order_by(OrderLine.id.desc()).limit(1)).first()
    tried = select(ReportedTrial).where(
        ReportedTrial.person_id == person.id,
        ReportedTrial.community_id == community.id,
        ReportedTrial.product_id == product.id,
    )
    trial = db.session.scalars(tried.order_by(ReportedTrial.id.desc()).limit(1)).first()
    rights = [Right("purchase", community.id, product, _options(line), line_id=line.id)] if line else []
    return rights + ([Right("trial", community.id, product, "", trial_id=trial.id)] if trial else [])


def received_lines(person: Person) -> Select[OrderLine]:
    """What a person has bought and received; what cost nothing was not bought, and a refund takes nothing back."""
    received = exists().where(OrderChange.order_id == Order.id, OrderChange.to_state == "received")
    return (
        select(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.buyer_id == person.id, OrderLine.amount > 0, OrderLine.product_id.is_not(None), received)
        .options(joinedload(OrderLine.variant))
    )


def trials_of(person: Person) -> Sequence[ReportedTrial]:
    """Every trial that a person has reported."""
    mine = select(ReportedTrial).where(ReportedTrial.person_id == person.id).order_by(ReportedTrial.id)
    return db.session.scalars(mine).all()


def _options(line: OrderLine) -> str:
    return line.detail or (line.variant.title if line.variant else "")
