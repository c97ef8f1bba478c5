"""Billing: an order for something that stands on no shelf, such as a budget that is paid in advance."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from shop import once
from shop.clock import now
from shop.communities.models import Community
from shop.db import db
from shop.errors import Refused
from shop.events import record
from shop.merchants.models import Merchant
from shop.money import Money
from shop.orders.models import DEPOSIT, Order, OrderChange, OrderLine, Share, new_number
from shop.orders.searching import words_in
from shop.people.models import Person


def bill(
    plugin: str,
    community: Community,
    merchant: Merchant,
    money: Money,
    title: str,
    *,
    buyer: Person,
    key: str,
    detail: str = "",
    inputs: Mapping[str, Any] | None = None,
    party: tuple[str, int] = (DEPOSIT, 0),
) -> Order:
    """Ask a person to pay a merchant in advance, once for this key; paid like every order.

    The line is the plugin's. Until it is used (shop.ledger.deposits) the money is a deposit that nobody has earned,
    unless another `party` is named whose it is.
    """
    if community.is_closed:
        raise Refused(_("This community is closed."))
    if money.amount <= 0 or money.currency != merchant.currency:
        raise Refused(_("“%(text)s” is out of range.", text=money))
    body = {"plugin": plugin, "amount": money.amount, "buyer": buyer.id, "inputs": dict(inputs or {})}
    claim = once.begin("order.place", key, body)
    if claim.answer is not None:
        return db.session.scalars(select(Order).where(Order.number == claim.answer)).one()
    number = new_number()
    order = Order(
        number=number,
        search_text=words_in(number, {"email": buyer.email}, buyer.name, [title]),
        community=community,
        merchant=merchant,
        buyer=buyer,
        contact={"name": buyer.name, "email": buyer.email, "locale": buyer.locale},
        delivery={"way": "none"},
        currency=money.currency,
        total=money.amount,
        hold_until=now() + timedelta(minutes=current_app.config["HOLD_MINUTES"]),
    )
    order.lines.append(
        OrderLine(
            position=1,
            plugin=plugin,
            title=title,
            detail=detail,
            unit_price=money.amount,
            quantity=1,
            amount=money.amount,
            inputs=dict(inputs or {}),
        )
    )
    order.shares.append(Share(party=party[0], party_id=party[1], amount=money.amount))
    db.session.add(order)
    db.session.flush()
    order.changes.append(OrderChange(from_state=None, to_state="pending", by_id=buyer.id))
    claim.answer = order.number
    record("order.placed", order.community_id, order=order.number)
    return order
