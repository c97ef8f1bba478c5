"""Ready-made people, communities, merchants, products and listings for tests that are about something else."""

from typing import Any

from flask.testing import FlaskClient

from shop.catalog.models import Product
from shop.communities.models import Community
from shop.db import db
from shop.listings.models import Listing, Offer
from shop.merchants.models import Merchant, Staff
from shop.people.models import Person
from shop.testing.people import make_person, sign_in


def person(name: str = "Lin", **more: Any) -> Person:
    """Somebody with an account, whose address is their name at example.com."""
    return make_person(name, f"{name.lower()}@example.com", **more)


def signed_in(client: FlaskClient, somebody: Person) -> FlaskClient:
    """The visitor is this person from now on."""
    sign_in(client, somebody)
    return client


def merchant(owner: Person, name: str = "Old Hill", currency: str = "CNY") -> Merchant:
    """A merchant account with its owner."""
    made = Merchant.open(name.lower().replace(" ", "-"), name, currency, owner)
    db.session.flush()
    return made


def staff(of: Merchant, somebody: Person, role: str) -> Person:
    """Put a person on a merchant's staff."""
    db.session.add(Staff(merchant_id=of.id, person_id=somebody.id, role=role))
    db.session.flush()
    return somebody


def product(of: Merchant, name: str = "Oolong", price: int = 12800, stock: int | None = None) -> Product:
    """A live product of one variant."""
    made = Product.make(of, name, price, stock=stock)
    db.session.flush()
    return made


def community(owner: Person, name: str = "Tea", **more: Any) -> Community:
    """An open community."""
    made = Community.open(name.lower(), name, f"{name} for everybody", owner, **more)
    db.session.flush()
    return made


def listing(of: Product, where: Community, by: Person, **shares: int) -> Listing:
    """A product on a community's shelf."""
    made = Listing.propose(of, where, by, **shares)
    db.session.flush()
    made.accept(by)
    db.session.flush()
    return made


def offer(on: Listing, by: Person, plugin: str = "mall", kind: str = "buy", **more: Any) -> Offer:
    """An offer on a listing."""
    made = Offer.make(on, plugin, kind, by, **more)
    db.session.flush()
    return made
