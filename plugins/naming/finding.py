"""Finding rounds: in a community, at a merchant's desk, and what a person may see."""

from flask import abort, g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.naming.proposals import Proposal
from plugins.naming.rounds import PUBLIC, Round
from shop.access import current_person
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.hooks import door
from shop.listings.models import Listing
from shop.merchants.models import Merchant

LARGEST_ID = 2**53


def round_here(round_id: int) -> Round:
    """A round of the community in the address; one that is not public only for its seller and the managers."""
    mine = select(Round).where(Round.id == round_id, Round.community_id == g.community.id)
    found = db.session.scalars(mine).first() if round_id < LARGEST_ID else None
    if found is None or not (found.state in PUBLIC or may_preview(found)):
        abort(404)
    return found


def may_preview(round: Round) -> bool:
    """The seller's people and the community's managers see a round before everybody does."""
    person = current_person()
    if person is None:
        return False
    if round.merchant.role_of(person) is not None:
        return True
    return round.state != "draft" and round.community.role_of(person) in ("manager", "owner")


def round_of_merchant(round_id: int) -> Round:
    """A round of the merchant in the address."""
    mine = select(Round).where(Round.id == round_id, Round.merchant_id == g.merchant.id)
    found = db.session.scalars(mine).first() if round_id < LARGEST_ID else None
    return found or abort(404)


def proposal_of(round: Round, proposal_id: int) -> Proposal:
    mine = select(Proposal).where(Proposal.id == proposal_id, Proposal.round_id == round.id)
    found = db.session.scalars(mine).first() if proposal_id < LARGEST_ID else None
    return found or abort(404)


def free_listings(merchant: Merchant) -> list[Listing]:
    """A merchant's products in communities where naming is on."""
    found = db.session.scalars(
        select(Listing)
        .join(Product, Product.id == Listing.product_id)
        .join(Community, Community.id == Listing.community_id)
        .where(
            Product.merchant_id == merchant.id,
            Product.state != "archived",
            Listing.state.in_(("proposed", "accepted")),
            Community.closed_at.is_(None),
        )
        .options(joinedload(Listing.product), joinedload(Listing.community))
        .order_by(Listing.id.desc())
        .limit(200)
    ).all()
    return [each for each in found if "naming" in door().asked_in(each.community_id)]
