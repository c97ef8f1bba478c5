"""Fixtures for authors of plugins: `pytest_plugins = ["shop.testing.fixtures"]` in your conftest.py, nothing else.

`plugin` (override it: return your plugin's name) is switched on in `community`. Everything lives in a database made by
your own migrations, on SQLite, and with `@pytest.mark.both_engines` on PostgreSQL as well.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from shop import db as shop_db
from shop import once
from shop.catalog.models import Product
from shop.communities.models import Community
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant
from shop.orders.models import Order
from shop.orders.placing import Placing, place
from shop.orders.quoting import Wish, make_quote
from shop.people.models import Person
from shop.switches import switch
from shop.testing import apps, goods, network
from shop.testing.databases import databases

__all__ = ["databases"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_engines: plays the test on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "settings(**kwargs): settings of the shop that this test's app gets")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_engines"):
        metafunc.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """No test reaches beyond this machine."""
    with network.only_loopback():
        yield


@pytest.fixture
def plugin() -> str:
    """The name of the plugin under test; override it."""
    return "mall"


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: Any, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of this test's own."""
    with databases.fresh(getattr(request, "param", "sqlite"), tmp_path) as url:
        yield url


@pytest.fixture
def second_database_url(databases: Any, tmp_path: Path) -> Iterator[str]:
    """Another database, for a test that moves or compares."""
    folder = tmp_path / "second"
    folder.mkdir()
    with databases.fresh("sqlite", folder) as url:
        yield url


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop, with every plugin that is there."""
    asked: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("settings"))):
        asked.update(marker.kwargs)
    made = apps.make(database_url, tmp_path, **asked)
    yield made
    apps.put_away(made)


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database, with a session for the test itself; a request of `client` sees what the test has added so far."""
    with app.app_context():
        yield shop_db.db
        shop_db.db.session.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def person(db: SQLAlchemy) -> Person:
    """Somebody with an account."""
    return goods.person("Lin")


@pytest.fixture
def seller(db: SQLAlchemy) -> Person:
    """The owner of `merchant`."""
    return goods.person("Seller")


@pytest.fixture
def owner(db: SQLAlchemy) -> Person:
    """The owner of `community`."""
    return goods.person("Owner")


@pytest.fixture
def merchant(seller: Person) -> Merchant:
    return goods.merchant(seller)


@pytest.fixture
def product(merchant: Merchant) -> Product:
    return goods.product(merchant, stock=10)


@pytest.fixture
def community(owner: Person, plugin: str) -> Community:
    """A community in which the plugin under test is switched on."""
    made = goods.community(owner)
    switch(made.id, plugin, True, owner.id)
    return made


@pytest.fixture
def listing(product: Product, community: Community, owner: Person) -> Listing:
    """The product on the community's shelf."""
    return goods.listing(product, community, owner)


@pytest.fixture
def place_order(db: SQLAlchemy, person: Person) -> Callable[..., Order]:
    """`place_order(offer, quantity=1, buyer=person)`: an order, placed and committed."""

    def place_it(offer: Offer, quantity: int = 1, buyer: Person | None = None, **inputs: Any) -> Order:
        wish = Wish(offer, quantity, offer.listing.product.variants[0], inputs)
        quote = make_quote(offer.listing.community, [wish], buyer=buyer or person)
        order = place(quote, Placing({"name": "Lin"}, {"way": "none"}), key=once.new_key())
        db.session.commit()
        return order

    return place_it


@pytest.fixture
def signed_in(client: FlaskClient) -> Callable[[Person], FlaskClient]:
    """`signed_in(person)`: the visitor is this person from now on."""
    return lambda somebody: goods.signed_in(client, somebody)
