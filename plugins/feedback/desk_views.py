"""The seller's desk: what members say of one's products how long it waits; answers, and what was done."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.feedback.contributions import sources_of
from plugins.feedback.finding import beside, for_note, listings_of, of_seller, ticket_of_seller
from plugins.feedback.forms import AnswerForm, NoteForm
from plugins.feedback.handling import answer, asked_for, merge_chosen, note_from_form, report_on, rows_of
from plugins.feedback.tickets import Ticket
from shop.access import for_staff, me
from shop.catalog.models import Product
from shop.db import db
from shop.listings.models import Listing
from shop.paging import page_of
from shop.sheets import as_file
from shop.shell import set_back

bp = Blueprint("feedback_desk", __name__)
PAGE = 20


@bp.get("/all")
@for_staff("analyst")
def index() -> str:
    """What nobody has answered, the longest waiting first; or what is open, or everything."""
    wanted, asked = asked_for(of_seller(g.merchant))
    page = page_of(wanted, [Ticket.id], size=PAGE, descending=asked == "all")
    mine = select(Product.id).where(Product.merchant_id == g.merchant.id)
    return render_template(
        "feedback/desk.html",
        page=page,
        asked=asked,
        report=report_on(Ticket.product_id.in_(mine)),
        beside=beside(list(page.rows)),
        answer_form=AnswerForm(formdata=None),
        here="feedback_desk",
        new_note=url_for("feedback_desk.new_note"),
    )


@bp.get("/all.csv")
@for_staff("analyst")
def export() -> Response:
    found = db.session.scalars(of_seller(g.merchant).order_by(Ticket.id))
    return as_file(rows_of(found), f"feedback-{g.merchant.slug}")


@bp.post("/<int:ticket_id>/answer")
def create_answer(ticket_id: int) -> ResponseReturnValue:
    """Planned, done or declined, in public."""
    answer(ticket_of_seller(ticket_id), me())
    db.session.commit()
    flash(_("Your answer stands for everybody, and who follows it is told."), "good")
    return redirect(url_for("feedback_desk.index"), 303)


@bp.post("/<int:ticket_id>/merging")
def create_merging(ticket_id: int) -> ResponseReturnValue:
    """The same was said before."""
    merge_chosen(ticket_of_seller(ticket_id), me())
    db.session.commit()
    flash(_("They are one now, and who followed it follows the other."), "good")
    return redirect(url_for("feedback_desk.index"), 303)


@bp.get("/notes/new")
def new_note() -> str:
    """What was changed, and what led to it? First on which product, in which community."""
    if not request.args.get("about"):
        listings = listings_of(g.merchant, None)
        return render_template("feedback/note_about.html", listings=listings, managing=False)
    return _note_page(NoteForm(formdata=None), _listing())


@bp.post("/notes")
def create_note() -> ResponseReturnValue:
    """“You said, we did”, on the product's page."""
    listing, form = _listing(), NoteForm()
    if not form.validate():
        return _note_page(form, listing), 422
    note = note_from_form(listing.community, listing.product, form, me())
    db.session.commit()
    flash(_("It stands for everybody, and those who brought it about are thanked."), "good")
    return redirect(url_for("feedback_notes.show", community=listing.community.slug, note_id=note.id), 303)


def _listing() -> Listing:
    told = request.values.get("about", "")
    found = next((each for each in listings_of(g.merchant, None) if str(each.id) == told), None)
    return found or abort(404)


def _note_page(form: NoteForm, listing: Listing) -> str:
    set_back(url_for("feedback_desk.index"))
    return render_template(
        "feedback/note_form.html",
        form=form,
        about=f"{listing.product.name} · {listing.community.name}",
        action=url_for("feedback_desk.create_note", about=listing.id),
        tickets=for_note(listing.community_id, listing.product_id),
        sources=sources_of(listing.community_id, listing.product_id),
    )
