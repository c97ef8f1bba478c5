"""Who gets what of one sale, before anybody has bought."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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
    # Ways to pay that send the community's part by themselves, but not as much as this: title and per cent.
    too_much_for: tuple[tuple[Any, int], ...] = ()


def split(
    amount: int,
    currency: str,
    community: int,
    sharer: int,
    site: int,
    senders: Iterable[tuple[Any, int]] = (),
) -> Split:
    """Share out one sale of `amount` (minor units) by shares in basis points; the rest is the merchant's.

    `senders`: ways to pay that send a community's part by themselves, each with how many per cent at most.
    The order of the parts is that of the books (shop.orders.sharing), so that a cent falls to the same party.
    """
    rest = max(0, WHOLE - community - sharer - site)
    to_community, to_sharer, to_site, to_merchant = share_out(amount, [community, sharer, site, rest])
    parts = (amount, to_merchant, to_community, to_sharer, to_site)
    over = tuple(sender for sender in senders if community * 100 > sender[1] * WHOLE)
    price, mine, communitys, sharers, sites = (Money(part, currency) for part in parts)
    return Split(price, mine, communitys, sharers, sites, over)
