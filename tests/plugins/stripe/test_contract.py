"""stripe keeps the contract of every plugin."""

import pytest

from shop.testing.contract import *  # noqa: F403
from shop.testing.fixtures import community, listing, merchant, owner, person, product, seller

__all__ = ["community", "listing", "merchant", "owner", "person", "product", "seller"]


@pytest.fixture
def plugin():
    return "stripe"
