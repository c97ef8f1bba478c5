"""What the demo holds: three communities, five merchants, their people and products; data only, no rows."""

from shop.demo.catalogue import parents, tea, trail
from shop.demo.catalogue.people import PEOPLE
from shop.demo.catalogue.places import COMMUNITIES, MERCHANTS
from shop.demo.catalogue.words import (
    CURRENCY,
    DemoCommunity,
    DemoMerchant,
    DemoPerson,
    DemoPicture,
    DemoProduct,
    DemoVariant,
)

PRODUCTS: tuple[DemoProduct, ...] = (*tea.PRODUCTS, *trail.PRODUCTS, *parents.PRODUCTS)

__all__ = [
    "COMMUNITIES",
    "CURRENCY",
    "MERCHANTS",
    "PEOPLE",
    "PRODUCTS",
    "DemoCommunity",
    "DemoMerchant",
    "DemoPerson",
    "DemoPicture",
    "DemoProduct",
    "DemoVariant",
]
