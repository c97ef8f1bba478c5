"""What coupons came to: the settlement of merchant, coupon and community, on a page and for a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, g, render_template, url_for

from plugins.coupons import settling
from plugins.coupons.settling import Line
from shop.access import for_staff
from shop.money import plain
from shop.sheets import as_file
from shop.shell import set_back

bp = Blueprint("coupons_reports", __name__)


@bp.get("/settlement")
@for_staff("analyst")
def show() -> str:
    """Who bears what was taken off, and who earned, line by line."""
    set_back(url_for("coupons_campaigns.index"))
    lines = settling.statement(g.merchant)
    return render_template("coupons/settlement.html", lines=lines, total=_total(lines))


@bp.get("/settlement.csv")
@for_staff("analyst")
def export() -> Response:
    """The same for a spreadsheet."""
    return as_file(_rows(settling.statement(g.merchant)), f"coupons-{g.merchant.slug}")


def _rows(lines: list[Line]) -> Iterator[Sequence[Any]]:
    yield (
        "coupon", "community", "counter", "store", "uses", "turnover", "discount", "borne by you",
        "borne by the partner", "community earned", "currency",
    )  # fmt: skip
    for line in lines:
        amounts = (line.turnover, line.discount, line.mine, line.partners, line.community_earned)
        yield (
            line.campaign.title,
            line.community.name,
            line.at.name,
            line.store.name if line.store else "",
            line.uses,
            *[plain(amount, line.campaign.currency) for amount in amounts],
            line.campaign.currency,
        )


def _total(lines: list[Line]) -> dict[str, int]:
    """The sums of all lines; a merchant's campaigns are all in one currency."""
    names = ("uses", "turnover", "discount", "mine", "partners", "community_earned")
    return {name: sum(getattr(line, name) for line in lines) for name in names}
