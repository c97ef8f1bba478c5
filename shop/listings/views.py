"""The shelf of a community and the page of one listing."""

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, Flask, Response, abort, g, request, url_for
from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from shop import parts
from shop.access import current_person, public
from shop.catalog.models import Product, stocks_of
from shop.db import db
from shop.hooks import asked_here, door
from shop.hookspecs import Panel
from shop.kept import kept, remember_home, stands_on
from shop.listings import freshness, offer_views, proposal_views
from shop.listings.models import Listing, Offer
from shop.listings.schema import schema_of
from shop.paging import page_of
from shop.people.models import key_of
from shop.pieces import gather
from shop.qr import qr_svg
from shop.shell import cart_of, set_back, set_bar
from shop.text import imported, markdown, shortened, words_of

bp = Blueprint("listings", __name__)

# A shelf page is as long as two thumbs' worth of tiles and one query.
SHELF_SIZE = 24
MOST_TAGS = 8
DESCRIPTION = 160
ONE = (
    select(Listing)
    .join(Listing.product)
    .join(Product.merchant)
    .outerjoin(Offer, and_(Offer.listing_id == Listing.id, Offer.runs_now()))
    .where(Listing.id == bindparam("listing"), Listing.community_id == bindparam("community"))
    .options(
        contains_eager(Listing.offers),
        contains_eager(Listing.product).contains_eager(Product.merchant),
        contains_eager(Listing.product).selectinload(Product.variants),
    )
    .order_by(Offer.position, Offer.id)
)


def install(app: Flask) -> None:
    freshness.install()
    app.register_blueprint(bp)
    proposal_views.install(app)
    offer_views.install(app)


@bp.get("/c/<community>")
@public
@kept
def index() -> str:
    """The shelf: what the community shows, in the managers' order, or what a search finds of it."""
    remember_home(g.community.slug)
    words = key_of(request.args.get("q", ""))[:80]
    shelf, found = Listing.found_on_shelf(g.community, words) if words else (Listing.shelf(g.community), None)
    page = page_of(
        shelf.add_columns(Product.nothing_left(), Product.stocks()),
        [Listing.position, Listing.id],
        size=SHELF_SIZE,
        chosen=found,
    )
    listings = [row[0] for row in page.rows]
    offers = Offer.live_in(g.community, [listing.id for listing in listings])
    panels = panels_for(listings, offers)
    if words:
        gather("shelf.found", [words])
    else:
        gather("shelf.top", [g.community])
    gather("shelf.tile", listings)
    gather("shelf.below", listings)
    stands_on([listing.id for listing in listings], offers, some=stocks_of(row[3] for row in page.rows))
    tags = [tag for tag, _n in Counter(t for x in listings for t in x.product.tags).most_common(MOST_TAGS)]
    return parts.draw("listings/index.html", page=page, panels=panels, words=words, tags=tags)


@bp.get("/c/<community>/p/<int:listing_id>")
@bp.get("/c/<community>/p/<int:listing_id>-<handle>")
@public
@kept
def show(listing_id: int, handle: str = "") -> str:
    """One listing: pictures, price, story, and a panel for each way to get it."""
    listing = _find(listing_id)
    remember_home(g.community.slug)
    set_back(url_for("listings.index"))
    set_bar(cart_of(g.community))
    panels = panels_for([listing], listing.offers).get(listing.id, [])
    gather("listing.after_price", [listing])
    gather("listing.below", [listing])
    gather("listing.service", [listing])
    stands_on([listing.id], listing.offers, left=listing.product.stock_left)
    main = next((panel for _offer, panel in panels if panel.is_open and panel.action), None)
    product = listing.product
    story = (imported if product.story_format == "html" else markdown)(product.story)
    words = shortened(words_of(story), DESCRIPTION)
    return parts.draw(
        "listings/show.html",
        listing=listing,
        product=product,
        panels=panels,
        main=main,
        story=story,
        words=words,
        schema=schema_of(listing, words),
    )


@bp.get("/c/<community>/p/<int:listing_id>/qr.svg")
@public
def qr(listing_id: int) -> Response:
    """The page's address as a code to scan, for the share sheet."""
    found = _find(listing_id)
    here = url_for("listings.show", listing_id=found.id, handle=found.product.handle, _external=True)
    return Response(
        qr_svg(here), mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"}
    )


def panels_for(
    listings: list[Listing], offers: Sequence[Offer] | None = None
) -> dict[int, list[tuple[Offer, Panel]]]:
    """The live offers of these listings with how they look, by listing; one statement and one question per plugin."""
    if not listings:
        return {}
    if offers is None:
        offers = Offer.live_in(g.community, [listing.id for listing in listings])
    by_id = {listing.id: listing for listing in listings}
    for offer in offers:
        set_committed_value(offer, "listing", by_id[offer.listing_id])  # known already: nothing has changed
    looks: dict[int, Panel] = {}
    asked = asked_here()
    for plugin in dict.fromkeys(offer.plugin for offer in offers):
        if plugin in asked:
            mine = {offer.id: offer for offer in offers if offer.plugin == plugin}
            told = door().ask_owner(
                plugin, "offer_panels", offers=list(mine.values()), viewer=current_person()
            )
            looks.update({offer_id: panel for offer_id, panel in (told or {}).items() if offer_id in mine})
    panels: dict[int, list[tuple[Offer, Panel]]] = {}
    for offer in offers:
        if offer.id in looks:
            panels.setdefault(offer.listing_id, []).append((offer, looks[offer.id]))
    return panels


def _find(listing_id: int) -> Listing:
    """The listing with its product, seller and live offers in one statement, and its variants in a second one."""
    listing = db.session.scalars(ONE, {"listing": listing_id, "community": g.community.id}).unique().first()
    if listing is None or not listing.is_shown:
        abort(404)
    return listing
