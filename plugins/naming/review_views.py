"""The community's managers: look at a round, let it begin, screen proposals, send it back, or stop it."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.naming.closing import move_on
from plugins.naming.finding import proposal_of, round_here
from plugins.naming.forms import ReasonForm, ScreeningForm
from plugins.naming.proposals import Proposal, waiting_in
from plugins.naming.rounds import Round
from shop.access import for_managers, me
from shop.db import db
from shop.errors import NotValid, Refused
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("naming_reviews", __name__)
PAGE = 30


@bp.get("/reviews")
@for_managers
def index() -> str:
    """Rounds that wait for a manager, run, or are over."""
    here = select(Round).where(Round.community_id == g.community.id, Round.state != "draft")
    here = here.options(joinedload(Round.product), joinedload(Round.merchant))
    page = page_of(here, [Round.id], size=PAGE, descending=True)
    return render_template("naming/reviews.html", page=page, waiting=waiting_in(page.rows))


@bp.get("/reviews/<int:round_id>")
@for_managers
def show(round_id: int) -> str:
    """The proposals of a round, to be looked at."""
    round = round_here(round_id)
    set_back(url_for("naming_reviews.index"))
    return render_template(
        "naming/review.html",
        round=round,
        proposals=Proposal.of(round),
        screen=lambda each: url_for(
            "naming_reviews.create_screening", round_id=round.id, proposal_id=each.id
        ),
    )


@bp.post("/reviews/<int:round_id>/acceptance")
@for_managers
def create_acceptance(round_id: int) -> ResponseReturnValue:
    """Let it begin."""
    round = round_here(round_id)
    round.open(me())
    move_on(round, me())
    db.session.commit()
    flash(_("“%(title)s” has begun.", title=round.title), "good")
    return _back(round)


@bp.post("/reviews/<int:round_id>/return")
@for_managers
def create_return(round_id: int) -> ResponseReturnValue:
    """Back to the seller, with the reason."""
    round = round_here(round_id)
    round.move("draft", me(), _reason())
    db.session.commit()
    flash(_("The seller reads why."), "good")
    return redirect(url_for("naming_reviews.index"), 303)


@bp.post("/reviews/<int:round_id>/stop")
@for_managers
def create_stop(round_id: int) -> ResponseReturnValue:
    """Stop a round that should not go on; nothing of it takes effect."""
    round = round_here(round_id)
    round.move("ended", me(), _reason())
    db.session.commit()
    flash(_("It is stopped. Members read why."), "good")
    return _back(round)


@bp.post("/reviews/<int:round_id>/proposals/<int:proposal_id>/screening")
@for_managers
def create_screening(round_id: int, proposal_id: int) -> ResponseReturnValue:
    """Onto the ballot, or not and why; the vote begins by itself when all have an answer and the time is over."""
    round = round_here(round_id)
    screen(round, proposal_of(round, proposal_id))
    db.session.commit()
    return _back(round)


def screen(round: Round, proposal: Proposal) -> None:
    """What a manager or the seller has decided about a proposal."""
    form = ScreeningForm()
    if not form.validate():
        raise NotValid(_("Please say why: whoever proposed it reads the reason."))
    proposal.screen(form.verdict.data == "accept", (form.reason.data or "").strip(), me())
    db.session.flush()
    if round.state == "screening":
        move_on(round, me())


def _reason() -> str:
    form = ReasonForm()
    if not form.validate():
        raise Refused(_("Please give a reason."), status=422)
    return (form.reason.data or "").strip()


def _back(round: Round) -> ResponseReturnValue:
    return redirect(url_for("naming_reviews.show", round_id=round.id), 303)
