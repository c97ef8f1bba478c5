"""Who gets what of an order, agreed before it is paid."""

from collections.abc import Iterable
from fractions import Fraction

from shop.hookspecs import Cut
from shop.listings.models import WHOLE, Listing
from shop.money import share_out
from shop.orders.models import Credit, Order, Share


def agree_shares(
    order: Order, listings: dict[int, Listing], credit: Credit, site_share: int = 0
) -> list[Share]:
    """Who gets what of an order: per line by its listing's agreed shares, the rest is the merchant's.

    `listings` by offer id; `site_share` in basis points. A community or sharer is paid only when credited (the
    community of the order always is). Shipping and other adjustments belong to the merchant; a discount lowers
    every share in proportion. The parts sum to the order's total (largest remainder).
    """
    weights: dict[tuple[str, int], Fraction] = {}
    lines_sum = sum(line.amount for line in order.lines)
    for line in order.lines:
        listing = listings.get(line.offer_id or 0)
        to_community = listing.community_share if listing else 0
        to_sharer = listing.sharer_share if listing and credit.sharer_id else 0
        parts = {
            ("community", order.community_id): to_community,
            ("sharer", credit.sharer_id or 0): to_sharer,
            ("site", 0): site_share,
            ("merchant", order.merchant_id): WHOLE - to_community - to_sharer - site_share,
        }
        for party, points in parts.items():
            weights[party] = weights.get(party, Fraction(0)) + Fraction(line.amount * points, WHOLE)
    shared = min(lines_sum, order.total)
    extra = order.total - shared
    parties = [party for party, weight in weights.items() if weight > 0]
    amounts = share_out(shared, [weights[p] for p in parties]) if shared else [0] * len(parties)
    by_party = dict(zip(parties, amounts, strict=True))
    merchant = ("merchant", order.merchant_id)
    by_party[merchant] = by_party.get(merchant, 0) + extra
    return [Share(order_id=order.id, party=p, party_id=i, amount=a) for (p, i), a in by_party.items() if a]


def cut_out(order: Order, shares: list[Share], cuts: Iterable[Cut]) -> None:
    """Take what plugins agreed for others off the merchant's share, who always keeps a tenth of the order."""
    merchant = next((share for share in shares if share.party == "merchant"), None)
    for cut in cuts:
        if cut.party not in ("sharer", "community") or cut.amount < 0:
            raise ValueError(f"a cut goes to a sharer or a community, not {cut.amount} to {cut.party}")
        amount = min(cut.amount, merchant.amount - order.total // 10) if merchant is not None else 0
        if merchant is None or amount <= 0:
            continue
        merchant.amount -= amount
        shares.append(
            Share(
                order_id=order.id,
                party=cut.party,
                party_id=cut.party_id,
                amount=amount,
                why=str(cut.why)[:255],
            )
        )
