"""What the mall knows of a person: given out when asked, forgotten when asked."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from plugins.mall.addresses import Address
from plugins.mall.carts import Cart, CartLine
from shop.db import db
from shop.listings.models import Listing, Offer
from shop.people.models import Person


def export(person: Person, addresses: Sequence[Address]) -> dict[str, Any]:
    """Addresses and what is in the carts, as plain values."""
    lines = db.session.scalars(
        select(CartLine)
        .join(CartLine.cart)
        .where(Cart.person_id == person.id)
        .options(
            joinedload(CartLine.variant),
            joinedload(CartLine.offer).joinedload(Offer.listing).joinedload(Listing.product),
        )
        .order_by(CartLine.id)
    )
    return {
        "addresses": [address.parts | {"is_default": address.is_default} for address in addresses],
        "carts": [
            {
                "product": line.product.name,
                "choice": line.variant.title,
                "quantity": line.quantity,
                "since": line.at.isoformat(),
            }
            for line in lines
        ],
    }


def erase(person: Person) -> None:
    """Forget the person's addresses and carts; orders are the core's and stay."""
    db.session.execute(delete(Address).where(Address.person_id == person.id))
    db.session.execute(delete(Cart).where(Cart.person_id == person.id))
