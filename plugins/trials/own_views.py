"""My trials: what I applied for, what I have, what I owe a report for."""

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import TrialBatch
from shop.access import me
from shop.paging import page_of

bp = Blueprint("trials_own", __name__)
PAGE = 30


@bp.get("/trials")
def index() -> str:
    mine = select(TrialApplication).where(TrialApplication.person_id == me().id)
    shown = joinedload(TrialApplication.batch)
    mine = mine.options(shown.joinedload(TrialBatch.product), shown.joinedload(TrialBatch.community))
    page = page_of(mine, [TrialApplication.id], size=PAGE, descending=True)
    return render_template("trials/mine.html", page=page)
