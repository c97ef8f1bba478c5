"""Who gets what of one sale, before anybody has bought."""

from dataclasses import dataclass

from shop.listings.models import WHOLE
from shop.money import Money, share_out


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of one sale; they sum to its price."""

    price: Money
    merchant: Money
    community: Money
    sharer: Money
    site: Money


def split(amount: int, currency: str, community: int, sharer: int, site: int) -> Split:
    """Share out one sale of `amount` (minor units) by shares in basis points; the rest is the merchant's.

    The order of the parts is that of the books (shop.orders.sharing), so that a cent falls to the same party.
    """
    rest = max(0, WHOLE - community - sharer - site)
    to_community, to_sharer, to_site, to_merchant = share_out(amount, [community, sharer, site, rest])
    parts = (amount, to_merchant, to_community, to_sharer, to_site)
    return Split(*(Money(part, currency) for part in parts))
