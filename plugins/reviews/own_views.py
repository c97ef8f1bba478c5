"""My reviews, over all communities: what I could still write, what I wrote, and whether I want to be asked."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.reviews.finding import CARD, still_to_write
from plugins.reviews.inviting import Quiet
from plugins.reviews.reviews import Review
from shop.access import me
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("reviews_own", __name__)
PAGE = 20
MOST_WAITING = 50


@bp.get("/mine")
def index() -> str:
    mine = select(Review).where(Review.person_id == me().id)
    shown = mine.options(joinedload(Review.product), joinedload(Review.community), *CARD)
    page = page_of(shown, [Review.id], size=PAGE, descending=True)
    set_back(url_for("people.show"))
    return render_template(
        "reviews/mine.html",
        page=page,
        waiting=still_to_write(me(), MOST_WAITING),
        is_quiet=Quiet.holds_for(me()),
    )


@bp.post("/quiet")
def create_quiet() -> ResponseReturnValue:
    """Do not ask me what I think."""
    Quiet.wish(me())
    db.session.commit()
    flash(_("You are not asked any more. You can still write."), "good")
    return redirect(url_for("reviews_own.index"), 303)


@bp.post("/quiet/removal")
def destroy_quiet() -> ResponseReturnValue:
    Quiet.forget(me())
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("reviews_own.index"), 303)
