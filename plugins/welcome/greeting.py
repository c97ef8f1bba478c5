"""Greeting: what the managers say, and what is new."""

from collections.abc import Sequence
from datetime import timedelta

from shop import kept, settings
from shop.clock import now
from shop.communities.models import Community
from shop.hookspecs import Piece
from shop.listings.models import Listing

# So long something is new; a number for all groups, so that the shelf asks the database nothing for it.
NEW = timedelta(days=7)


def new_ones(listings: Sequence[Listing]) -> list[Piece]:
    """What a manager accepted within a week."""
    since = now() - NEW
    kept.until(one.decided_at + NEW for one in listings if one.decided_at is not None)
    return [
        Piece("welcome/new.html", subject_id=listing.id)
        for listing in listings
        if listing.decided_at is not None and listing.decided_at > since
    ]


def since(listings: Sequence[Listing]) -> list[Piece]:
    """Since when the group has had it on its shelf."""
    return [Piece("welcome/since.html", {"listing": one}) for one in listings if one.decided_at is not None]


def banner_of(community: Community) -> list[Piece]:
    """One line for everybody who opens the shelf."""
    banner = settings.here("welcome", community.id).banner.strip()
    return [Piece("welcome/banner.html", {"banner": banner}, weight=10)] if banner else []


def words_of(community: Community) -> list[Piece]:
    """What stands on the group's own page, if the managers wrote something."""
    words = settings.here("welcome", community.id).words.strip()
    return [Piece("welcome/words.html", {"words": words})] if words else []
