"""Showing: what members have brought about stands on the product's page, and the way to say more."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.feedback.noting import ChangeNote, NoteThanks
from shop.communities.models import Community
from shop.db import db
from shop.hookspecs import Piece
from shop.listings.models import Listing

# So many changes stand on the product's own page; the others are one step away.
NEWEST = 2


def below_story(listings: Sequence[Listing], community: Community) -> list[Piece]:
    """The newest changes with their thanks, in one statement."""
    products = [each.product_id for each in listings]
    told = (
        select(ChangeNote)
        .where(ChangeNote.community_id == community.id, ChangeNote.product_id.in_(products))
        .options(joinedload(ChangeNote.first_thanks).joinedload(NoteThanks.person))
        .order_by(ChangeNote.id.desc())
        .limit(NEWEST)
    )
    notes = db.session.scalars(told).unique().all()
    return [
        Piece(
            "feedback/_section.html",
            {
                "notes": [note for note in notes if note.product_id == each.product_id],
                "product": each.product,
            },
            weight=60,
        )
        for each in listings
    ]


def in_service(listings: Sequence[Listing]) -> list[Piece]:
    """Whom to ask: everybody reads the answer, so what was asked already is one step away."""
    return [Piece("feedback/_service.html", {"product": each.product}, weight=60) for each in listings]
