"""What the shop writes into its books: money in, shared out, and back."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.ledger.models import Account, Pot, movement, transfer
from shop.money import share_out
from shop.orders.models import DEPOSIT, Order, Share
from shop.writing import note


def book_payment(order: Order, method: str, payment_id: int, amount: int, *, with_merchant: bool) -> None:
    """Money came in for an order: to what we hold, and from there to each share's pending pot.

    Where the merchant has taken it in hand (`with_merchant`), the merchant owes it to the books: what is payable falls
    by all of it and rises at once by the merchant's own share, so the shares of the others remain as a debt.
    """
    if with_merchant:
        for share in order.shares:
            if share.party == "merchant":
                share.payable_at = now()
    hands, held = whose_pot(order, method, with_merchant), ("held", "", "")
    pots = [(share, name_of(share)) for share in order.shares]
    accounts = Account.all_of(order.currency, [hands, held, *(pot for _share, pot in pots)])
    reason, key = "collected" if with_merchant else "payment", f"payment:{payment_id}"
    moved = [movement(accounts[hands], accounts[held], amount, reason, key=key, order_id=order.id)]
    for share, pot in pots:
        part = f"{key}:share:{share.id}"
        moved.append(
            movement(accounts[held], accounts[pot], share.amount, "share", key=part, order_id=order.id)
        )
    note([row for row in moved if row is not None])


def book_unallocated(order: Order, method: str, payment_id: int, amount: int, *, with_merchant: bool) -> None:
    """Money came in for an order that is dead: it waits, unallocated, for its way back."""
    transfer(
        whose_hands(order, method, with_merchant),
        Account.of("unallocated", order.currency),
        amount,
        "collected" if with_merchant else "unallocated",
        key=f"payment:{payment_id}",
        order_id=order.id,
    )


def book_refund(
    order: Order, method: str, refund_id: int, amount: int, *, unallocated: bool, with_merchant: bool
) -> None:
    """Money went back: every share gives its exact part from the pot where it now is, or the unallocated pot gives it.

    What was payable already, or paid out, is clawed back: the party's payable pot may fall below nothing, and the
    next payout is less by that.
    """
    hands = whose_hands(order, method, with_merchant)
    source = Account.of("unallocated" if unallocated else "held", order.currency)
    shares = [] if unallocated else locked_shares(order)
    parts = _parts_back(shares, amount) if shares else []
    for share, part in zip(shares, parts, strict=True):
        share.reversed += part
        transfer(
            pot_of(share, order.currency),
            source,
            part,
            _reason_back(share, with_merchant),
            key=f"refund:{refund_id}:share:{share.id}",
            order_id=order.id,
        )
    reason = "handed_back" if with_merchant else "refund"
    transfer(source, hands, amount, reason, key=f"refund:{refund_id}", order_id=order.id)


def freeze_shares(order: Order, cause: str) -> None:
    """A bank disputes what was paid: nobody's part is released or paid out until that is decided.

    What was paid out already makes the payable pot fall below nothing. `cause` names the dispute.
    """
    for share in locked_shares(order):
        if share.frozen_at is None:
            was = pot_of(share, order.currency)
            share.frozen_at = now()
            _shift(order, share, was, "freeze", cause)


def thaw_shares(order: Order, cause: str) -> None:
    """The dispute has ended: what is left of each share goes back to the pot that it came from."""
    for share in locked_shares(order):
        if share.frozen_at is not None:
            was = pot_of(share, order.currency)
            share.frozen_at = None
            _shift(order, share, was, "thaw", cause)


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
    """What is left of each share becomes payable, once; raises Refused while a bank disputes the payment."""
    shares = locked_shares(order)
    if any(share.frozen_at for share in shares):
        raise Refused(_("A bank disputes this payment: its money waits until that is decided."))
    for share in shares:
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
    owner, ref, purpose = name_of(share)
    return Account.of(owner, currency, ref, purpose)


def name_of(share: Share) -> Pot:
    """What the pot is called in which what is left of a share now is."""
    purpose = "pending" if share.payable_at is None else "payable"
    return share.party, str(share.party_id), "frozen" if share.frozen_at is not None else purpose


def whose_hands(order: Order, method: str, with_merchant: bool) -> Account:
    """Where the money itself is: with the provider, or in the merchant's hands, who owes it."""
    owner, ref, purpose = whose_pot(order, method, with_merchant)
    return Account.of(owner, order.currency, ref, purpose)


def whose_pot(order: Order, method: str, with_merchant: bool) -> Pot:
    """What the pot is called where the money itself is."""
    return ("merchant", str(order.merchant_id), "payable") if with_merchant else ("provider", method, "")


def locked_shares(order: Order) -> Sequence[Share]:
    """The shares as they are now; nobody else changes them before this transaction ends.

    PostgreSQL locks the rows. SQLite knows no such lock and needs none: a writing transaction there has the whole
    database to itself from its first moment (shop/db.py).
    """
    mine = select(Share).where(Share.order_id == order.id).order_by(Share.id)
    return db.session.scalars(mine.with_for_update().execution_options(populate_existing=True)).all()


def _shift(order: Order, share: Share, was: Account, act: str, cause: str) -> None:
    transfer(
        was,
        pot_of(share, order.currency),
        share.amount - share.reversed,
        act,
        key=f"share:{share.id}:{act}:{cause}",
        order_id=order.id,
    )


def _reason_back(share: Share, with_merchant: bool) -> str:
    if share.frozen_at is not None:
        return "chargeback"
    return "refund_share" if share.payable_at is None or with_merchant else "clawback"
