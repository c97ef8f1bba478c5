"""Sales of a programme as a file that a spreadsheet shows and never runs."""

import csv
import io

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import Programme
from shop.catalog.exchange.cells import guarded
from shop.db import db
from shop.money import plain

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
COLUMNS = (
    "at",
    "ref",
    "state",
    "reason",
    "sale",
    "commission",
    "community",
    "currency",
    "promoter",
    "product",
)


def sales(programme: Programme) -> Response:
    """Every sale of a programme, oldest first."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    wanted = (
        select(Conversion)
        .where(Conversion.programme_id == programme.id, Conversion.state != "unpaid")
        .order_by(Conversion.id)
    )
    for each in db.session.scalars(wanted.options(joinedload(Conversion.promoter))):
        writer.writerow(
            [
                each.at.isoformat(timespec="seconds"),
                guarded(each.ref),
                each.shown_state,
                guarded(str(each.reason_words)),
                plain(each.amount, each.currency),
                plain(each.commission, each.currency),
                plain(each.community_part, each.currency),
                each.currency,
                guarded(each.promoter.name if each.promoter else ""),
                guarded(each.product),
            ]
        )
    answer = Response(BOM + written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="sales-{programme.code}.csv"'
    return answer
