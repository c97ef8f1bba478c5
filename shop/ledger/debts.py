"""Debts: a party whose payable pot is below nothing may pay what it owes instead of earning it."""

from flask_babel import gettext as _
from sqlalchemy import select

from shop.db import db
from shop.errors import NotValid, Refused
from shop.ledger.models import Account, transfer
from shop.ledger.payouts import PARTIES
from shop.money import Money


def owed_by(account: Account) -> Money:
    """What its party owes: nothing where something is due to it, or promised."""
    free = db.session.scalar(select(Account.earned() - Account.promised).where(Account.id == account.id))
    return Money(max(0, -int(free or 0)), account.currency)


def pay_debt(account: Account, amount: int, key: str) -> None:
    """Book that a party paid what it owed, once for a key, `amount` in minor units; the money came from outside.

    Raises NotValid for no amount and Refused for more than is owed: too much would be paid out again.
    """
    # Two operators who note at once: the second waits here, and then sees what is left.
    db.session.scalars(select(Account).where(Account.id == account.id).with_for_update()).one()
    if amount <= 0:
        raise NotValid(_("Please give the amount that was paid."))
    owed = owed_by(account)
    if account.owner not in PARTIES or account.purpose != "payable" or amount > owed.amount:
        raise Refused(_("Only %(owed)s is owed.", owed=owed))
    outside = Account.of("outside", account.currency, f"{account.owner}:{account.owner_ref}", "paid")
    transfer(outside, account, amount, "debt_paid", key=f"debt:{key}")
