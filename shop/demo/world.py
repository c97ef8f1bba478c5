"""World: the demo as it was filled, by the names that the catalogue uses; plugins add to it."""

from dataclasses import dataclass, field

from shop.catalog.models import Product
from shop.communities.links import GroupLink
from shop.communities.models import Community
from shop.demo.catalogue import DemoPicture
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.pictures import StoredPicture


@dataclass
class World:
    """People by key, communities and merchants by slug, products by handle, listings by (community, product)."""

    people: dict[str, Person] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    merchants: dict[str, Merchant] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    listings: dict[tuple[str, str], Listing] = field(default_factory=dict)
    links: dict[str, GroupLink] = field(default_factory=dict)
    pictures: dict[DemoPicture | str, StoredPicture] = field(default_factory=dict)  # by what was drawn
    owners: dict[str, str] = field(default_factory=dict)  # merchant -> key of its owner

    def shelf_of(self, community: str) -> list[Listing]:
        """The listings of a community, in the catalogue's order."""
        return [listing for (slug, _handle), listing in self.listings.items() if slug == community]

    def owner_of(self, merchant: str) -> Person:
        """Who owns a merchant of the demo."""
        return self.people[self.owners[merchant]]
