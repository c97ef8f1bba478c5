"""The desk of care: what waits, who has not said hello, how large the group is."""

from flask import Blueprint, g, render_template, url_for
from sqlalchemy import func, select

from plugins.care import intros
from plugins.care.alerts import CareAlert
from plugins.care.silence import CareNotice
from plugins.care.splitting import FULL, PROMPT
from plugins.care.voices import CareObjection
from shop.access import for_managers
from shop.db import db
from shop.shell import set_back

bp = Blueprint("care_manage", __name__)
MOST_GAPS = 30


@bp.get("/manage")
@for_managers
def show() -> str:
    """Everything that somebody could do today, with its number."""
    set_back(url_for("community_desk.show"))
    here = g.community.id
    seats = db.session.scalars(intros.gaps(g.community).limit(MOST_GAPS)).all()
    return render_template(
        "care/manage.html",
        gaps=seats,
        gaps_many=intros.count_gaps(g.community),
        reminded=intros.reminded(g.community, [seat.person_id for seat in seats]),
        alerts=_count(CareAlert, CareAlert.community_id == here, CareAlert.seen_at.is_(None)),
        notices=_count(CareNotice, CareNotice.community_id == here, CareNotice.state == "open"),
        objections=_count(
            CareObjection, CareObjection.community_id == here, CareObjection.answered_at.is_(None)
        ),
        community=g.community,
        prompt=PROMPT,
        full=FULL,
        role=g.role,
    )


def _count(table: type, *where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]
