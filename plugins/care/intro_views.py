"""Introductions: the cards of the members, and one's own."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import delete

from plugins.care.forms import IntroForm
from plugins.care.intros import CareIntro, cards_of
from shop.access import for_members, me
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("care_intros", __name__)
PAGE = 20


@bp.get("/introductions")
@for_members
def index() -> str:
    """Who is here, the newest first; only members read it."""
    set_back(url_for("communities.show"))
    page = page_of(cards_of(g.community), [CareIntro.id], size=PAGE, descending=True)
    return render_template("care/intros.html", page=page, mine=CareIntro.of(g.community, me()))


@bp.get("/introductions/mine")
@for_members
def edit() -> str:
    known = CareIntro.of(g.community, me())
    return _page(IntroForm(formdata=None, obj=known), known)


@bp.post("/introductions/mine")
@for_members
def update() -> ResponseReturnValue:
    """Hello."""
    form = IntroForm()
    if not form.validate():
        return _page(form, CareIntro.of(g.community, me())), 422
    CareIntro.say(g.community, me(), form.brings.data or "", form.likes.data or "", form.offers.data or "")
    db.session.commit()
    flash(_("Hello! The others can read it now."), "good")
    return redirect(url_for("care_intros.index"), 303)


@bp.post("/introductions/mine/removal")
@for_members
def destroy() -> ResponseReturnValue:
    """My card goes."""
    mine = CareIntro.community_id == g.community.id, CareIntro.person_id == me().id
    db.session.execute(delete(CareIntro).where(*mine))
    db.session.commit()
    flash(_("Your card is gone."), "good")
    return redirect(url_for("care.show"), 303)


def _page(form: IntroForm, known: CareIntro | None) -> str:
    set_back(url_for("care_intros.index"))
    return render_template("care/intro.html", form=form, known=known)
