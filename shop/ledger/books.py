"""What the shop writes into its books: money in, shared out, and back."""

from shop.ledger.models import Account, transfer
from shop.money import share_out
from shop.orders.models import Order


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
            Account.of(share.party, order.currency, share.party_id, "pending"),
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
    """Money went back: every share gives its exact part, or the unallocated pot gives it."""
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
    remaining = [share.amount - share.reversed for share in order.shares]
    for share, part in zip(order.shares, share_out(amount, remaining), strict=True):
        share.reversed += part
        transfer(
            Account.of(share.party, order.currency, share.party_id, "pending"),
            held,
            part,
            "refund_share",
            key=f"refund:{refund_id}:share:{share.id}",
            order_id=order.id,
        )
    transfer(held, provider, amount, "refund", key=f"refund:{refund_id}", order_id=order.id)
