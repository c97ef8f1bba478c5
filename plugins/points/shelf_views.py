"""Points as members see them: what they have and are, what earns how much, and which gifts there are."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.points.earning import EARNED
from plugins.points.forms import Here
from plugins.points.gifts import PointsGift
from plugins.points.ledger import PERSON, PointsAccount
from plugins.points.tiers import TIERS, earned_of, thresholds, tier_for
from shop import once, settings
from shop.access import current_person, for_members, me, public
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("points", __name__)
PAGE = 20
LARGEST_ID = 2**53


@bp.get("/")
@public
def index() -> str:
    """My points and tier, the gifts that there are, and the rates for everybody."""
    viewer = current_person()
    here: Here = settings.here("points")
    open_gifts = select(PointsGift).where(
        PointsGift.community_id == g.community.id, PointsGift.ended_at.is_(None)
    )
    page = page_of(
        open_gifts.options(joinedload(PointsGift.limit)), [PointsGift.id], size=PAGE, descending=True
    )
    is_member = viewer is not None and g.community.role_of(viewer) is not None
    mine = select(PointsAccount.balance).where(
        PointsAccount.community_id == g.community.id,
        PointsAccount.owner == PERSON,
        PointsAccount.person_id == (viewer.id if viewer else 0),
    )
    earned = earned_of(g.community.id, [viewer.id]).get(viewer.id, 0) if viewer and is_member else 0
    set_back(url_for("listings.index"))
    return render_template(
        "points/index.html",
        page=page,
        here=here,
        rates=[(words, getattr(here, what)) for what, words in EARNED.items()],
        tiers=list(zip(TIERS, thresholds(here), strict=True)),
        is_member=is_member,
        balance=db.session.scalar(mine) or 0,
        earned=earned,
        tier=tier_for(earned, here),
    )


@bp.post("/gifts/<int:gift_id>/handouts")
@for_members
def create_handout(gift_id: int) -> ResponseReturnValue:
    """One of it, for my points; the same form sent twice gives one."""
    gift = _gift(gift_id)
    begun = once.begin("points.gift", request.form.get("once", ""), {"gift": gift.id, "person": me().id})
    if begun.answer is None:
        begun.answer = gift.redeem(me()).code
        db.session.commit()
    flash(_("It is yours. Show the code where it is handed out: %(code)s", code=begun.answer), "good")
    return redirect(url_for("points_own.index"), 303)


def _gift(gift_id: int) -> PointsGift:
    mine = select(PointsGift).where(PointsGift.id == gift_id, PointsGift.community_id == g.community.id)
    found = db.session.scalars(mine).first() if gift_id < LARGEST_ID else None
    return found or abort(404)
