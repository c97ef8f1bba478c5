"""The shelf at the manager's desk: its order, what is proposed for it, what comes off it."""

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from shop.access import for_managers, me
from shop.catalog.models import Product
from shop.communities.forms import AnswerForm, ReasonForm
from shop.db import db
from shop.errors import NotValid
from shop.events import record
from shop.listings.models import Listing
from shop.listings.split import split
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("shelf_order", __name__)
proposals = Blueprint("proposals", __name__)

PAGE_SIZE = 30


def install(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(proposals)


@bp.get("/c/<community>/manage/shelf")
@for_managers
def index() -> str:
    """What stands on the shelf, in its order, also what its merchant hides at present."""
    set_back(url_for("community_desk.show"))
    shelf = _listings("accepted")
    page = page_of(shelf, [Listing.position, Listing.id], size=PAGE_SIZE)
    return render_template("communities/desk/shelf.html", page=page)


@bp.post("/c/<community>/manage/shelf/<int:listing_id>/place")
@for_managers
def update(listing_id: int) -> ResponseReturnValue:
    """Move a listing: up, down, to the top, or to a place counted from 1."""
    listing = _find(listing_id, "accepted")
    to = request.form.get("to", "")
    steps = {"up": -1, "down": 1}
    if to in steps:
        listing.move_by(steps[to])
    elif to.isascii() and to.isdigit() and len(to) < 7:
        listing.move_to(int(to))
    else:
        raise NotValid(_("Say a place on the shelf as a number."))
    g.community.touch()
    db.session.commit()
    return redirect(url_for("shelf_order.index", after=request.args.get("after")), 303)


@bp.post("/c/<community>/manage/shelf/<int:listing_id>/withdrawal")
@for_managers
def create_withdrawal(listing_id: int) -> ResponseReturnValue:
    """Take a listing off the shelf, with a reason for its merchant."""
    listing, form = _find(listing_id, "accepted"), ReasonForm()
    if not form.validate():
        raise NotValid(_("Please give a reason, in at most 400 characters."))
    listing.withdraw(me(), form.reason.data or "")
    g.community.touch()
    record("listing.withdrawn", g.community.id, listing=listing.id, by=me().id, reason=listing.reason)
    db.session.commit()
    flash(_("“%(name)s” is off the shelf. What was ordered goes on.", name=listing.product.name), "good")
    return redirect(url_for("shelf_order.index"), 303)


@proposals.get("/c/<community>/manage/proposals", endpoint="index")
@for_managers
def index_proposals() -> str:
    """What merchants propose, the longest waiting first."""
    set_back(url_for("community_desk.show"))
    page = page_of(_listings("proposed"), [Listing.id], size=PAGE_SIZE)
    site = current_app.config["SITE_SHARE"]
    splits = {
        one.id: split(
            one.product.price_from, one.product.currency, one.community_share, one.sharer_share, site
        )
        for one in page.rows
    }
    return render_template("communities/desk/proposals.html", page=page, splits=splits)


@proposals.post("/c/<community>/manage/proposals/<int:listing_id>/answer", endpoint="create_answer")
@for_managers
def create_answer(listing_id: int) -> ResponseReturnValue:
    """Put a proposal on the shelf, or decline it with a reason."""
    listing, form = _find(listing_id, "proposed", "accepted", "declined"), AnswerForm()
    if not form.validate():
        raise NotValid(_("Choose accept or decline; at most 400 characters."))
    name = listing.product.name
    if form.decision.data == "accept":
        listing.accept(me())
        g.community.touch()
        said = _("“%(name)s” is on the shelf, at its end.", name=name)
    else:
        if not form.words.data:
            raise NotValid(_("Please give a reason; the merchant will read it."))
        listing.decline(me(), form.words.data)
        said = _("“%(name)s” was declined. The merchant will read why.", name=name)
    record(f"listing.{listing.state}", g.community.id, listing=listing.id, by=me().id, reason=listing.reason)
    db.session.commit()
    flash(said, "good")
    return redirect(url_for("proposals.index"), 303)


def _listings(state: str) -> Select[Listing]:
    return (
        select(Listing)
        .options(joinedload(Listing.product).joinedload(Product.merchant))
        .where(Listing.community_id == g.community.id, Listing.state == state)
    )


def _find(listing_id: int, *states: str) -> Listing:
    listing = db.session.get(Listing, listing_id, options=[joinedload(Listing.product)])
    if listing is None or listing.community_id != g.community.id or listing.state not in states:
        abort(404)
    return listing
