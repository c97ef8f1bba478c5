"""Statements: a merchant's, a community's, a sharer's; to read, to print and as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from shop.access import for_managers, for_staff, me
from shop.db import db
from shop.ledger.models import Transfer
from shop.ledger.names import names_of
from shop.ledger.statement import PASSED_ON, Month, Party, lines_of, pots_of, totals_of, word_of
from shop.money import plain
from shop.paging import page_of
from shop.sheets import as_file
from shop.shell import set_back, side_links
from shop.sorting import Columns, sorting

merchants = Blueprint("merchant_statement", __name__)
communities = Blueprint("community_statement", __name__)
earnings = Blueprint("earnings", __name__)

PAGE = 30
SORTS: Columns = {"when": [Transfer.id], "amount": [Transfer.amount, Transfer.id]}
PRINTED = 500  # lines on a printed statement; a busier month is better as a file


def install(app: Flask) -> None:
    for blueprint in (merchants, communities, earnings):
        app.register_blueprint(blueprint)
    side_links(app, "merchant", _l("Money"), [(_l("Statement"), "money", "merchant_statement.show")])
    side_links(app, "manage", _l("Money"), [(_l("Statement"), "money", "community_statement.show")])


@merchants.get("/desk/<merchant>/statement", endpoint="show")
@for_staff("analyst")
def show_merchant() -> str:
    """What the merchant earned, gave back and was paid."""
    set_back(url_for("desk.show"))
    return _page("ledger/statement.html", Party("merchant", g.merchant.id), g.merchant.name)


@merchants.get("/desk/<merchant>/statement.csv", endpoint="export")
@for_staff("analyst")
def export_merchant() -> Response:
    return _file(Party("merchant", g.merchant.id), g.merchant.slug)


@communities.get("/c/<community>/manage/statement", endpoint="show")
@for_managers
def show_community() -> str:
    """What the community earned by its shares."""
    set_back(url_for("community_desk.show"))
    return _page("ledger/statement.html", _community(), g.community.name)


@communities.get("/c/<community>/manage/statement.csv", endpoint="export")
@for_managers
def export_community() -> Response:
    return _file(_community(), g.community.slug)


@earnings.get("/me/earnings")
def show() -> str:
    """What I earned by sharing."""
    set_back(url_for("people.show"))
    return _page("ledger/earnings.html", Party("sharer", me().id), me().name)


@earnings.get("/me/earnings.csv")
def export() -> Response:
    return _file(Party("sharer", me().id), "earnings")


def _community() -> Party:
    return Party("community", g.community.id, g.community.zone)


def _page(template: str, party: Party, name: str) -> str:
    month, what, order = _month(party), request.args.get("what", ""), sorting(SORTS, "-when")
    size = PRINTED if "print" in request.args else PAGE
    lines = lines_of(party, month, what).options(joinedload(Transfer.debit), joinedload(Transfer.credit))
    page = page_of(lines, order.keys, size=size, descending=order.descending)
    return render_template(
        template,
        name=name,
        pots=pots_of(party),
        totals=totals_of(party, month),
        page=page,
        word_of=word_of,
        others=_others(page.rows),
        what=what,
        order=order,
        month=request.args.get("month", ""),
        endpoint=request.blueprint,
        zone=party.zone,
        days=current_app.config["RETURN_DAYS"],
    )


def _file(party: Party, name: str) -> Response:
    """All lines of the month (or of always) for a spreadsheet."""
    month = f"-{request.args['month']}" if request.args.get("month") else ""
    return as_file(_rows(party), f"statement-{name}{month}")


def _rows(party: Party) -> Iterator[Sequence[str]]:
    yield "date", "what", "order", "amount", "currency", "note"
    lines = lines_of(party, _month(party), request.args.get("what", "")).order_by(Transfer.id)
    for transfer, amount, number in db.session.execute(lines):
        yield (
            transfer.at.astimezone(party.zone).isoformat(timespec="seconds"),
            str(word_of(transfer.reason, amount)[0]),
            number or "",
            plain(amount, transfer.currency),
            transfer.currency,
            transfer.key,
        )


def _others(rows: Sequence[Any]) -> dict[int, str]:
    """Who is at the other end of the lines that stand in no order, by the line's id."""
    ends = {
        line.id: line.credit if amount < 0 else line.debit
        for line, amount, _number in rows
        if line.reason in PASSED_ON
    }
    names = names_of(ends.values())
    return {line: names[account.id][0] for line, account in ends.items()}


def _month(party: Party) -> Month | None:
    text = request.args.get("month", "")
    return Month.read(text, party.zone) if text else None
