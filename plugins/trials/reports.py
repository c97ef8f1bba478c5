"""TrialReport: what somebody who tried it tells. That it was free is said by the system, and cannot be taken off."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from shop.clock import now
from shop.db import Base, Numbered
from shop.people.models import Person


class TrialReport(Numbered, Base):
    """One report; made in `reporting.report` only, from an application that was received."""

    __tablename__ = "trials_report"
    __table_args__ = (
        Index("ix_trials_report_product", "product_id", "community_id", "id"),
        Index("ix_trials_report_batch", "batch_id", "id"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("trials_application.id", ondelete="CASCADE"), unique=True
    )
    batch_id: Mapped[int] = mapped_column(ForeignKey("trials_batch.id", ondelete="CASCADE"))
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    # Key, width, height and colour of each, as shop.pictures keeps them.
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_late: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)

    application: Mapped[TrialApplication] = relationship()
    batch: Mapped[TrialBatch] = relationship()
    person: Mapped[Person | None] = relationship()
