"""“You said, we did”: what was changed here, what led to it, and who is thanked; managers write it as sellers do."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.feedback.contributions import sources_of
from plugins.feedback.finding import NOTE, for_note, listing_here, listings_of, note_here
from plugins.feedback.forms import NoteForm
from plugins.feedback.handling import note_from_form
from plugins.feedback.noting import ChangeNote, NoteThanks
from shop.access import current_person, for_managers, me, public
from shop.catalog.models import Product
from shop.db import db
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("feedback_notes", __name__)
PAGE = 20


@bp.get("/notes")
@public
def index() -> str:
    """Everything that members have brought about here, the newest first."""
    here = select(ChangeNote).where(ChangeNote.community_id == g.community.id).options(*NOTE)
    page = page_of(here, [ChangeNote.id], size=PAGE, descending=True)
    set_back(url_for("feedback.index"))
    return render_template("feedback/notes.html", page=page)


@bp.get("/notes/<int:note_id>")
@public
def show(note_id: int) -> str:
    """One of them, with everybody who is thanked and for what."""
    note, viewer = note_here(note_id), current_person()
    thanks = db.session.scalars(
        select(NoteThanks)
        .where(NoteThanks.note_id == note.id)
        .options(joinedload(NoteThanks.person))
        .order_by(NoteThanks.place)
    ).all()
    manages = viewer is not None and g.community.role_of(viewer) in ("owner", "manager")
    set_back(url_for("feedback_notes.index"))
    return render_template("feedback/note.html", note=note, thanks=thanks, manages=manages)


@bp.get("/notes/new")
@for_managers
def new() -> str:
    """What was changed, and what led to it? First on what."""
    about = request.args.get("about", "")
    if not about.isdecimal():
        listings = listings_of(None, g.community)
        return render_template("feedback/note_about.html", listings=listings, managing=True)
    return _page(NoteForm(formdata=None), _product())


@bp.post("/notes")
@for_managers
def create() -> ResponseReturnValue:
    product, form = _product(), NoteForm()
    if not form.validate():
        return _page(form, product), 422
    note = note_from_form(g.community, product, form, me())
    db.session.commit()
    flash(_("It stands for everybody, and those who brought it about are thanked."), "good")
    return redirect(url_for("feedback_notes.show", note_id=note.id), 303)


@bp.post("/notes/<int:note_id>/removal")
@for_managers
def destroy(note_id: int) -> ResponseReturnValue:
    """It was wrong: take it off the pages."""
    note_here(note_id).take_back()
    db.session.commit()
    flash(_("It is gone."), "good")
    return redirect(url_for("feedback_notes.index"), 303)


def _product() -> Product | None:
    """Of this community's shelf; 0 is the community itself."""
    told = request.values.get("about", "")
    about = int(told) if told.isdecimal() else 0
    return listing_here(about).product if about else None


def _page(form: NoteForm, product: Product | None) -> str:
    set_back(url_for("feedback_manage.index"))
    product_id = product.id if product else None
    return render_template(
        "feedback/note_form.html",
        form=form,
        about=product.name if product else g.community.name,
        action=url_for("feedback_notes.create", about=product_id or 0),
        tickets=for_note(g.community.id, product_id),
        sources=sources_of(g.community.id, product_id) if product_id else [],
    )
