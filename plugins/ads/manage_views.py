"""The managers' desk: what runs here, what it earns, and what the community does not want."""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.ads import exporting, notices, reports
from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.choosing import may_run
from plugins.ads.creative_views import stored
from plugins.ads.creatives import Creative, Veto
from plugins.ads.drawing import previews_of
from plugins.ads.forms import NoticeForm, ReasonForm
from shop import settings
from shop.access import for_managers, me
from shop.clock import now
from shop.db import db
from shop.errors import NotValid
from shop.shell import set_back

bp = Blueprint("ads_manage", __name__)
MOST_SHOWN = 100


@bp.get("/manage")
@for_managers
def show() -> str:
    """What runs here, what it has earned, and the vetoes."""
    return _page()


@bp.get("/manage/report.csv")
@for_managers
def export() -> Response:
    """The community's report as a file."""
    return exporting.of_community(g.community, request.args.get("by", ""))


@bp.post("/manage/vetoes")
@for_managers
def create_veto() -> ResponseReturnValue:
    """An advertiser or a creative is not shown here any more."""
    form = ReasonForm()
    creative = _found(Creative, request.form.get("creative", "")) or abort(404)
    if not form.validate():
        flash(_("Please give a reason."), "bad")
        return _page(), 422
    if request.form.get("whole"):
        Veto.put(g.community, me(), form.reason.data or "", advertiser=creative.flight.campaign.advertiser)
    else:
        Veto.put(g.community, me(), form.reason.data or "", creative=creative)
    db.session.commit()
    flash(_("It is not shown here any more."), "good")
    return redirect(url_for("ads_manage.show"), 303)


@bp.post("/manage/vetoes/<int:veto_id>/removal")
@for_managers
def destroy_veto(veto_id: int) -> ResponseReturnValue:
    """It may be shown here again."""
    veto = _found(Veto, str(veto_id))
    if veto is None or veto.community_id != g.community.id:
        abort(404)
    veto.lift(me())
    db.session.commit()
    flash(_("It may be shown here again."), "good")
    return redirect(url_for("ads_manage.show"), 303)


@bp.post("/manage/notices")
@for_managers
def create_notice() -> ResponseReturnValue:
    """The community's own words, where nobody pays."""
    form = NoticeForm()
    form.kind.data = "house"
    if not form.validate():
        return _page(form), 422
    try:
        notices.post(
            Advertiser.of_community(g.community),
            "own",
            me(),
            title=form.title.data or "",
            text=form.text.data or "",
            url=form.url.data or "",
            days=form.days.data or 30,
            picture=stored(form),
        )
    except NotValid as wrong:
        db.session.rollback()
        form[wrong.field or "title"].errors = [str(wrong)]
        return _page(form), 422
    db.session.commit()
    flash(_("It is shown where nobody pays for the place."), "good")
    return redirect(url_for("ads_manage.show"), 303)


@bp.post("/manage/notices/<int:creative_id>/removal")
@for_managers
def destroy_notice(creative_id: int) -> ResponseReturnValue:
    creative = _found(Creative, str(creative_id))
    if creative is None or creative.flight.campaign.advertiser.community_id != g.community.id:
        abort(404)
    creative.retire()
    db.session.commit()
    flash(_("It is not shown any more."), "good")
    return redirect(url_for("ads_manage.show"), 303)


def _page(form: NoticeForm | None = None) -> str:
    set_back(url_for("community_desk.show"))
    running = db.session.scalars(
        select(Creative)
        .join(Creative.flight)
        .join(Flight.campaign)
        .join(Campaign.advertiser)
        .where(*may_run(g.community, now()), Advertiser.community_id.is_(None))
        .options(
            joinedload(Creative.product),
            joinedload(Creative.flight).joinedload(Flight.campaign).joinedload(Campaign.advertiser),
        )
        .order_by(Creative.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    return render_template(
        "ads/manage.html",
        running=running,
        looks=previews_of(running),
        vetoes=Veto.standing_in(g.community),
        report=reports.of_community(g.community),
        earned=reports.earned_by(g.community),
        rules=settings.here("ads"),
        own=db.session.scalars(notices.own_notices(g.community)).all(),
        form=form or NoticeForm(formdata=None),
        reason=ReasonForm(formdata=None),
        share=settings.site("ads").community_share,
    )


def _found(table: Any, number: str) -> Any:
    return (
        db.session.get(table, int(number))
        if number.isascii() and number.isdigit() and len(number) < 16
        else None
    )
