"""A merchant whose owner is signed in."""

import pytest
from flask.testing import FlaskClient

from shop.merchants.models import Merchant
from shop.people.models import Person
from tests.support import goods


@pytest.fixture
def lin(client: FlaskClient) -> Person:
    somebody = goods.person("Lin")
    goods.signed_in(client, somebody)
    return somebody


@pytest.fixture
def shop(lin: Person) -> Merchant:
    return goods.merchant(lin)
