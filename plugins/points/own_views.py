"""My points, over all communities: what I have, the codes of my gifts, and every point that came or went."""

from flask import Blueprint, render_template, url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from plugins.points.earning import EARNED, OTHERS
from plugins.points.gifts import PointsHandout
from plugins.points.ledger import PointsAccount, PointsTransfer
from shop.access import me
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("points_own", __name__)
PAGE = 30
MOST_GIFTS = 30


@bp.get("/mine")
def index() -> str:
    mine = select(PointsAccount).where(PointsAccount.person_id == me().id).order_by(PointsAccount.id)
    accounts = {
        each.id: each for each in db.session.scalars(mine.options(joinedload(PointsAccount.community)))
    }
    one = PointsTransfer
    moved = select(one).where(or_(one.debit_id.in_(accounts), one.credit_id.in_(accounts)))
    page = page_of(moved, [one.id], size=PAGE, descending=True)
    gifts = db.session.scalars(
        select(PointsHandout)
        .where(PointsHandout.person_id == me().id)
        .options(joinedload(PointsHandout.community))
        .order_by(PointsHandout.id.desc())
        .limit(MOST_GIFTS)
    ).all()
    set_back(url_for("people.show"))
    return render_template(
        "points/mine.html", page=page, accounts=accounts, gifts=gifts, words=EARNED | OTHERS
    )
