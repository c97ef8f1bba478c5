"""The managers' screen: everything that is said here, what is open and how long it waits, answering and merging."""

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from plugins.feedback.finding import beside, of_community, ticket_here
from plugins.feedback.forms import AnswerForm
from plugins.feedback.handling import answer, asked_for, merge_chosen, report_on, rows_of
from plugins.feedback.tickets import Ticket
from shop.access import for_managers, me
from shop.db import db
from shop.paging import page_of
from shop.sheets import as_file

bp = Blueprint("feedback_manage", __name__)
PAGE = 20


@bp.get("/manage")
@for_managers
def index() -> str:
    """What nobody has answered, the longest waiting first; or what is open, or everything."""
    wanted, asked = asked_for(of_community(g.community))
    page = page_of(wanted, [Ticket.id], size=PAGE, descending=asked == "all")
    return render_template(
        "feedback/desk.html",
        page=page,
        asked=asked,
        report=report_on(Ticket.community_id == g.community.id),
        beside=beside(list(page.rows)),
        answer_form=AnswerForm(formdata=None),
        here="feedback_manage",
        new_note=url_for("feedback_notes.new"),
    )


@bp.get("/manage.csv")
@for_managers
def export() -> Response:
    found = db.session.scalars(of_community(g.community).order_by(Ticket.id))
    return as_file(rows_of(found), f"feedback-{g.community.slug}")


@bp.post("/<int:ticket_id>/answer")
@for_managers
def create_answer(ticket_id: int) -> ResponseReturnValue:
    """Planned, done or declined, in public."""
    answer(ticket_here(ticket_id), me())
    db.session.commit()
    flash(_("Your answer stands for everybody, and who follows it is told."), "good")
    return redirect(url_for("feedback_manage.index"), 303)


@bp.post("/<int:ticket_id>/merging")
@for_managers
def create_merging(ticket_id: int) -> ResponseReturnValue:
    """The same was said before."""
    merge_chosen(ticket_here(ticket_id), me())
    db.session.commit()
    flash(_("They are one now, and who followed it follows the other."), "good")
    return redirect(url_for("feedback_manage.index"), 303)
