"""You in this group: what it asks you, how it counts what you do, and your way back."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.care import voices, waiting
from plugins.care.forms import ObjectionForm, TicketForm
from plugins.care.intros import CareIntro, alike
from plugins.care.silence import CareNotice
from plugins.care.splitting import CareMove, open_moves
from plugins.care.voices import CareObjection, CareVoice
from shop.access import for_members, me
from shop.db import db
from shop.errors import Refused
from shop.shell import set_back

bp = Blueprint("care", __name__)
LARGEST_ID = 2**53


@bp.get("/")
@for_members
def show() -> str:
    """My card, what I am asked, and my sum with its lines."""
    return _page(ObjectionForm(formdata=None))


@bp.post("/stay")
@for_members
def create_stay() -> ResponseReturnValue:
    """I stay: that is all that is needed."""
    notice = CareNotice.open_for(g.community, me())
    if notice is None:
        raise Refused(_("This was settled meanwhile."))
    notice.end("stayed")
    db.session.commit()
    flash(_("Good to have you here."), "good")
    return redirect(url_for("care.show"), 303)


@bp.post("/voice")
@for_members
def update_voice() -> ResponseReturnValue:
    """Yes, no, or no sum of me at all; each can be said otherwise later."""
    wish, known = request.form.get("wish", ""), CareVoice.of(g.community, me())
    if wish not in ("active", "no", "quiet") or (
        wish == "active" and (known is None or known.state == "quiet")
    ):
        abort(404)
    CareVoice.put(g.community, me(), wish, known.words if known else "")
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("care.show"), 303)


@bp.post("/objections")
@for_members
def create_objection() -> ResponseReturnValue:
    """My sum is wrong, because …"""
    form = ObjectionForm()
    if not form.validate():
        return _page(form), 422
    voices.object_to(g.community, me(), form.text.data or "")
    db.session.commit()
    flash(_("A manager will answer you. You find the answer on this page."), "good")
    return redirect(url_for("care.show"), 303)


@bp.post("/moves/<int:move_id>")
@for_members
def create_answer(move_id: int) -> ResponseReturnValue:
    """Yes or no to another group."""
    move = db.session.get(CareMove, move_id) if move_id < LARGEST_ID else None
    if move is None or move.person_id != me().id or move.split.community_id != g.community.id:
        abort(404)
    yes = request.form.get("answer") == "yes"
    move.answer(yes, accepts_rules=request.form.get("accepts_rules") == "y")
    db.session.commit()
    if yes:
        flash(_("Welcome to %(name)s!", name=move.split.target.name), "good")
        return redirect(url_for("communities.show", community=move.split.target.slug), 303)
    flash(_("You stay as you are."), "good")
    return redirect(url_for("care.show"), 303)


@bp.get("/return/<ticket>")
def show_ticket(ticket: str) -> str:
    """The way back of somebody whose seat was freed."""
    return _ticket_page(_ticket(ticket), TicketForm(formdata=None))


@bp.post("/return/<ticket>")
def create_return(ticket: str) -> ResponseReturnValue:
    """Back, without asking anybody."""
    notice, form = _ticket(ticket), TicketForm()
    if not form.validate():
        return _ticket_page(notice, form), 422
    notice.come_back(bool(form.accepts_rules.data))
    db.session.commit()
    flash(_("Welcome to %(name)s!", name=g.community.name), "good")
    return redirect(url_for("communities.show"), 303)


@bp.post("/waiting")
def create_waiting() -> ResponseReturnValue:
    """Tell me when there is a seat."""
    waiting.wait(g.community, me())
    db.session.commit()
    flash(_("You are in line. We write to you when a seat gets free."), "good")
    return redirect(url_for("communities.show"), 303)


@bp.post("/waiting/end")
def destroy_waiting() -> ResponseReturnValue:
    waiting.stop_waiting(g.community, me())
    db.session.commit()
    flash(_("You are not in line any more."), "good")
    return redirect(url_for("communities.show"), 303)


def _ticket(ticket: str) -> CareNotice:
    """A ticket is good for one person only."""
    mine = CareNotice.ticket == ticket, CareNotice.community_id == g.community.id
    return db.session.scalars(
        select(CareNotice).where(*mine, CareNotice.person_id == me().id)
    ).first() or abort(404)


def _ticket_page(notice: CareNotice, form: TicketForm) -> str:
    return render_template("care/ticket.html", notice=notice, form=form, rules=g.community.rules())


def _page(form: ObjectionForm) -> str:
    set_back(url_for("communities.show"))
    intro, known = CareIntro.of(g.community, me()), CareVoice.of(g.community, me())
    mine = CareObjection.community_id == g.community.id, CareObjection.person_id == me().id
    last = select(CareObjection).where(*mine).order_by(CareObjection.id.desc()).limit(1)
    found = voices.sums_of(g.community, [me().id])
    moves = open_moves(g.community, me())
    return render_template(
        "care/show.html",
        intro=intro,
        alike=alike(g.community, intro) if intro else [],
        notice=CareNotice.open_for(g.community, me()),
        moves=[(move, move.split.target.rules()) for move in moves],
        known=known,
        sum=found[0] if found else None,
        objection=db.session.scalars(last).first(),
        form=form,
    )
