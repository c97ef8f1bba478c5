"""The managers' screen: gifts, handing them out by their code, and prizes for the best comments."""

from datetime import timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.points.forms import CodeForm, GiftForm, TopForm
from plugins.points.gifts import PointsGift, PointsHandout, by_code
from plugins.points.tops import PointsTop
from shop.access import for_managers, me
from shop.clock import now
from shop.db import db
from shop.limits import Limit
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("points_manage", __name__)
PAGE = 20
LARGEST_ID = 2**53
MOST_WAITING = 50


@bp.get("/manage")
@for_managers
def index() -> str:
    """Every gift, and what waits to be handed out."""
    mine = select(PointsGift).where(PointsGift.community_id == g.community.id)
    page = page_of(mine.options(joinedload(PointsGift.limit)), [PointsGift.id], size=PAGE, descending=True)
    waiting = db.session.scalars(
        select(PointsHandout)
        .where(
            PointsHandout.community_id == g.community.id,
            PointsHandout.handed_at.is_(None),
            PointsHandout.cancelled_at.is_(None),
        )
        .options(joinedload(PointsHandout.person))
        .order_by(PointsHandout.id)
        .limit(MOST_WAITING)
    ).all()
    return render_template("points/manage.html", page=page, waiting=waiting, form=CodeForm(formdata=None))


@bp.get("/manage/gifts/new")
@for_managers
def new() -> str:
    return _gift_page(GiftForm(formdata=None))


@bp.post("/manage/gifts")
@for_managers
def create() -> ResponseReturnValue:
    form = GiftForm()
    if not form.validate():
        return _gift_page(form), 422
    gift = PointsGift(
        community_id=g.community.id, title=(form.title.data or "").strip(), text=(form.text.data or "").strip(),
        cost=form.cost.data, each=form.each.data, limit=Limit.of(form.many.data or 0, "gift"), by_id=me().id,
    )  # fmt: skip
    db.session.add(gift)
    db.session.commit()
    flash(_("Members can have it now."), "good")
    return redirect(url_for("points_manage.index"), 303)


@bp.post("/manage/gifts/<int:gift_id>/ending")
@for_managers
def create_ending(gift_id: int) -> ResponseReturnValue:
    """No more of it."""
    mine = select(PointsGift).where(PointsGift.id == gift_id, PointsGift.community_id == g.community.id)
    gift = db.session.scalars(mine).first() if gift_id < LARGEST_ID else None
    if gift is None:
        abort(404)
    gift.end()
    db.session.commit()
    flash(_("It is not given any more. What was redeemed is still handed out."), "good")
    return redirect(url_for("points_manage.index"), 303)


@bp.get("/manage/handout")
@for_managers
def show() -> str:
    """Whose code is it, and for what? Looked at before it is handed out."""
    handout = by_code(g.community, request.args.get("code", ""))
    set_back(url_for("points_manage.index"))
    return render_template("points/handout.html", handout=handout)


@bp.post("/manage/handouts/<int:handout_id>/handing")
@for_managers
def create_handing(handout_id: int) -> ResponseReturnValue:
    """Given."""
    handout = _handout(handout_id)
    handout.hand_out(me())
    db.session.commit()
    flash(_("Handed out: %(title)s", title=handout.title), "good")
    return redirect(url_for("points_manage.index"), 303)


@bp.post("/manage/handouts/<int:handout_id>/cancelling")
@for_managers
def create_cancelling(handout_id: int) -> ResponseReturnValue:
    """It cannot be given; its points go back."""
    _handout(handout_id).cancel()
    db.session.commit()
    flash(_("The points are back, and the gift is free again."), "good")
    return redirect(url_for("points_manage.index"), 303)


@bp.get("/manage/tops/new")
@for_managers
def new_top() -> str:
    return _top_page(TopForm(formdata=None))


@bp.post("/manage/tops")
@for_managers
def create_top() -> ResponseReturnValue:
    """Announce it, with its rules."""
    form = TopForm()
    if not form.validate():
        return _top_page(form), 422
    prizes = [form.first.data or "", form.second.data or "", form.third.data or ""]
    ends = now() + timedelta(days=form.days.data or 0)
    top = PointsTop.plan(g.community, (form.title.data or "").strip(), prizes, now(), ends, me())
    db.session.commit()
    flash(_("It is announced, and its rules with it."), "good")
    return redirect(url_for("points_tops.show", top_id=top.id), 303)


def _handout(handout_id: int) -> PointsHandout:
    one = PointsHandout
    mine = select(one).where(one.id == handout_id, one.community_id == g.community.id)
    found = db.session.scalars(mine).first() if handout_id < LARGEST_ID else None
    return found or abort(404)


def _gift_page(form: GiftForm) -> str:
    set_back(url_for("points_manage.index"))
    return render_template("points/gift_form.html", form=form)


def _top_page(form: TopForm) -> str:
    set_back(url_for("points_manage.index"))
    return render_template("points/top_form.html", form=form)
