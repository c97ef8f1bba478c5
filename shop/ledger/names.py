"""Names of those who have money in the books, a few statements for all."""

from collections.abc import Iterable

from sqlalchemy import select

from shop.communities.models import Community
from shop.db import db
from shop.ledger.models import Account
from shop.merchants.models import Merchant
from shop.people.models import Person


def names_of(accounts: Iterable[Account]) -> dict[int, tuple[str, str]]:
    """Name and contact of the owner of each account, by the account's id."""
    kept = list(accounts)
    numbers = {owner: {int(a.owner_ref) for a in kept if a.owner == owner} for owner in QUERIES}
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for owner, (key, name, contact) in QUERIES.items():
        if numbers[owner]:
            for number, called, reached in db.session.execute(
                select(key, name, contact).where(key.in_(numbers[owner]))
            ):
                known[owner, str(number)] = (called, reached or "")
    return {account.id: known.get((account.owner, account.owner_ref), ("", "")) for account in kept}


QUERIES = {
    "merchant": (Merchant.id, Merchant.name, Merchant.contact),
    "community": (Community.id, Community.name, Community.slug),
    "sharer": (Person.id, Person.name, Person.email),
}
