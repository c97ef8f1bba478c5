"""Feedback as members see it: the list, one with its answers, saying something, wanting it, too."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.feedback.finding import like, listing_here, of_community, ticket_here
from plugins.feedback.following import file, follow, followed_by, unfollow
from plugins.feedback.forms import TicketForm
from plugins.feedback.noting import ChangeNote
from plugins.feedback.states import KINDS, OPEN
from plugins.feedback.tickets import Ticket
from shop.access import current_person, for_members, me, public
from shop.catalog.models import Product
from shop.db import db
from shop.paging import page_of
from shop.security import limiter
from shop.shell import set_back

bp = Blueprint("feedback", __name__)
PAGE = 20
SHOWN = {"open": OPEN, "done": ("done",), "declined": ("declined",)}


@bp.get("/")
@public
def index() -> str:
    """What members say, the most wanted or the newest first."""
    wanted, asked = of_community(g.community), {}
    asked = {name: request.args.get(name, "") for name in ("sort", "state", "kind", "product")}
    wanted = wanted.where(Ticket.state.in_(SHOWN.get(asked["state"], (*OPEN, "done", "declined"))))
    if asked["kind"] in KINDS:
        wanted = wanted.where(Ticket.kind == asked["kind"])
    product = listing_here(int(asked["product"])).product if asked["product"].isdecimal() else None
    if product is not None:
        wanted = wanted.where(Ticket.product_id == product.id)
    keys = [Ticket.id] if asked["sort"] == "newest" else [Ticket.followers, Ticket.id]
    page, viewer = page_of(wanted, keys, size=PAGE, descending=True), current_person()
    set_back(url_for("listings.index"))
    return render_template(
        "feedback/index.html",
        page=page,
        asked=asked,
        product=product,
        kinds=KINDS,
        viewer=viewer,
        follows=followed_by(viewer, page.rows),
    )


@bp.get("/new")
def new() -> str:
    """What should be better, on a product or here altogether? What was said already stands beside it.

    Whoever is signed in may look; members say.
    """
    kind = request.args.get("kind")
    return _form_page(TicketForm(formdata=None, kind=kind if kind in KINDS else "idea"), _product())


@bp.post("/")
@for_members
@limiter.limit("30 per hour")
def create() -> ResponseReturnValue:
    product, form = _product(), TicketForm()
    if not form.validate():
        return _form_page(form, product), 422
    text = (form.text.data or "").replace("\r\n", "\n").strip()
    ticket = file(g.community, product, me(), form.kind.data, (form.title.data or "").strip(), text)
    db.session.commit()
    flash(_("Thank you. You are told what becomes of it."), "good")
    return redirect(url_for("feedback.show", ticket_id=ticket.id), 303)


@bp.get("/<int:ticket_id>")
@public
def show(ticket_id: int) -> str:
    """One with its answers, what went into it, and what was done."""
    ticket, viewer = ticket_here(ticket_id), current_person()
    note = db.session.get(ChangeNote, ticket.note_id) if ticket.note_id else None
    merged = db.session.scalars(select(Ticket).where(Ticket.into_id == ticket.id).order_by(Ticket.id)).all()
    set_back(url_for("feedback.index"))
    return render_template(
        "feedback/show.html",
        ticket=ticket,
        note=note,
        merged=merged,
        viewer=viewer,
        follows=followed_by(viewer, [ticket]),
    )


@bp.post("/<int:ticket_id>/follower")
@for_members
def create_follower(ticket_id: int) -> ResponseReturnValue:
    """I want this, too, and would like to be told."""
    ticket = ticket_here(ticket_id)
    follow(ticket, me())
    db.session.commit()
    return redirect(url_for("feedback.show", ticket_id=ticket.id), 303)


@bp.post("/<int:ticket_id>/follower/removal")
def destroy_follower(ticket_id: int) -> ResponseReturnValue:
    ticket = ticket_here(ticket_id)
    unfollow(ticket, me())
    db.session.commit()
    flash(_("You are not told any more."), "good")
    return redirect(url_for("feedback.show", ticket_id=ticket.id), 303)


def _product() -> Product | None:
    """What it is about, if it is a product."""
    told = request.values.get("product", "")
    return listing_here(int(told)).product if told.isdecimal() else None


def _form_page(form: TicketForm, product: Product | None) -> str:
    set_back(url_for("feedback.index"))
    said = like(g.community.id, product.id if product else None)
    is_member = g.community.role_of(me()) is not None
    return render_template("feedback/form.html", form=form, product=product, said=said, is_member=is_member)
