"""A merchant switches on ways to get a listed product, changes them and ends them."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from shop.access import for_staff, me
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.hooks import door
from shop.listings.finding import find_listing, find_offer
from shop.listings.forms import WindowForm
from shop.listings.kinds import form_of, kind_of, kinds_in
from shop.listings.models import Listing, Offer
from shop.manifest import Manifest, OfferKind
from shop.shell import set_back

bp = Blueprint("offers", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/desk/<merchant>/listings/<int:listing_id>/offers/new/<plugin>/<code>")
@for_staff("manager")
def new(listing_id: int, plugin: str, code: str) -> str:
    listing = find_listing(listing_id)
    manifest, kind = _switched_on(listing, plugin, code)
    return _page(listing, manifest, kind, _settings(kind, listing), _window(listing))


@bp.post("/desk/<merchant>/listings/<int:listing_id>/offers/new/<plugin>/<code>")
@for_staff("manager")
def create(listing_id: int, plugin: str, code: str) -> ResponseReturnValue:
    """Switch on one way to get the product."""
    listing = find_listing(listing_id)
    manifest, kind = _switched_on(listing, plugin, code)
    settings, window = _settings(kind, listing, sent=True), _window(listing, sent=True)
    if not _both_fine(settings, window):
        return _page(listing, manifest, kind, settings, window), 422
    try:
        offer = Offer.make(
            listing,
            plugin,
            kind.code,
            me(),
            settings=_cleaned(listing, plugin, kind, settings),
            **window.data,
        )
        db.session.flush()
    except Refused as refusal:
        return _told(refusal, find_listing, listing_id, manifest, kind, settings, window)
    listing.community.touch()
    record("offer.made", listing.community_id, offer=offer.id)
    db.session.commit()
    flash(_("“%(kind)s” is switched on.", kind=kind.title), "good")
    return redirect(url_for("desk_listings.show", listing_id=listing.id), 303)


@bp.get("/desk/<merchant>/offers/<int:offer_id>")
@for_staff("manager")
def edit(offer_id: int) -> str:
    offer = find_offer(offer_id)
    manifest, kind = kind_of(offer.plugin, offer.kind) or abort(404)
    listing = offer.listing
    return _page(
        listing, manifest, kind, _settings(kind, listing, offer=offer), _window(listing, offer=offer), offer
    )


@bp.post("/desk/<merchant>/offers/<int:offer_id>")
@for_staff("manager")
def update(offer_id: int) -> ResponseReturnValue:
    """Other settings, another window or limit."""
    offer = find_offer(offer_id)
    manifest, kind = kind_of(offer.plugin, offer.kind) or abort(404)
    listing = offer.listing
    settings, window = _settings(kind, listing, sent=True), _window(listing, sent=True)
    if not _both_fine(settings, window):
        return _page(listing, manifest, kind, settings, window, offer), 422
    try:
        offer.change(settings=_cleaned(listing, offer.plugin, kind, settings), **window.data)
    except Refused as refusal:
        return _told(refusal, find_listing, listing.id, manifest, kind, settings, window, offer_id)
    listing.community.touch()
    record("offer.changed", listing.community_id, offer=offer.id)
    db.session.commit()
    flash(_("Saved."), "good")
    return redirect(url_for("desk_listings.show", listing_id=listing.id), 303)


@bp.post("/desk/<merchant>/offers/<int:offer_id>/end")
@for_staff("manager")
def destroy(offer_id: int) -> ResponseReturnValue:
    """Switch it off; what was ordered goes on."""
    offer = find_offer(offer_id)
    offer.end(me())
    offer.listing.community.touch()
    record("offer.ended", offer.community_id, offer=offer.id)
    db.session.commit()
    flash(_("The offer has ended. What was ordered goes on."), "good")
    return redirect(url_for("desk_listings.show", listing_id=offer.listing_id), 303)


def _switched_on(listing: Listing, plugin: str, code: str) -> tuple[Manifest, OfferKind]:
    """The kind, when this community has its plugin switched on; otherwise it is not found."""
    for manifest, kind in kinds_in(listing.community_id):
        if (manifest.name, kind.code) == (plugin, code):
            return manifest, kind
    abort(404)


def _settings(kind: OfferKind, listing: Listing, *, sent: bool = False, offer: Offer | None = None) -> Any:
    """The kind's own form, empty, as sent, or as the offer stands; told of the listing when it wants to know."""
    made = form_of(kind)
    form = made(request.form) if sent else made(formdata=None, data=dict(offer.settings) if offer else None)
    fit = getattr(form, "for_listing", None)
    if fit is not None:
        fit(listing)
    return form


def _window(listing: Listing, *, sent: bool = False, offer: Offer | None = None) -> WindowForm:
    zone = listing.community.zone
    if sent:
        return WindowForm(request.form, prefix="window-", zone=zone)
    data: dict[str, Any] = {}
    if offer is not None:
        limit = offer.limit.size if offer.limit else None
        data = {"opens_at": offer.opens_at, "closes_at": offer.closes_at, "limit": limit}
    return WindowForm(None, prefix="window-", zone=zone, data=data)


def _both_fine(settings: Any, window: WindowForm) -> bool:
    """Both are asked, so that the page shows everything that is wrong at once."""
    return all([settings.validate(), window.validate()])


def _cleaned(listing: Listing, plugin: str, kind: OfferKind, settings: Any) -> dict[str, Any]:
    """The settings as the owner wants to keep them; it may refuse."""
    sent = {name: value for name, value in settings.data.items() if name != "csrf_token"}
    kept = door().ask_owner(plugin, "offer_saving", listing=listing, kind=kind.code, settings=sent)
    return sent if kept is None else dict(kept)


def _told(
    refusal: Refused,
    find: Any,
    listing_id: int,
    manifest: Manifest,
    kind: OfferKind,
    settings: Any,
    window: WindowForm,
    offer_id: int | None = None,
) -> ResponseReturnValue:
    """The page again, with the refusal beside the field that it names, or above all."""
    db.session.rollback()
    named = next(
        (form[refusal.field] for form in (settings, window) if refusal.field and refusal.field in form), None
    )
    if named is not None:
        named.errors = [*named.errors, str(refusal)]
    offer = find_offer(offer_id) if offer_id else None
    told = "" if named is not None else str(refusal)
    return _page(find(listing_id), manifest, kind, settings, window, offer, told), refusal.status


def _page(
    listing: Listing,
    manifest: Manifest,
    kind: OfferKind,
    settings: Any,
    window: WindowForm,
    offer: Offer | None = None,
    told: str = "",
) -> str:
    set_back(url_for("desk_listings.show", listing_id=listing.id))
    return render_template(
        "listings/offer.html",
        listing=listing,
        manifest=manifest,
        kind=kind,
        settings=settings,
        window=window,
        offer=offer,
        told=told,
    )
