"""A tea shop in a community, with the mall switched on."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from plugins.mall.choosing import write_choice
from shop.catalog.models import Product, Variant
from shop.communities.models import Community
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.people.models import Person
from shop.switches import switch
from tests.support import goods

GUEST = {"name": "Ana", "reach": "ana@example.com"}
ADDRESS = {
    "country": "CN",
    "province": "福建省",
    "city": "武夷山市",
    "district": "星村镇",
    "street": "茶叶路 8 号",
    "phone": "138 0000 0000",
}


@dataclass(frozen=True)
class TeaShop:
    """Lin owns the community and the merchant; oolong comes in 50 g (10 left) and 100 g (no end)."""

    owner: Person
    community: Community
    merchant: Merchant
    product: Product
    listing: Listing
    offer: Offer

    @property
    def small(self) -> Variant:
        return self.product.variants[0]

    @property
    def large(self) -> Variant:
        return self.product.variants[1]

    def line(self, n: int = 1, variant: Variant | None = None) -> str:
        """What a hidden field says of so many of a variant."""
        return write_choice(self.offer.id, (variant or self.small).id, n)

    def asked(self, n: Any = 1, variant: Variant | None = None) -> dict[str, Any]:
        """What the panel's form sends."""
        return {"offer": self.offer.id, "variant": (variant or self.small).id, "quantity": n}


@pytest.fixture
def tea(db: SQLAlchemy) -> TeaShop:
    return open_shop()


def open_shop(currency: str = "CNY", **settings: Any) -> TeaShop:
    """The tea shop, in any currency."""
    owner = goods.person("Lin")
    community, merchant = goods.community(owner), goods.merchant(owner, currency=currency)
    product = goods.product(merchant, "Rock oolong", 8800, stock=10)
    product.set_options(["Weight"])
    product.variants[0].values = ["50 g"]
    product.add_variant(Variant.make(12800, values=["100 g"]))
    product.settle()
    listing = goods.listing(product, community, owner)
    offer = goods.offer(listing, owner, settings=settings)
    switch(community.id, "mall", True, owner.id)
    return TeaShop(owner, community, merchant, product, listing, offer)
