"""The funnel of each link and of each product, a page at a time."""

from flask import Blueprint, g, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.pulse import funnel
from shop.access import for_managers
from shop.communities.links import GroupLink
from shop.listings.models import Listing
from shop.paging import page_of
from shop.shell import set_back

bp = Blueprint("pulse_funnel", __name__)
PAGE = 20


@bp.get("/links")
@for_managers
def index_links() -> str:
    """Every link into the community, the newest first."""
    set_back(url_for("pulse.show"))
    links = select(GroupLink).where(GroupLink.community_id == g.community.id)
    page = page_of(links, [GroupLink.id], size=PAGE, descending=True)
    return render_template("pulse/links.html", page=page, flows=funnel.of_links(g.community, page.rows))


@bp.get("/products")
@for_managers
def index_products() -> str:
    """Every product on the shelf, the newest first."""
    set_back(url_for("pulse.show"))
    listings = select(Listing).where(Listing.community_id == g.community.id, Listing.state == "accepted")
    page = page_of(listings.options(joinedload(Listing.product)), [Listing.id], size=PAGE, descending=True)
    return render_template("pulse/products.html", page=page, flows=funnel.of_listings(g.community, page.rows))
