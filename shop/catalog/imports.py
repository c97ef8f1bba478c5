"""ImportRun: a product file on its way into a merchant's catalogue, and what was said about each product of it."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, Index, Select, String, Text, delete, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.catalog.exchange.plan import Plan
from shop.catalog.exchange.shapes import VERDICTS, Step
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import Refused
from shop.events import record
from shop.merchants.models import Merchant
from shop.people.models import Person

# uploaded -> planned -> asked -> applied; from uploaded and asked also -> failed, and from asked back to uploaded.
WAITING = ("uploaded", "asked")
# A worker that says nothing for so long is dead, and another goes on.
LEASE = timedelta(seconds=60)


class ImportRun(Numbered, Base):
    """A product file that somebody of the staff uploaded: looked at first, then imported all or nothing."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_merchant", "merchant_id", "id"),)

    merchant_id: Mapped[int] = mapped_column(ForeignKey("merchant.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    file_key: Mapped[str] = mapped_column(String(128))
    locale: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="uploaded")
    format: Mapped[str] = mapped_column(String(32), default="")
    rows: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    error: Mapped[str] = mapped_column(Text, default="")
    uploaded_at: Mapped[datetime] = mapped_column(default=now)
    planned_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    applied_at: Mapped[datetime | None]
    busy_until: Mapped[datetime | None]

    merchant: Mapped[Merchant] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])

    @classmethod
    def begin(cls, merchant: Merchant, file_key: str, file_name: str, locale: str, by: Person) -> "ImportRun":
        """Take in a file; the worker looks at it and says what it would do."""
        run = cls(merchant=merchant, by=by, file_key=file_key, file_name=file_name[-255:], locale=locale)
        db.session.add(run)
        db.session.flush()
        record("import.uploaded", run=run.id)
        return run

    @property
    def is_waiting(self) -> bool:
        """Whether the worker has still to look at it or to write it."""
        return self.state in WAITING

    @property
    def changes(self) -> int:
        """How many products would be made or changed."""
        return self.counts.get("made", 0) + self.counts.get("changed", 0)

    @property
    def can_be_asked(self) -> bool:
        return self.state == "planned" and not self.counts.get("wrong") and self.changes > 0

    def ask(self, by: Person) -> None:
        """Somebody has read what would happen and wants it; asking twice is asking once."""
        if self.state in ("asked", "applied"):
            return
        if self.counts.get("wrong"):
            raise Refused(_("Nothing is imported as long as something in the file is wrong."))
        if not self.can_be_asked:
            raise Refused(_("There is nothing to import."))
        self.state, self.done, self.error = "asked", 0, ""
        self.asked_at, self.asked_by_id = now(), by.id
        record("import.asked", run=self.id)

    def claim(self, state: str) -> bool:
        """Take the work in this state, unless another worker has it; commit at once."""
        claimed = db.session.execute(
            update(ImportRun)
            .where(ImportRun.id == self.id, ImportRun.state == state)
            .where(or_(ImportRun.busy_until.is_(None), ImportRun.busy_until < now()))
            .values(busy_until=now() + LEASE)
            .returning(ImportRun.id)
        )
        return claimed.scalar_one_or_none() is not None

    def told(self, done: int, rows: int) -> None:
        """So many of its rows are done; whoever works on it is alive."""
        self.done, self.rows, self.busy_until = done, rows, now() + LEASE

    def planned(self, plan: Plan) -> None:
        """The file was looked at: what it would do is known, and nothing is done yet."""
        self._know(plan)
        self.state, self.planned_at = "planned", now()

    def applied(self, plan: Plan) -> None:
        """Everything was written, in this transaction."""
        self._know(plan)
        self.state, self.applied_at = "applied", now()
        record("import.applied", run=self.id, merchant=self.merchant_id)

    def look_again(self) -> None:
        """The catalogue has changed so that the file does not fit any more: say anew what is wrong."""
        self.state, self.done, self.busy_until = "uploaded", 0, None
        record("import.uploaded", run=self.id)

    def failed(self, why: str) -> None:
        """The file cannot be imported; the reason is for the merchant."""
        self.state, self.error, self.busy_until = "failed", why, None

    def _know(self, plan: Plan) -> None:
        self.format, self.rows, self.done, self.busy_until = plan.format, plan.rows, plan.rows, None
        self.counts = dict(plan.counts)
        self.remarks = [remark.told() for remark in plan.remarks]


class ImportLine(Numbered, Base):
    """What would become, or became, of one product of the file, and the remarks on its rows."""

    __tablename__ = "import_line"
    __table_args__ = (
        Index("ix_import_line_run", "run_id", "id"),
        Index("ix_import_line_verdict", "run_id", "verdict", "id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"))
    row: Mapped[int]
    handle: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    @classmethod
    def of(cls, run: ImportRun, verdict: str = "") -> Select["ImportLine"]:
        """The lines of a run, all or of one verdict."""
        lines = select(cls).where(cls.run_id == run.id)
        return lines.where(cls.verdict == verdict) if verdict in VERDICTS else lines

    @classmethod
    def write(cls, run: ImportRun, steps: list[Step]) -> None:
        """Keep what was said about some products."""
        columns = ("row", "handle", "name", "verdict", "words", "remarks")
        rows = [{"run_id": run.id, **{name: getattr(step, name) for name in columns}} for step in steps]
        db.session.execute(insert(cls), rows)

    @classmethod
    def forget(cls, run: ImportRun) -> None:
        """Begin the report anew."""
        db.session.execute(delete(cls).where(cls.run_id == run.id))
