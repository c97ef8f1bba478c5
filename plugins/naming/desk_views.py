"""The merchant's desk: rounds written, sent to review, screened, watched, and the thank-you at the end."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.naming.ballots import how_many
from plugins.naming.finding import free_listings, proposal_of, round_of_merchant
from plugins.naming.forms import ProposalForm, RoundForm, ThanksForm
from plugins.naming.proposals import Proposal, waiting_in
from plugins.naming.reasons import in_words
from plugins.naming.review_views import screen
from plugins.naming.rounds import Round
from shop.access import for_staff, me
from shop.catalog.models import Product
from shop.db import db
from shop.errors import NotValid, Refused
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("naming_desk", __name__)
PAGE = 30


@bp.get("/rounds")
@for_staff("analyst")
def index() -> str:
    mine = select(Round).where(Round.merchant_id == g.merchant.id)
    mine = mine.options(joinedload(Round.community), joinedload(Round.product))
    page = page_of(mine, [Round.id], size=PAGE, descending=True)
    return render_template("naming/desk_index.html", page=page, waiting=waiting_in(page.rows))


@bp.get("/rounds/new")
def new() -> str:
    """Which product, in which community, and what is chosen?"""
    return _form_page(None, RoundForm(formdata=None))


@bp.post("/rounds")
def create() -> ResponseReturnValue:
    form, chosen = RoundForm(), request.form.get("listing", "")
    listing = next((each for each in free_listings(g.merchant) if str(each.id) == chosen), None)
    if listing is None:
        raise NotValid(_("Please choose a product on a community's shelf."))
    if not form.validate():
        return _form_page(None, form), 422
    _must_be_alone(listing.product)
    round = Round(
        community_id=listing.community_id,
        merchant_id=g.merchant.id,
        product_id=listing.product_id,
        **form.values(),
    )
    db.session.add(round)
    db.session.commit()
    return redirect(url_for("naming_desk.show", round_id=round.id), 303)


@bp.get("/rounds/<int:round_id>")
@for_staff("analyst")
def show(round_id: int) -> str:
    """Everything of one round, and what is next."""
    return _page(round_of_merchant(round_id))


@bp.get("/rounds/<int:round_id>/edit")
def edit(round_id: int) -> str:
    round = round_of_merchant(round_id)
    round.must_be_draft()
    return _form_page(round, RoundForm(formdata=None, obj=round))


@bp.post("/rounds/<int:round_id>")
def update(round_id: int) -> ResponseReturnValue:
    round, form = round_of_merchant(round_id), RoundForm()
    round.must_be_draft()
    if not form.validate():
        return _form_page(round, form), 422
    for name, value in form.values().items():
        setattr(round, name, value)
    db.session.commit()
    flash(_("Saved."), "good")
    return _back(round)


@bp.post("/rounds/<int:round_id>/proposals")
def create_proposal(round_id: int) -> ResponseReturnValue:
    """The seller's own choices, while it is a draft."""
    round, form = round_of_merchant(round_id), ProposalForm()
    if not form.validate():
        return _page(round, form), 422
    Proposal.add(round, form.text.data or "", (form.story.data or "").strip(), me())
    db.session.commit()
    return _back(round)


@bp.post("/rounds/<int:round_id>/proposals/<int:proposal_id>/removal")
def destroy_proposal(round_id: int, proposal_id: int) -> ResponseReturnValue:
    round = round_of_merchant(round_id)
    round.must_be_draft()
    db.session.delete(proposal_of(round, proposal_id))
    db.session.commit()
    return _back(round)


@bp.post("/rounds/<int:round_id>/review")
def create_review(round_id: int) -> ResponseReturnValue:
    """Ask the community's managers to look at it; it begins as soon as one accepts it."""
    round = round_of_merchant(round_id)
    if round.each == 0 and len(Proposal.of(round)) < 2:
        raise Refused(_("Members need at least two proposals to choose from."))
    _must_be_alone(round.product, round)
    round.move("review", me())
    db.session.commit()
    flash(_("The community's managers look at it now."), "good")
    return _back(round)


@bp.post("/rounds/<int:round_id>/withdrawal")
def create_withdrawal(round_id: int) -> ResponseReturnValue:
    """Back to a draft, while nobody has accepted it; once it has begun, the members' choice stands."""
    round = round_of_merchant(round_id)
    if round.state != "review":
        raise Refused(_("It has begun: only a manager of the community can stop it."))
    round.move("draft", me())
    db.session.commit()
    flash(_("It is withdrawn."), "good")
    return _back(round)


@bp.post("/rounds/<int:round_id>/proposals/<int:proposal_id>/screening")
def create_screening(round_id: int, proposal_id: int) -> ResponseReturnValue:
    """The seller may screen as well as the managers: a name may be a trademark of somebody else."""
    round = round_of_merchant(round_id)
    screen(round, proposal_of(round, proposal_id))
    db.session.commit()
    return _back(round)


@bp.post("/rounds/<int:round_id>/thanks")
def create_thanks(round_id: int) -> ResponseReturnValue:
    round, form = round_of_merchant(round_id), ThanksForm()
    if not form.validate():
        return _page(round, thanks_form=form), 422
    round.thank((form.thanks.data or "").strip(), me())
    db.session.commit()
    flash(_("Your thanks are on the product's page."), "good")
    return _back(round)


def _must_be_alone(product: Product, but: Round | None = None) -> None:
    """A product gets one name at a time, however many communities it is shown in."""
    running = select(Round).where(
        Round.product_id == product.id, Round.state.in_(("review", "proposing", "screening", "voting"))
    )
    if any(each is not but for each in db.session.scalars(running)):
        raise Refused(_("A round for this product runs already."))


def _page(round: Round, form: ProposalForm | None = None, thanks_form: ThanksForm | None = None) -> str:
    set_back(url_for("naming_desk.index"))
    proposals = Proposal.of(round)
    return render_template(
        "naming/desk_show.html",
        round=round,
        proposals=proposals,
        winner=next((each for each in proposals if each.is_winner), None),
        ballots=how_many(round) if round.state in ("voting", "counted") else None,
        form=form or ProposalForm(formdata=None),
        thanks_form=thanks_form or ThanksForm(formdata=None, obj=round),
        screen=lambda each: url_for("naming_desk.create_screening", round_id=round.id, proposal_id=each.id),
        in_words=in_words,
    )


def _form_page(round: Round | None, form: RoundForm) -> str:
    set_back(url_for("naming_desk.show", round_id=round.id) if round else url_for("naming_desk.index"))
    listings = free_listings(g.merchant) if round is None else []
    chosen = request.form.get("listing", "")
    return render_template("naming/desk_form.html", round=round, form=form, listings=listings, chosen=chosen)


def _back(round: Round) -> ResponseReturnValue:
    return redirect(url_for("naming_desk.show", round_id=round.id), 303)
