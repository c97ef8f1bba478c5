"""What stands in the managers' calendar: sales with a beginning or an end, and in one line what is always for sale."""

from datetime import datetime, timedelta

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import or_, select

from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Happening
from shop.listings.models import UNSEEN, Listing, Offer

MOST_SALES, MOST_LASTING = 200, 5000


def running_in(community: Community, since: datetime, until: datetime) -> list[Happening]:
    """What has days sells on them; the shelf itself does not call for anybody."""
    windowed = or_(Offer.opens_at.is_not(None), Offer.closes_at.is_not(None))
    mine = (
        Offer.community_id == community.id,
        Offer.plugin == "mall",
        Offer.ended_at.is_(None),
        Listing.state == "accepted",
        Product.state == "live",
    )
    sales = db.session.execute(
        select(Offer, Product)
        .join(Offer.listing)
        .join(Listing.product)
        .where(*mine, windowed)
        .where(or_(Offer.opens_at.is_(None), Offer.opens_at < until))
        .where(or_(Offer.closes_at.is_(None), Offer.closes_at > since))
        .options(*UNSEEN)
        .order_by(Offer.id.desc())
        .limit(MOST_SALES)
    ).all()
    lasting = db.session.scalars(
        select(Listing.product_id)
        .join(Offer, Offer.listing_id == Listing.id)
        .join(Listing.product)
        .where(*mine, ~windowed)
        .order_by(Offer.id.desc())
        .limit(MOST_LASTING)
    ).all()
    found = [_sale(offer, product, community) for offer, product in sales]
    if lasting:
        always = tuple(dict.fromkeys(lasting))
        words = ngettext("%(num)s product, always", "%(num)s products, always", len(always))
        url = url_for("shelf_order.index", community=community.slug)
        found.append(Happening(words, url, since - timedelta(days=1), None, always, sells=False))
    return found


def _sale(offer: Offer, product: Product, community: Community) -> Happening:
    return Happening(
        title=product.name,
        url=url_for(
            "listings.show", community=community.slug, listing_id=offer.listing_id, handle=product.handle
        ),
        starts=offer.opens_at or offer.made_at,
        ends=offer.closes_at,
        products=(product.id,),
    )
