"""The silent: a dry run that moves nobody, then a notice to those who are chosen, which can be taken back."""

from collections import Counter

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.care.silence import CareNotice, give_notice, look_at
from shop import settings
from shop.access import for_managers, me
from shop.db import db
from shop.shell import set_back

bp = Blueprint("care_silence", __name__)
LARGEST_ID = 2**53
MOST_NOTICES = 50


@bp.get("/manage/silent")
@for_managers
def show() -> str:
    """Whom the rule would be about, and why; whom it spares, and why; who was asked."""
    set_back(url_for("care_manage.show"))
    here = settings.here("care")
    standings = look_at(g.community, here)
    notices = db.session.scalars(
        select(CareNotice)
        .where(CareNotice.community_id == g.community.id)
        .options(joinedload(CareNotice.person))
        .order_by(CareNotice.id.desc())
        .limit(MOST_NOTICES)
    ).all()
    asked = {notice.person_id for notice in notices if notice.state == "open"}
    return render_template(
        "care/silent.html",
        here=here,
        silent=[one for one in standings if not one.spared and one.seat.person_id not in asked],
        spared=Counter(one.spared for one in standings if one.spared).most_common(),
        notices=notices,
    )


@bp.post("/manage/silent/notices")
@for_managers
def create() -> ResponseReturnValue:
    """Ask those who were chosen; whoever has stirred meanwhile is spared."""
    chosen = [int(n) for n in request.form.getlist("person") if n.isascii() and n.isdigit() and len(n) < 16]
    made = give_notice(g.community, settings.here("care"), chosen, me())
    db.session.commit()
    if made:
        flash(ngettext("%(num)s person is asked.", "%(num)s people are asked.", len(made)), "good")
    else:
        flash(_("Nobody was asked."), "")
    return redirect(url_for("care_silence.show"), 303)


@bp.post("/manage/silent/notices/<int:notice_id>/removal")
@for_managers
def destroy(notice_id: int) -> ResponseReturnValue:
    """Take a notice back."""
    notice = db.session.get(CareNotice, notice_id) if notice_id < LARGEST_ID else None
    if notice is None or notice.community_id != g.community.id:
        abort(404)
    notice.end("cancelled")
    db.session.commit()
    flash(_("Taken back: %(name)s stays.", name=notice.person.name), "good")
    return redirect(url_for("care_silence.show"), 303)
