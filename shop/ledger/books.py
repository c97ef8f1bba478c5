"""What the shop writes into its books: money in, shared out, and back."""

from collections.abc import Sequence

from sqlalchemy import select

from shop.clock import now
from shop.db import db
from shop.ledger.models import Account, transfer
from shop.money import share_out
from shop.orders.models import DEPOSIT, Order, Share


def book_payment(order: Order, method: str, payment_id: int, amount: int) -> None:
    """Money came in for an order: from the provider to what we hold, and from there to each share's pending pot."""
    held = Account.of("held", order.currency)
    transfer(
        Account.of("provider", order.currency, method),
        held,
        amount,
        "payment",
        key=f"payment:{payment_id}",
        order_id=order.id,
    )
    for share in order.shares:
        transfer(
            held,
            pot_of(share, order.currency),
            share.amount,
            "share",
            key=f"payment:{payment_id}:share:{share.id}",
            order_id=order.id,
        )


def book_unallocated(order: Order, method: str, payment_id: int, amount: int) -> None:
    """Money came in for an order that is dead: it waits, unallocated, for its way back."""
    transfer(
        Account.of("provider", order.currency, method),
        Account.of("unallocated", order.currency),
        amount,
        "unallocated",
        key=f"payment:{payment_id}",
        order_id=order.id,
    )


def book_refund(order: Order, method: str, refund_id: int, amount: int, *, unallocated: bool) -> None:
    """Money went back: every share gives its exact part from the pot where it now is, or the unallocated pot gives it.

    What was payable already, or paid out, is clawed back: the party's payable pot may fall below nothing, and the
    next payout is less by that.
    """
    provider = Account.of("provider", order.currency, method)
    if unallocated:
        transfer(
            Account.of("unallocated", order.currency),
            provider,
            amount,
            "refund",
            key=f"refund:{refund_id}",
            order_id=order.id,
        )
        return
    held = Account.of("held", order.currency)
    shares = locked_shares(order)
    for share, part in zip(shares, _parts_back(shares, amount), strict=True):
        share.reversed += part
        transfer(
            pot_of(share, order.currency),
            held,
            part,
            "refund_share" if share.payable_at is None else "clawback",
            key=f"refund:{refund_id}:share:{share.id}",
            order_id=order.id,
        )
    transfer(held, provider, amount, "refund", key=f"refund:{refund_id}", order_id=order.id)


def _parts_back(shares: Sequence[Share], amount: int) -> list[int]:
    """What each share gives of a refund: a deposit that nobody has earned yet goes first, the others in proportion."""
    left = [share.amount - share.reversed for share in shares]
    kept = [n if share.party == DEPOSIT else 0 for share, n in zip(shares, left, strict=True)]
    earned = [n - m for n, m in zip(left, kept, strict=True)]
    first = min(amount, sum(kept))
    parts = [0] * len(shares)
    for part, weights in ((first, kept), (amount - first, earned)):
        if part:
            parts = [n + more for n, more in zip(parts, share_out(part, weights), strict=True)]
    return parts


def release_shares(order: Order) -> None:
    """What is left of each share becomes payable, once."""
    for share in locked_shares(order):
        if share.payable_at is not None:
            continue
        pending = pot_of(share, order.currency)
        share.payable_at = now()
        transfer(
            pending,
            pot_of(share, order.currency),
            share.amount - share.reversed,
            "release",
            key=f"share:{share.id}:payable",
            order_id=order.id,
        )


def pot_of(share: Share, currency: str) -> Account:
    """The pot in which what is left of a share now is."""
    purpose = "pending" if share.payable_at is None else "payable"
    return Account.of(share.party, currency, share.party_id, purpose)


def locked_shares(order: Order) -> Sequence[Share]:
    """The shares as they are now; nobody else changes them before this transaction ends.

    PostgreSQL locks the rows. SQLite knows no such lock and needs none: a writing transaction there has the whole
    database to itself from its first moment (shop/db.py).
    """
    mine = select(Share).where(Share.order_id == order.id).order_by(Share.id)
    return db.session.scalars(mine.with_for_update().execution_options(populate_existing=True)).all()
