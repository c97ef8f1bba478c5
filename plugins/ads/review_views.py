"""The operator's desk: creatives to look over, advertisers, free ads, and views that were not honest."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.ads import budgets, checking, exporting, notices, reports
from plugins.ads.campaigns import Advertiser, Campaign, Flight
from plugins.ads.counting import void
from plugins.ads.counts import Impression
from plugins.ads.creative_views import stored
from plugins.ads.creatives import Creative
from plugins.ads.drawing import previews_of
from plugins.ads.forms import NoticeForm, ReasonForm
from shop.access import me
from shop.db import db
from shop.errors import NotValid
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("ads_review", __name__)
MOST_SHOWN = 100
PAGE = 50


@bp.get("/")
def index() -> str:
    """What waits to be looked over, who advertises, and how the books stand."""
    return _page()


@bp.get("/report.csv")
def export() -> Response:
    """The report of the whole site as a file."""
    return exporting.of_site(request.args.get("by", ""))


@bp.post("/creatives/<int:creative_id>/approval")
def approve(creative_id: int) -> ResponseReturnValue:
    _find(Creative, creative_id).approve(me())
    db.session.commit()
    flash(_("It may be shown now."), "good")
    return redirect(url_for("ads_review.index"), 303)


@bp.post("/creatives/<int:creative_id>/refusal")
def decline(creative_id: int) -> ResponseReturnValue:
    creative, form = _find(Creative, creative_id), ReasonForm()
    if not form.validate():
        flash(_("Please give a reason."), "bad")
        return _page(), 422
    creative.decline(me(), form.reason.data or "")
    db.session.commit()
    flash(_("The advertiser reads your reason."), "good")
    return redirect(url_for("ads_review.index"), 303)


@bp.post("/advertisers/<int:advertiser_id>/stop")
def stop(advertiser_id: int) -> ResponseReturnValue:
    """Nothing of an advertiser is shown any more, or again."""
    advertiser, form = _find(Advertiser, advertiser_id), ReasonForm()
    if advertiser.stopped_at is not None:
        advertiser.let_on()
    elif form.validate():
        advertiser.stop(me(), form.reason.data or "")
    else:
        flash(_("Please give a reason."), "bad")
        return _page(), 422
    db.session.commit()
    flash(_("Done."), "good")
    return redirect(url_for("ads_review.index"), 303)


@bp.post("/notices")
def create_notice() -> ResponseReturnValue:
    """A house ad, or one for somebody who pays nothing."""
    form = NoticeForm()
    if not form.validate():
        return _page(form), 422
    by = (form.by.data or "").strip() or current_app.config["SITE_NAME"]
    try:
        notices.post(
            Advertiser.of_house(by),
            str(form.kind.data),
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
    return redirect(url_for("ads_review.index"), 303)


@bp.post("/notices/<int:creative_id>/removal")
def destroy_notice(creative_id: int) -> ResponseReturnValue:
    _find(Creative, creative_id).retire()
    db.session.commit()
    flash(_("It is not shown any more."), "good")
    return redirect(url_for("ads_review.index"), 303)


@bp.get("/creatives/<int:creative_id>/views")
def show(creative_id: int) -> str:
    """Single views and clicks of a creative, the newest first."""
    creative = _find(Creative, creative_id)
    set_back(url_for("ads_review.index"))
    views = (
        select(Impression)
        .where(Impression.creative_id == creative.id)
        .options(joinedload(Impression.community))
    )
    page = page_of(views, [Impression.id], size=PAGE, descending=True)
    return render_template(
        "ads/views.html",
        creative=creative,
        campaign=creative.flight.campaign,
        page=page,
        form=ReasonForm(formdata=None),
    )


@bp.post("/views/<int:impression_id>/void")
def create_void(impression_id: int) -> ResponseReturnValue:
    """A view and its click were not honest: they leave every sum, once, and their cost goes back to the budget."""
    impression, form = _find(Impression, impression_id), ReasonForm()
    if not form.validate():
        flash(_("Please give a reason."), "bad")
        return redirect(url_for("ads_review.show", creative_id=impression.creative_id), 303)
    done = void(impression, me(), form.reason.data or "")
    db.session.commit()
    flash(_("Taken back.") if done else _("This was taken back already."))
    return redirect(url_for("ads_review.show", creative_id=impression.creative_id), 303)


def _page(form: NoticeForm | None = None) -> str:
    waiting = db.session.scalars(
        select(Creative)
        .where(Creative.state == "waiting", Creative.retired_at.is_(None))
        .options(
            joinedload(Creative.product),
            joinedload(Creative.flight).joinedload(Flight.campaign).joinedload(Campaign.advertiser),
        )
        .order_by(Creative.id)
        .limit(MOST_SHOWN)
    ).all()
    merchants = select(Advertiser).where(Advertiser.merchant_id.is_not(None))
    return render_template(
        "ads/review.html",
        waiting=waiting,
        looks=previews_of(waiting),
        advertisers=page_of(merchants, [Advertiser.id], size=PAGE, descending=True, name="after_advertiser"),
        free=db.session.scalars(notices.free_notices()).all(),
        report=reports.of_site(),
        sellers=budgets.sellers(),
        findings=list(checking.findings()),
        form=form or NoticeForm(formdata=None),
        reason=ReasonForm(formdata=None),
    )


def _find(table: Any, number: int) -> Any:
    return (db.session.get(table, number) if number < 2**53 else None) or abort(404)
