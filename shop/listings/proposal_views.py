"""A merchant proposes products to communities, sees what became of it, and takes them off again."""

from flask import Blueprint, Flask, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its types

from shop.access import for_staff, me
from shop.catalog.finding import find_product
from shop.catalog.models import Product
from shop.communities.models import Community, Membership
from shop.db import db
from shop.errors import NotValid, Refused
from shop.events import record
from shop.hooks import door
from shop.listings.finding import find_listing
from shop.listings.forms import ProposalForm, SharesForm, percent
from shop.listings.kinds import kinds_in
from shop.listings.models import STATES, Listing
from shop.listings.split import Split, split
from shop.paging import page_of
from shop.pieces import gather
from shop.shell import set_back

bp = Blueprint("desk_listings", __name__)
PAGE = 30


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/desk/<merchant>/listings")
@for_staff("analyst")
def index() -> str:
    """Where the merchant's products stand, newest first, all or of one state."""
    wanted = request.args.get("state", "")
    query = (
        select(Listing)
        .join(Listing.product)
        .where(Product.merchant_id == g.merchant.id)
        .options(contains_eager(Listing.product), joinedload(Listing.community))
    )
    if wanted in STATES:
        query = query.where(Listing.state == wanted)
    page = page_of(query, [Listing.id], size=PAGE, descending=True)
    return render_template("listings/desk_index.html", page=page, wanted=wanted, percent=percent)


@bp.get("/desk/<merchant>/products/<int:product_id>/proposals/new")
@for_staff("manager")
def new(product_id: int) -> str:
    product = find_product(product_id)
    return _new_page(product, _form_for(product))


@bp.post("/desk/<merchant>/products/<int:product_id>/proposals")
@for_staff("manager")
def create(product_id: int) -> ResponseReturnValue:
    """Propose a product to some communities: to all that were named, or to none."""
    product = find_product(product_id)
    form = _form_for(product)
    if not form.validate():
        return _new_page(product, form), 422
    if request.form.get("act") == "look":
        return _new_page(product, form)
    try:
        for community in _communities(form):
            _propose(product, community, form)
    except Refused as refusal:
        db.session.rollback()
        form.form_errors = [str(refusal)]
        product = find_product(product_id)
        return _new_page(product, form), refusal.status
    db.session.commit()
    flash(_("Proposed. The managers of the community will answer."), "good")
    return redirect(url_for("desk_listings.index"), 303)


@bp.get("/desk/<merchant>/listings/<int:listing_id>")
@for_staff("analyst")
def show(listing_id: int) -> str:
    """One product in one community: its state, its shares, its offers and the ways that could be switched on."""
    return _page(find_listing(listing_id))


@bp.post("/desk/<merchant>/listings/<int:listing_id>/proposal")
@for_staff("manager")
def update(listing_id: int) -> ResponseReturnValue:
    """Propose it again after it was declined or withdrawn."""
    listing = find_listing(listing_id)
    form = SharesForm()
    if not form.validate():
        return _page(listing, form), 422
    _propose(listing.product, listing.community, form)
    db.session.commit()
    flash(_("Proposed again."), "good")
    return redirect(url_for("desk_listings.show", listing_id=listing.id), 303)


@bp.post("/desk/<merchant>/listings/<int:listing_id>/withdrawal")
@for_staff("manager")
def destroy(listing_id: int) -> ResponseReturnValue:
    """Take it off the shelf, or the proposal back; open orders go on."""
    listing = find_listing(listing_id)
    listing.withdraw(me())
    listing.community.touch()
    record("listing.withdrawn", listing.community_id, listing=listing.id)
    db.session.commit()
    flash(_("It is off the shelf. Open orders go on."), "good")
    return redirect(url_for("desk_listings.show", listing_id=listing.id), 303)


def split_of(product: Product, community_share: int, sharer_share: int) -> Split:
    """Who gets what of one sale at the lowest price, by a credited link."""
    site = current_app.config["SITE_SHARE"]
    senders = [(m.title, m.most_shared) for m in door().methods.values() if m.most_shared is not None]
    return split(product.price_from, product.currency, community_share, sharer_share, site, senders)


def _propose(product: Product, community: Community, form: SharesForm) -> None:
    community_share, sharer_share = form.points
    listing = Listing.propose(
        product, community, me(), community_share=community_share, sharer_share=sharer_share
    )
    db.session.flush()
    asked = door().asked_in(community.id)
    for _plugin, problems in door().ask_all(
        "action_checking", asked, action="listing.propose", subject=listing, by=me()
    ):
        if problems:
            raise Refused(f"{community.name}: {problems[0].message}")
    record("listing.proposed", community.id, listing=listing.id)


def _communities(form: ProposalForm) -> list[Community]:
    """Those that were ticked and the one that was written."""
    found = list(db.session.scalars(select(Community).where(Community.id.in_(form.communities.data or []))))
    if form.slug:
        named = db.session.scalars(select(Community).where(Community.slug == form.slug)).first()
        if named is None:
            raise NotValid(_("No community has the address “%(slug)s”.", slug=form.slug))
        found += [named] if named not in found else []
    if not found:
        raise NotValid(_("Please choose a community."))
    return found


def _form_for(product: Product) -> ProposalForm:
    """The form with the communities where one is a member and the product does not stand yet."""
    taken = select(Listing.community_id).where(
        Listing.product_id == product.id, Listing.state.in_(("proposed", "accepted"))
    )
    mine = db.session.execute(
        select(Community.id, Community.name)
        .join(Membership, Membership.community_id == Community.id)
        .where(Membership.person_id == me().id, Community.closed_at.is_(None), Community.id.not_in(taken))
        .order_by(Community.name)
    )
    form = ProposalForm()
    form.communities.choices = [SelectChoice(number, name) for number, name in mine]
    return form


def _new_page(product: Product, form: ProposalForm) -> str:
    set_back(url_for("catalog.edit", product_id=product.id))
    return render_template(
        "listings/propose.html", product=product, form=form, split=split_of(product, *_sane(form.points))
    )


def _page(listing: Listing, form: SharesForm | None = None) -> str:
    set_back(url_for("desk_listings.index"))
    if form is None:
        form = SharesForm(
            formdata=None,
            data={
                "community_share": percent(listing.community_share),
                "sharer_share": percent(listing.sharer_share),
            },
        )
    gather("desk.listing", [listing], listing.community)
    shares = listing.community_share, listing.sharer_share
    return render_template(
        "listings/desk_show.html",
        listing=listing,
        product=listing.product,
        kinds=kinds_in(listing.community_id),
        form=form,
        split=split_of(listing.product, *shares),
        percent=percent,
    )


def _sane(points: tuple[int, int]) -> tuple[int, int]:
    return points if sum(points) <= 9_000 else (0, 0)
