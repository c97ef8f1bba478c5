"""Report: a partner's CSV, read and tried first; what it would do is shown before anybody says yes."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, String, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.affiliate.conversions import REASONS
from plugins.affiliate.crediting import click_for, find, refusal, tell
from plugins.affiliate.programmes import Programme
from plugins.affiliate.telling import read
from shop.clock import now
from shop.db import Base, Numbered, db
from shop.errors import NotValid, Refused

MOST_ROWS = 2000
MOST_BYTES = 1024 * 1024
COLUMNS = ("ref", "click", "amount", "currency", "status", "product", "reason", "at")
# What a line would do, and did.
OUTCOMES = {
    "new": _l("New sale"),
    "refused": _l("Earns nothing"),
    "change": _l("Changes"),
    "known": _l("Known already"),
    "wrong": _l("Cannot be read"),
}


class Report(Numbered, Base):
    """One uploaded report of a programme: its lines, what each would do, and when it was applied by whom."""

    __tablename__ = "affiliate_report"

    programme_id: Mapped[int] = mapped_column(
        ForeignKey("affiliate_programme.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(120))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None]

    programme: Mapped[Programme] = relationship()

    @classmethod
    def read(cls, programme: Programme, name: str, content: bytes, by_id: int) -> "Report":
        """Read a file strictly; raises NotValid. Nothing is done yet."""
        if len(content) > MOST_BYTES:
            raise NotValid(_("This file is larger than 1 MB."))
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise NotValid(_("This file is not UTF-8 text.")) from None
        if "\x00" in text:
            raise NotValid(_("This file is not UTF-8 text."))
        table = csv.DictReader(io.StringIO(text))
        try:
            columns = [column.strip().lower() for column in table.fieldnames or ()]
            table.fieldnames = columns
            rows = [
                {key: (row.get(key) or "").strip() for key in COLUMNS}
                for row, _n in zip(table, range(MOST_ROWS + 1), strict=False)
            ]
        except csv.Error:
            raise NotValid(_("This file is not a table with commas.")) from None
        if missing := [column for column in ("ref", "click", "amount") if column not in columns]:
            raise NotValid(_("These columns are missing: %(columns)s.", columns=", ".join(missing)))
        if not rows or len(rows) > MOST_ROWS:
            raise NotValid(_("A report has from 1 to %(most)s lines.", most=MOST_ROWS))
        report = cls(programme=programme, name=name[:120] or "report.csv", lines=rows, by_id=by_id)
        db.session.add(report)
        return report

    def try_out(self) -> list[tuple[dict[str, Any], str, Any]]:
        """Each line, what it would do now (a word of OUTCOMES), and why: nothing is written."""
        return list(self._judged())

    def apply(self) -> dict[str, int]:
        """Do what it says, once however often the button is pressed; how many lines did what."""
        won = db.session.execute(
            update(Report)
            .where(Report.id == self.id, Report.applied_at.is_(None))
            .values(applied_at=now())
            .returning(Report.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if won is None:
            raise Refused(_("This report was applied already."))
        db.session.refresh(self, ["applied_at"])
        counts = dict.fromkeys(OUTCOMES, 0)
        for line, outcome, _why in self._judged():
            if outcome in ("new", "refused", "change"):
                answer = tell(self.programme, read(self.programme, line), "csv")
                outcome = outcome if answer.is_new else "known"
            counts[outcome] += 1
        return counts

    def _judged(self) -> Iterator[tuple[dict[str, Any], str, Any]]:
        """Line by line as things stand when it is reached; of one reference only the first line counts."""
        seen: set[str] = set()
        for line in self.lines:
            outcome, why = self._judge(line)
            if outcome != "wrong" and line["ref"] in seen:
                outcome, why = "known", _("This reference stands above already.")
            seen.add(line["ref"])
            yield line, outcome, why

    def _judge(self, line: dict[str, Any]) -> tuple[str, Any]:
        try:
            told = read(self.programme, line)
        except NotValid as wrong:
            return "wrong", str(wrong)
        known = find(self.programme, told.ref)
        if known is None:
            reason = refusal(self.programme, told, click_for(self.programme, told))
            return ("refused", REASONS[reason]) if reason else ("new", "")
        if known.state == "rejected":
            return "known", known.reason_words
        lowered = 0 < told.amount < known.amount
        released = told.status == "approved" and known.state == "pending" and not known.flag
        return ("change", "") if lowered or released or told.status == "reversed" else ("known", "")
