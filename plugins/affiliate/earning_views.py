"""A promoter's own page: what was earned by which article, where it stands, and why something earned nothing."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.affiliate import counting
from plugins.affiliate.clicks import Click
from plugins.affiliate.conversions import STATES, Conversion
from plugins.affiliate.programmes import Pause
from shop.access import me
from shop.db import db
from shop.ledger.statement import Party, pots_of
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("affiliate_earnings", __name__)
PAGE = 20


@bp.get("/")
def index() -> str:
    """Sales that were made by my recommendations, newest first."""
    set_back(url_for("people.show"))
    person = me()
    mine: Any = Conversion.promoter_id == person.id
    state = request.args.get("state", "")
    wanted = (
        select(Conversion)
        .where(mine, Conversion.state != "unpaid")
        .options(
            joinedload(Conversion.programme), joinedload(Conversion.article), joinedload(Conversion.community)
        )
    )
    if state in STATES:
        wanted = wanted.where(Conversion.state == ("payable" if state == "paid" else state))
    return render_template(
        "affiliate/earnings.html",
        page=page_of(wanted, [Conversion.id], size=PAGE, descending=True),
        pots=pots_of(Party("sharer", person.id)),
        total=counting.total(clicks=Click.promoter_id == person.id, sales=mine),
        days=counting.by_day(ZoneInfo("UTC"), Click.promoter_id == person.id),
        states=STATES,
        state=state,
        threshold=current_app.config["PAYOUT_THRESHOLD"],
        pauses=db.session.scalars(
            select(Pause).where(Pause.person_id == person.id, Pause.ended_at.is_(None))
        ).all(),
    )
