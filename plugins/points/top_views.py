"""Gifts for the best comments: the rules before, who took which place after, each comment one step away."""

from flask import Blueprint, abort, g, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.points.tops import PointsPlace, PointsTop
from shop.access import public
from shop.clock import now
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("points_tops", __name__)
PAGE = 20
LARGEST_ID = 2**53


@bp.get("/tops")
@public
def index() -> str:
    here = select(PointsTop).where(PointsTop.community_id == g.community.id)
    page = page_of(here, [PointsTop.id], size=PAGE, descending=True)
    set_back(url_for("points.index"))
    return render_template("points/tops.html", page=page)


@bp.get("/tops/<int:top_id>")
@public
def show(top_id: int) -> str:
    """Its rules; how it stands now, or who took which place and the whole count."""
    mine = select(PointsTop).where(PointsTop.id == top_id, PointsTop.community_id == g.community.id)
    top = db.session.scalars(mine).first() if top_id < LARGEST_ID else None
    if top is None:
        abort(404)
    places = db.session.scalars(
        select(PointsPlace)
        .where(PointsPlace.top_id == top.id)
        .options(joinedload(PointsPlace.person), joinedload(PointsPlace.comment))
        .order_by(PointsPlace.place)
    ).all()
    set_back(url_for("points_tops.index"))
    return render_template(
        "points/top.html",
        top=top,
        places=places,
        standing=[] if top.is_counted or top.starts_at > now() else top.standing()[:10],
    )
