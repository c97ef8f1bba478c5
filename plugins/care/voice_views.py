"""Voices of the group, at the managers' desk: the sums with their lines, whom to ask what, and objections."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.care import voices
from plugins.care.forms import AnswerForm, AskForm
from plugins.care.voices import CareObjection
from shop.access import for_managers, me
from shop.clock import now
from shop.db import db
from shop.people.models import Person
from shop.shell import set_back

bp = Blueprint("care_voices", __name__)
LARGEST_ID = 2**53
MOST = 20


@bp.get("/manage/voices")
@for_managers
def show() -> str:
    """The highest sums of half a year, each with its lines and a next step."""
    return _page(AskForm(formdata=None), AnswerForm(formdata=None))


@bp.post("/manage/voices")
@for_managers
def create() -> ResponseReturnValue:
    """Ask a member, in words of one's own."""
    form = AskForm()
    person = _person(request.form.get("person", ""))
    if not form.validate():
        flash(_("Say in your own words why, and what for."), "bad")
        return _page(form, AnswerForm(formdata=None)), 422
    voices.ask(g.community, person, form.words.data or "", me())
    db.session.commit()
    flash(_("%(name)s will read your words.", name=person.name), "good")
    return redirect(url_for("care_voices.show"), 303)


@bp.post("/manage/voices/objections/<int:objection_id>")
@for_managers
def update_objection(objection_id: int) -> ResponseReturnValue:
    """Answer somebody who says that their sum is wrong."""
    objection = db.session.get(CareObjection, objection_id) if objection_id < LARGEST_ID else None
    if objection is None or objection.community_id != g.community.id:
        abort(404)
    form = AnswerForm()
    if not form.validate():
        flash(_("Please answer in a few words."), "bad")
        return _page(AskForm(formdata=None), form), 422
    objection.answer, objection.answered_at = (form.answer.data or "").strip(), now()
    objection.answered_by_id = me().id
    db.session.commit()
    flash(_("%(name)s will read your words.", name=objection.person.name), "good")
    return redirect(url_for("care_voices.show"), 303)


def _page(form: AskForm, answer: AnswerForm) -> str:
    set_back(url_for("care_manage.show"))
    waiting = db.session.scalars(
        select(CareObjection)
        .where(CareObjection.community_id == g.community.id, CareObjection.answered_at.is_(None))
        .options(joinedload(CareObjection.person))
        .order_by(CareObjection.id)
        .limit(MOST)
    ).all()
    sums = [one for one in voices.sums_of(g.community) if one.total]
    return render_template("care/voices.html", sums=sums[:MOST], waiting=waiting, form=form, answer=answer)


def _person(number: str) -> Person:
    known = (
        db.session.get(Person, int(number))
        if number.isascii() and number.isdigit() and len(number) < 16
        else None
    )
    return known or abort(404)
