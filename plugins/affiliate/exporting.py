"""Sales of a programme as a file that a spreadsheet shows and never runs."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.affiliate.conversions import Conversion
from plugins.affiliate.programmes import Programme
from shop.db import db
from shop.money import plain
from shop.sheets import as_file

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
    return as_file(_rows(programme), f"sales-{programme.code}")


def _rows(programme: Programme) -> Iterator[Sequence[Any]]:
    yield COLUMNS
    wanted = (
        select(Conversion)
        .where(Conversion.programme_id == programme.id, Conversion.state != "unpaid")
        .options(joinedload(Conversion.promoter))
        .order_by(Conversion.id)
    )
    for each in db.session.scalars(wanted):
        yield (
            each.at.isoformat(timespec="seconds"),
            each.ref,
            each.shown_state,
            each.reason_words,
            plain(each.amount, each.currency),
            plain(each.commission, each.currency),
            plain(each.community_part, each.currency),
            each.currency,
            each.promoter.name if each.promoter else "",
            each.product,
        )
