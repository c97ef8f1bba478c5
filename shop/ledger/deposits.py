"""Deposits: what was paid in advance moves to those who earn it, bit by bit, or comes back to the deposit."""

from collections.abc import Mapping

from flask_babel import gettext as _

from shop.clock import now
from shop.db import db
from shop.errors import Refused
from shop.ledger.books import locked_shares, pot_of
from shop.ledger.models import transfer
from shop.orders.models import DEPOSIT, Order, Share

Party = tuple[str, int]


def use_deposit(order: Order, parts: Mapping[Party, int], key: str) -> None:
    """Of what was paid in advance each party (`("community", 7)`) has earned its part, payable at once.

    A negative part goes back to the deposit. The shares of the order still sum to its total. `key` names the act,
    so that it is booked once. Raises Refused when the deposit, or a party's share, has not so much left, and while a
    bank disputes the payment.
    """
    shares = {(share.party, share.party_id): share for share in locked_shares(order)}
    deposit = next(share for (party, _number), share in shares.items() if party == DEPOSIT)
    for party, part in parts.items():
        share = shares.get(party) or Share(
            order_id=order.id, party=party[0], party_id=party[1], amount=0, reversed=0, payable_at=now()
        )
        giver = deposit if part > 0 else share
        if giver.frozen_at is not None:
            raise Refused(_("A bank disputes this payment: its money waits until that is decided."))
        if giver.amount - giver.reversed < abs(part):
            raise Refused(_("There is not so much left of what was paid in advance."))
        deposit.amount -= part
        share.amount += part
        db.session.add(share)
        db.session.flush()
        pots = pot_of(deposit, order.currency), pot_of(share, order.currency)
        debit, credit = pots if part > 0 else pots[::-1]
        name = f"{key}:{party[0]}:{party[1]}"
        transfer(
            debit, credit, abs(part), "earning" if part > 0 else "earning_back", key=name, order_id=order.id
        )
