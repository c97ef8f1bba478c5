"""Every bundled plugin keeps the contract that a stranger's plugin must keep."""

from pathlib import Path

import pytest

from shop.testing import contract, goods
from shop.testing.contract import *  # noqa: F403
from shop.testing.fixtures import community, listing, merchant, owner, person, place_order, product, seller
from tests.plugins.crowdfunding.conftest import campaign_on

__all__ = [
    "community",
    "listing",
    "merchant",
    "owner",
    "person",
    "place_order",
    "product",
    "seller",
    *contract.__all__,
]

BUNDLED = sorted(
    path.parent.name for path in (Path(__file__).resolve().parents[2] / "plugins").glob("*/__init__.py")
)
# An offer of each mode: its kind and settings.
OFFERS = {"mall": ("buy", {})}
# An offer that needs rows of its plugin beside it.
PREPARED = {"crowdfunding": campaign_on}


@pytest.fixture(params=BUNDLED)
def plugin(request):
    return request.param


@pytest.fixture
def offer(plugin, listing, seller):
    if plugin in PREPARED:
        return PREPARED[plugin](listing, seller)
    if plugin not in OFFERS:
        return None
    kind, settings = OFFERS[plugin]
    return goods.offer(listing, seller, plugin, kind, settings=settings)
