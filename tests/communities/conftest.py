"""People and a community to tell stories with."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from shop.catalog.models import Product
from shop.communities.models import Community
from shop.listings.models import Listing
from shop.merchants.models import Merchant
from shop.people.models import Person

People = Callable[[str], Person]
SignIn = Callable[[Person | None], FlaskClient]


@pytest.fixture
def somebody(db: SQLAlchemy) -> People:
    """Makes a person of a name."""

    def make(name: str) -> Person:
        person = Person(name=name, email=f"{name.casefold()}@example.org")
        db.session.add(person)
        db.session.flush()
        return person

    return make


@pytest.fixture
def tea(db: SQLAlchemy, somebody: People) -> Community:
    """An open community of ten seats; Lin owns it."""
    community = Community.open("tea", "Tea Drinkers", "We steep twice.", somebody("Lin"), size=10)
    db.session.flush()
    return community


@pytest.fixture
def lin(db: SQLAlchemy, tea: Community) -> Person:
    return db.session.query(Person).filter_by(email="lin@example.org").one()


@pytest.fixture
def bo(somebody: People, tea: Community) -> Person:
    """A member of Tea Drinkers."""
    person = somebody("Bo")
    tea.join(person, accepts_rules=True)
    return person


@pytest.fixture
def ana(somebody: People) -> Person:
    """A stranger."""
    return somebody("Ana")


@pytest.fixture
def oolong(db: SQLAlchemy, tea: Community, lin: Person) -> Listing:
    """A listing on the shelf of Tea Drinkers."""
    return put_on_shelf(tea, lin, "Rock oolong")


@pytest.fixture
def as_(app: Flask, db: SQLAlchemy) -> SignIn:
    """A browser in which somebody (or nobody) is signed in."""

    def browser(person: Person | None) -> FlaskClient:
        client = app.test_client()
        if person is not None:
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
        return client

    return browser


def put_on_shelf(community: Community, by: Person, name: str, *, accept: bool = True) -> Listing:
    """A new merchant's product, proposed to the community and, unless told otherwise, accepted."""
    slug = f"m-{name.casefold().replace(' ', '-')}"
    product = Product.make(Merchant.open(slug, "Old Hill", "CNY", by), name, 8800, stock=5)
    listing = Listing.propose(product, community, by)
    if accept:
        listing.accept(by)
    return listing
