"""My feedback, over all communities: what I said and follow, and what I was thanked for."""

from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from plugins.feedback.finding import followed
from plugins.feedback.noting import ChangeNote, NoteThanks
from plugins.feedback.tickets import Ticket
from shop.access import me
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("feedback_own", __name__)
PAGE = 20
MOST_THANKS = 20


@bp.get("/mine")
def index() -> str:
    page = page_of(followed(me()), [Ticket.id], size=PAGE, descending=True)
    thanks = db.session.scalars(
        select(NoteThanks)
        .join(NoteThanks.note)
        .where(NoteThanks.person_id == me().id)
        .options(contains_eager(NoteThanks.note).joinedload(ChangeNote.community))
        .order_by(NoteThanks.id.desc())
        .limit(MOST_THANKS)
    ).all()
    set_back(url_for("people.show"))
    return render_template("feedback/mine.html", page=page, thanks=thanks, viewer=me())
