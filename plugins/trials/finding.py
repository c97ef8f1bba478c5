"""Finding batches and applications: in a community, at a merchant's desk, and what a person may see."""

from flask import abort, g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.trials.applications import TrialApplication
from plugins.trials.batches import PUBLIC, TrialBatch
from shop.access import current_person, me
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.hooks import door
from shop.listings.models import Listing
from shop.merchants.models import Merchant

LARGEST_ID = 2**53


def batch_here(batch_id: int) -> TrialBatch:
    """A batch of the community in the address; one that is not public only for its merchant and the managers."""
    mine = select(TrialBatch).where(TrialBatch.id == batch_id, TrialBatch.community_id == g.community.id)
    found = db.session.scalars(mine).first() if batch_id < LARGEST_ID else None
    if found is None or not (found.state in PUBLIC or _may_preview(found)):
        abort(404)
    return found


def batch_of_merchant(batch_id: int) -> TrialBatch:
    """A batch of the merchant in the address."""
    mine = select(TrialBatch).where(TrialBatch.id == batch_id, TrialBatch.merchant_id == g.merchant.id)
    found = db.session.scalars(mine).first() if batch_id < LARGEST_ID else None
    return found or abort(404)


def own_application(batch: TrialBatch) -> TrialApplication:
    """The present person's own."""
    return TrialApplication.of(batch, me()) or abort(404)


def application_in(batch: TrialBatch, application_id: int) -> TrialApplication:
    mine = select(TrialApplication).where(
        TrialApplication.id == application_id, TrialApplication.batch_id == batch.id
    )
    found = db.session.scalars(mine).first() if application_id < LARGEST_ID else None
    return found or abort(404)


def free_listings(merchant: Merchant) -> list[Listing]:
    """A merchant's products on shelves where trials are on."""
    found = db.session.scalars(
        select(Listing)
        .join(Product, Product.id == Listing.product_id)
        .join(Community, Community.id == Listing.community_id)
        .where(
            Product.merchant_id == merchant.id,
            Product.state != "archived",
            Listing.state == "accepted",
            Community.closed_at.is_(None),
        )
        .options(joinedload(Listing.product), joinedload(Listing.community))
        .order_by(Listing.id.desc())
        .limit(200)
    ).all()
    return [each for each in found if "trials" in door().asked_in(each.community_id)]


def _may_preview(batch: TrialBatch) -> bool:
    person = current_person()
    if person is None:
        return False
    if batch.merchant.role_of(person) is not None:
        return True
    return batch.state != "draft" and batch.community.role_of(person) in ("manager", "owner")
