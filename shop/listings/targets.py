"""What a link opens: the community, a listing, or an offer on a listing."""

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.db import db
from shop.hooks import door
from shop.listings.models import Listing, Offer
from shop.people.models import Person

# Longer lists nobody chooses from; a listing's own page brings its link form with it chosen.
CHOICES = 200


def landing_of(link: GroupLink, person: Person | None) -> str:
    """The address that the link leads to; when what it opened is gone, the shelf."""
    slug = link.community.slug
    listing, anchor = listing_of(link)
    if listing is not None and listing.is_shown:
        return url_for(
            "listings.show",
            community=slug,
            listing_id=listing.id,
            handle=listing.product.handle,
            _anchor=anchor,
        )
    if link.invites and link.community.role_of(person) is None:
        return url_for("communities.show", community=slug)
    return url_for("listings.index", community=slug)


def listing_of(link: GroupLink) -> tuple[Listing | None, str | None]:
    """The listing that the link opens, and the place on its page where the offer stands."""
    if link.opens == "listing":
        return _listing(Listing.id == link.opens_id), None
    if link.opens == "offer":
        offered = Listing.id.in_(select(Offer.listing_id).where(Offer.id == link.opens_id))
        return _listing(offered), f"offer-{link.opens_id}"
    return None, None


def title_of(link: GroupLink) -> str:
    """What the link opens, in words."""
    listing, _anchor = listing_of(link)
    return listing.product.name if listing else link.community.name


def choices_in(community: Community) -> dict[str, str]:
    """What a link into the community may open: the community, each listing on the shelf, each live offer on them."""
    rows = db.session.execute(Listing.shelf(community).limit(CHOICES)).all()
    names = {listing.id: product.name for listing, product in rows}
    choices = {"community": community.name}
    choices |= {f"listing:{listing_id}": name for listing_id, name in names.items()}
    for offer in Offer.live_in(community, list(names)):
        words = _("%(product)s: %(way)s", product=names[offer.listing_id], way=_way(offer))
        choices[f"offer:{offer.id}"] = words
    return choices


def _way(offer: Offer) -> str:
    """How an offer calls itself in its plugin's manifest."""
    loaded = door().plugins.get(offer.plugin)
    kinds = loaded.manifest.offer_kinds if loaded and loaded.manifest else ()
    return next((str(kind.title) for kind in kinds if kind.code == offer.kind), offer.kind)


def _listing(condition: object) -> Listing | None:
    found = select(Listing).options(joinedload(Listing.product)).where(condition)  # type: ignore[arg-type]
    return db.session.scalars(found).first()
