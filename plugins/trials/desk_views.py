"""The merchant's desk: batches written, sent to review, and watched. Whom they go to is not the merchant's choice."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.trials.applications import counts_of
from plugins.trials.batches import TrialBatch
from plugins.trials.finding import batch_of_merchant, free_listings
from plugins.trials.forms import KIND_WORDS, WAY_WORDS, BatchForm
from shop.access import for_staff, me
from shop.db import db
from shop.errors import NotValid, Refused
from shop.limits import Limit
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("trials_desk", __name__)
PAGE = 30


@bp.get("/batches")
@for_staff("analyst")
def index() -> str:
    mine = select(TrialBatch).where(TrialBatch.merchant_id == g.merchant.id)
    mine = mine.options(joinedload(TrialBatch.community), joinedload(TrialBatch.product))
    page = page_of(mine, [TrialBatch.id], size=PAGE, descending=True)
    return render_template("trials/desk_index.html", page=page, counts=counts_of(page.rows))


@bp.get("/batches/new")
def new() -> str:
    return _form_page(None, BatchForm(formdata=None))


@bp.post("/batches")
def create() -> ResponseReturnValue:
    form, chosen = BatchForm(), request.form.get("listing", "")
    listing = next((each for each in free_listings(g.merchant) if str(each.id) == chosen), None)
    if listing is None:
        raise NotValid(_("Please choose a product on a community's shelf."))
    if not form.validate():
        return _form_page(None, form), 422
    batch = TrialBatch(
        community_id=listing.community_id,
        merchant_id=g.merchant.id,
        product_id=listing.product_id,
        currency=g.merchant.currency,
        limit=Limit.of(form.units.data or 0, "trial"),
        **form.values(),
    )
    db.session.add(batch)
    db.session.commit()
    return redirect(url_for("trials_desk.show", batch_id=batch.id), 303)


@bp.get("/batches/<int:batch_id>")
@for_staff("analyst")
def show(batch_id: int) -> str:
    """One batch: where it stands and what is next."""
    batch = batch_of_merchant(batch_id)
    set_back(url_for("trials_desk.index"))
    return render_template(
        "trials/desk_show.html",
        batch=batch,
        counts=counts_of([batch])[batch.id],
        kind_words=KIND_WORDS,
        way_words=WAY_WORDS,
    )


@bp.get("/batches/<int:batch_id>/edit")
def edit(batch_id: int) -> str:
    batch = batch_of_merchant(batch_id)
    batch.must_be_draft()
    return _form_page(batch, BatchForm(formdata=None, obj=batch))


@bp.post("/batches/<int:batch_id>")
def update(batch_id: int) -> ResponseReturnValue:
    batch, form = batch_of_merchant(batch_id), BatchForm()
    batch.must_be_draft()
    if not form.validate():
        return _form_page(batch, form), 422
    for name, value in form.values().items():
        setattr(batch, name, value)
    if batch.limit is not None:
        batch.limit.resize(form.units.data or 0)
    db.session.commit()
    flash(_("Saved."), "good")
    return _back(batch)


@bp.post("/batches/<int:batch_id>/review")
def create_review(batch_id: int) -> ResponseReturnValue:
    """Ask the community's managers, who compose the rules and let it begin."""
    batch = batch_of_merchant(batch_id)
    batch.move("review", me())
    db.session.commit()
    flash(_("The community's managers look at it now."), "good")
    return _back(batch)


@bp.post("/batches/<int:batch_id>/withdrawal")
def create_withdrawal(batch_id: int) -> ResponseReturnValue:
    """Back to a draft, while nobody has accepted it."""
    batch = batch_of_merchant(batch_id)
    if batch.state != "review":
        raise Refused(_("It has begun: only a manager of the community can stop it."))
    batch.move("draft", me())
    db.session.commit()
    flash(_("It is withdrawn."), "good")
    return _back(batch)


def _form_page(batch: TrialBatch | None, form: BatchForm) -> str:
    set_back(url_for("trials_desk.show", batch_id=batch.id) if batch else url_for("trials_desk.index"))
    listings = free_listings(g.merchant) if batch is None else []
    chosen = request.form.get("listing", "")
    return render_template("trials/desk_form.html", batch=batch, form=form, listings=listings, chosen=chosen)


def _back(batch: TrialBatch) -> ResponseReturnValue:
    return redirect(url_for("trials_desk.show", batch_id=batch.id), 303)
